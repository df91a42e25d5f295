"""The message menu."""

from typing import Any

from bot.domain.accepting import TEXT_LIMIT, TITLE_LIMIT
from bot.domain.commands import MarkMessage, UnmarkMessage
from bot.domain.permissions import may_see
from bot.domain.refusals import NotFound, Refused
from bot.domain.values import MessageRef, Text, moment_of
from bot.engine.verdicts import Verdict
from bot.slack.asking import Asked, Message
from bot.slack.calls import SlackSaidNo
from bot.slack.commands.deeds import press
from bot.slack.forms import declare as form
from bot.slack.moments import a_moment

_LOOK = (
    "The database did not answer in time, and it is not known whether this was recorded. Look "
    "whether Muster’s 📝 stands on the message in a moment, and choose the entry again only if "
    "that is not what you want: each time turns it round."
)


async def declare_from_message(asked: Asked, body: dict[str, Any]) -> Message | None:
    """Open the form with what the message says and where it stands."""
    message = body["message"]
    link = await _permalink(asked, message)
    text = asked.readable(message.get("text") or "")
    first_line = text.strip().splitlines()[0] if text.strip() else ""
    thread = f"thread:{message.get('thread_ts') or message['ts']}:{asked.response_url}"
    view = await form.view(
        asked,
        title=Text(first_line[:TITLE_LIMIT]),
        summary=Text(text[:TEXT_LIMIT]),
        source={"link": link, "thread": thread},
    )
    asked.open_view(view)
    return None


async def add_to_timeline(asked: Asked, body: dict[str, Any]) -> Message | None:
    """Put the message on the timeline; the same person a second time takes it off again."""
    incident = await asked.desk.incident_of_room(asked.channel)
    if incident is None or not may_see(incident, asked.actor.user):
        raise NotFound(
            "This is no incident's room, so there is no timeline to put it on. "
            "*Declare incident from this message* opens an incident with it."
        )
    asked.attempt.not_known = _LOOK
    about, message = asked.about(incident), body["message"]
    ref = MessageRef(channel=asked.channel, ts=str(message["ts"]))
    mark = incident.marks.get(ref)
    try:
        if mark is not None and (asked.actor.user, "menu") in mark.by:
            unmark = UnmarkMessage(channel=ref.channel, ts=ref.ts, how="menu")
            return await press(about, unmark)
        return await press(about, await _marked(asked, ref, message))
    except Refused as why:
        return about.refusal(why)


async def _marked(asked: Asked, ref: MessageRef, message: dict[str, Any]) -> MarkMessage:
    return MarkMessage(
        channel=ref.channel,
        ts=ref.ts,
        how="menu",
        said_by=str(message.get("user") or message.get("bot_id") or ""),
        said_at=moment_of(ref.ts),
        permalink=await _permalink(asked, message),
    )


async def _permalink(asked: Asked, message: dict[str, Any]) -> str:
    """Return where the message stands; without Slack's answer, nothing."""
    try:
        async with a_moment():
            answer = await asked.desk.calls.call(
                "chat.getPermalink", channel=asked.channel, message_ts=message["ts"]
            )
    except (SlackSaidNo, Verdict, TimeoutError):
        return ""
    return str(answer["permalink"])
