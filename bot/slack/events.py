"""What happens in Slack, as far as it concerns incidents."""

from typing import Any

from bot.slack.desk import Desk


async def take(desk: Desk, body: dict[str, Any]) -> None:
    """Take one event, once; whatever is not about an incident's room is dropped unread."""
