"""App Home: drawn anew each time somebody opens it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.slack.desk import Desk
from bot.slack.messages.home import home
from bot.storage import queries
from bot.storage.database import Connection
from bot.storage.queries import Listed, OwedFollowup, Viewer


@dataclass(frozen=True, kw_only=True)
class Concerns:
    """What one person is concerned with."""

    mine: list[Listed]
    overdue: list[Listed]
    followups: list[OwedFollowup]


async def take(desk: Desk, workspace: str, event: Mapping[str, Any]) -> None:
    """Draw the home tab; nobody waits for it, so the acknowledgement does not either."""
    if event.get("tab", "home") == "home":
        desk.errands.start(publish(desk, workspace, str(event["user"])), "views.publish")


async def publish(desk: Desk, workspace: str, user: str) -> None:
    """Show somebody their incidents, what is overdue, and their follow-ups."""
    now = desk.clock.now()
    viewer = Viewer(workspace=workspace, user=user)
    gravest = desk.process.gravest_first

    def work(connection: Connection) -> Concerns:
        listed = queries.open_incidents(connection, viewer, gravest)
        return Concerns(
            mine=queries.mine(connection, viewer, gravest),
            overdue=[one for one in listed if one.update_due_at and one.update_due_at < now],
            followups=queries.open_followups(connection, viewer),
        )

    concerns = await desk.database.read(work)
    actor = await desk.people.actor(workspace, user)
    view = home(
        concerns.mine,
        concerns.overdue,
        concerns.followups,
        word=desk.word,
        now=now,
        process=desk.process,
        declares=not actor.limited,
    )
    await desk.calls.call("views.publish", user_id=user, view=view)
