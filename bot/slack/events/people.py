"""People: names, zones and rights change, and the bot's directory follows."""

from collections.abc import Mapping
from typing import Any

from bot.domain.values import moment_of
from bot.slack.desk import Desk


async def take(desk: Desk, workspace: str, event: Mapping[str, Any]) -> None:
    """Keep what Slack says about somebody."""
    at = moment_of(str(event.get("event_ts") or ""))
    await desk.people.learn(workspace, event["user"], as_of=at)
