"""Requests that were kept for a newer version: having them decided, and telling who asked."""

from dataclasses import replace

from bot.domain import effects as f
from bot.domain.commands import Command
from bot.engine.carrying import Carrying
from bot.engine.verdicts import ForNewer, GiveUp
from bot.slack.calls import SlackSaidNo
from bot.slack.desk import Desk
from bot.slack.messages.requests import settled
from bot.slack.messages.text import Message
from bot.slack.performers.common import if_it_matters, post_once, the_incident
from bot.slack.replies import respond
from bot.storage import requests
from bot.storage.requests import Request


async def decide(desk: Desk, effect: f.DecideRequests, _carrying: Carrying) -> Command | None:
    """Decide what this version can; done twice, the second time finds nothing.

    Raises:
        ForNewer: something is left that it cannot decide.
    """
    if not await desk.dispatcher.decide_waiting(effect.stream):
        raise ForNewer
    return None


async def answer(desk: Desk, effect: f.AnswerRequest, carrying: Carrying) -> Command | None:
    """Tell who asked: where they did, or else, and where that is in doubt, in a direct message."""
    request = await desk.database.read(
        lambda c: requests.known_as(c, carrying.workspace, effect.identity)
    )
    if request is None:
        return None  # who asked was erased meanwhile
    incident = the_incident(carrying)
    message = settled(request, incident, desk.process, desk.word)
    if not effect.direct:
        if carrying.doubt or not await _responded(desk, request, message):
            carrying.trace.also.append(replace(effect, direct=True))
        return None
    try:
        opened = await desk.calls.call("conversations.open", users=effect.user)
        await post_once(desk, carrying, opened["channel"]["id"], message)
    except SlackSaidNo as error:
        raise if_it_matters(effect.label, error) from error
    return None


async def _responded(desk: Desk, request: Request, message: Message) -> bool:
    """Answer where it was asked, so that only they see it, if Slack still takes it there."""
    reply = {"response_type": "ephemeral", "replace_original": False, **message}
    try:
        await respond(desk, request.reply_to.removeprefix("url:"), reply)
    except GiveUp:
        return False
    return True
