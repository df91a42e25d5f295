"""A workspace's own stream, and the numbers that its incidents get."""

from dataclasses import replace

from sqlalchemy import Connection, bindparam, select, update

from bot.domain.workspace import Workspace, WorkspaceEvent, decide_workspace, evolve_workspace
from bot.storage import streams
from bot.storage import tables as t
from bot.storage.codec import WORKSPACE_EVENTS
from bot.storage.statements import add_missing

_LOCK = (
    select(t.workspaces.c.id).where(t.workspaces.c.id == bindparam("workspace")).with_for_update()
)
_ADVANCE = (
    update(t.workspaces)
    .where(t.workspaces.c.id == bindparam("workspace"))
    .values(next_number=t.workspaces.c.next_number + 1)
    .returning(t.workspaces.c.next_number)
)


def lock(connection: Connection, workspace: str) -> None:
    """Let one declaration at a time through, until the transaction ends (PostgreSQL)."""
    if connection.dialect.name != "postgresql":
        return
    if connection.execute(_LOCK, {"workspace": workspace}).one_or_none() is None:
        add_missing(connection, t.workspaces, ("id",), [{"id": workspace, "next_number": 1}])
        connection.execute(_LOCK, {"workspace": workspace}).one()


def next_number(connection: Connection, workspace: str) -> int:
    """Give out the workspace's next incident number; a number given out is never given again."""
    number = connection.execute(_ADVANCE, {"workspace": workspace}).scalar_one_or_none()
    if number is None:
        add_missing(connection, t.workspaces, ("id",), [{"id": workspace, "next_number": 1}])
        number = connection.execute(_ADVANCE, {"workspace": workspace}).scalar_one()
    return int(number) - 1


def read(connection: Connection, workspace: str) -> Workspace:
    """Return the present state of a workspace; one that has no events yet is empty."""
    state = Workspace(id=workspace)
    for recorded in streams.read(connection, state.stream):
        event = recorded.event
        if type(event).__name__ in WORKSPACE_EVENTS:
            state = evolve_workspace(state, event)  # type: ignore[arg-type]  # looked up by name
        state = replace(state, version=recorded.version)
    return state


def record(
    connection: Connection, workspace: str, event: WorkspaceEvent, stamp: streams.Stamp
) -> Workspace:
    """Write an event of the workspace and return the state after it.

    Raises:
        NothingNew: the event changes nothing.
    """
    at = streams.head(connection, Workspace(id=workspace).stream)  # held before it is read
    state = read(connection, workspace)
    news = decide_workspace(state, event)
    written = streams.append(connection, state.stream, workspace, at, events=[news], stamp=stamp)
    return replace(evolve_workspace(state, news), version=written[-1].version)
