"""Declaring, however it was asked for: one line, the form, a message, or *Declare another*."""

from bot.domain.commands import Declare
from bot.domain.effects import AnswerWithRoom
from bot.engine.dispatcher import Done
from bot.slack.asking import Asked, Message
from bot.slack.messages.answers import declared


async def declare(asked: Asked, command: Declare, *, thread: str = "") -> Message | None:
    """Declare, and follow the acknowledgement with the way into the room.

    `thread` is where the message lies from which it was declared: there it is answered, too.
    """

    def answer(done: Done) -> Message:
        return declared(done.incident)

    stream = asked.new_stream()
    reply_to = f"view:{asked.view_id}" if asked.view_id else f"url:{asked.response_url}"
    answerable = asked.view_id or asked.response_url
    follow_ups = tuple(
        AnswerWithRoom(stream=stream, reply_to=place, user=asked.actor.user)
        for place in (reply_to if answerable else "", thread)
        if place
    )
    message = await asked.deliver(command, answer=answer, also=follow_ups, stream=stream)
    asked.desk.drafts.end(asked.workspace, asked.actor.user)
    return message
