"""What people are told while Slack delivers what they ask, and takes nothing from Muster."""

from bot.engine.reach import Away
from bot.slack.messages.text import Message, message, section

_MOST = 50
"""Slack takes no more blocks in a message."""
_MOST_IN_VIEW = 100
"""Nor these in a view."""


def told_away(answer: Message | None, away: Away) -> Message:
    """Return an answer that also says why nothing of it shows, and what to do until then."""
    told = _sentence(away)
    if answer is None:
        return message(told, section(f"⏳ {told}"))
    blocks = answer.get("blocks") or [section(answer["text"])]
    most = _MOST_IN_VIEW if answer.get("type") == "modal" else _MOST
    return {**answer, "blocks": [*blocks[: most - 1], section(f"⏳ {told}")]}


def _sentence(away: Away) -> str:
    meanwhile = (
        "Rooms, posts and calls to people wait, in order, and come once that is over. *Until then "
        "call people yourself.*"
    )
    if away.token:
        return (
            "Slack does not accept Muster's token any more; tell whoever runs Muster. "
            f"What you ask is still recorded. {meanwhile}"
        )
    return f"Slack does not answer Muster. What you ask is still recorded. {meanwhile}"
