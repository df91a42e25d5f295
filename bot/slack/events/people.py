"""People: names, zones and rights change, and the bot's directory follows."""

from collections.abc import Mapping
from typing import Any

from bot.slack.desk import Desk
from bot.slack.events.observing import moment


async def take(desk: Desk, workspace: str, event: Mapping[str, Any]) -> None:
    """Keep what Slack says about somebody."""
    at = moment(str(event.get("event_ts") or ""))
    await desk.people.learn(workspace, event["user"], as_of=at)
