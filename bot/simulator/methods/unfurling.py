"""chat.unfurl: previews of links to the app's domains (contract §1.7)."""

from bot.simulator import blocks as block_kit
from bot.simulator.api import ApiCall, Method
from bot.simulator.deeds import links, messages
from bot.simulator.errors import SlackError
from bot.simulator.methods.content import refused_for
from bot.simulator.model import Channel, Json, Message

SOURCES = ("composer", "conversations_history")


def unfurl(call: ApiCall) -> Json:
    """Add previews to somebody's message."""
    room, said = _message(call)
    previews = call.json("unfurls", "invalid_unfurls_format")
    if previews is None:
        raise SlackError("missing_unfurls")
    if not isinstance(previews, dict):
        raise SlackError("invalid_unfurls_format")
    for url, preview in previews.items():
        _check(url, preview)
    links.unfurl(call.workspace, room, said, previews)
    return {}


def _message(call: ApiCall) -> tuple[Channel, Message]:
    """The message meant, by channel and ts or by what the link_shared event named it."""
    channel, ts = call.text("channel"), call.text("ts")
    if call.text("unfurl_id"):
        if not call.text("source"):
            raise SlackError("missing_source")
        if call.text("source") not in SOURCES:
            raise SlackError("invalid_source")
        channel, _, ts = call.text("unfurl_id").partition(".")
    for name, value in (("channel", channel), ("ts", ts)):
        if not value:
            raise SlackError("invalid_unfurl_id" if call.text("unfurl_id") else f"missing_{name}")
    room = call.workspace.channels.get(channel)
    if room is None or not room.is_there_for(call.bot.user_id):
        raise SlackError("cannot_find_channel")
    try:
        return room, messages.find(room, ts)
    except SlackError:
        raise SlackError("cannot_find_message") from None


def _check(url: str, preview: object) -> None:
    if not isinstance(preview, dict):
        raise SlackError("cannot_parse_attachment")
    problems = block_kit.problems_in_attachment(preview, f"/unfurls/{url}")
    if problems:
        raise refused_for("cannot_parse_attachment", problems)


METHODS = (Method(name="chat.unfurl", answer=unfurl, scopes=("links:write",)),)
