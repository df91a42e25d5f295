"""The line that says what was read after the bot was away."""

from datetime import timedelta

from bot.slack.messages.text import Message, context, message

_HOUR = 60


def caught_up(away: timedelta, count: int) -> Message:
    """Return `I was away 12 min; 34 messages read.` and what cannot be known."""
    read = f"{count} message{'' if count == 1 else 's'} read"
    said = f"I was away {_length(away)}; {read}."
    unknown = "What was un-marked or deleted meanwhile is known only where it was said lately."
    return message(said, context(f"{said} {unknown}"))


def _length(away: timedelta) -> str:
    minutes = round(away.total_seconds() / 60)
    if minutes < 1:
        return "for a moment"
    if minutes < _HOUR:
        return f"{minutes} min"
    return f"{minutes // _HOUR} h {minutes % _HOUR} min"
