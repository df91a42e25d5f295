"""The message menu."""

from typing import Any

from bot.domain.values import Text
from bot.slack.asking import Asked, Message
from bot.slack.calls import SlackSaidNo
from bot.slack.forms import declare as form
from bot.slack.messages.text import unescape


async def declare_from_message(asked: Asked, body: dict[str, Any]) -> Message | None:
    """Open the form with what the message says and where it stands."""
    message = body["message"]
    link = ""
    try:
        answer = await asked.desk.calls.call(
            "chat.getPermalink", channel=asked.channel, message_ts=message["ts"]
        )
        link = answer["permalink"]
    except SlackSaidNo:
        link = ""
    text = unescape(message.get("text") or "")
    first_line = text.strip().splitlines()[0] if text.strip() else ""
    view = await form.view(
        asked, title=Text(first_line[:120]), summary=Text(text[:2_500]), source_link=link
    )
    asked.open_view(view)
    return None
