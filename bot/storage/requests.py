"""Requests that this version could not decide: kept as they were made, until a newer one has.

Whoever keeps, reads or settles those of an incident holds its stream. Rows are swept after two
days, like the answered deliveries; the words in them are erased with whoever wrote them.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal, cast

from sqlalchemy import Connection, bindparam, delete, select, update

from bot.domain.commands import Adding, Command
from bot.domain.refusals import WayOut
from bot.domain.values import Actor, Origin
from bot.storage import tables as t
from bot.storage.codec import NotReadable, dumps, pack_command, reader, to_json, unpack_command
from bot.storage.statements import insert_rows

State = Literal["open", "done", "refused", "failed", "late"]
"""Open until it is settled; `late` says that no version could decide it in time."""

_OPEN = (
    select(t.requests)
    .where(t.requests.c.stream == bindparam("of"), t.requests.c.state == "open")
    .order_by(t.requests.c.position)
)
_ONE = select(t.requests).where(
    t.requests.c.workspace == bindparam("here"), t.requests.c.identity == bindparam("known_as")
)
_SETTLE = (
    update(t.requests)
    .where(t.requests.c.position == bindparam("row"))
    .values(state=bindparam("as_state"), why=bindparam("because"), way_out=bindparam("instead"))
)


@dataclass(frozen=True, kw_only=True)
class Request:
    """What somebody asked, as it is kept; `packed` are the commands as JSON."""

    position: int
    workspace: str
    identity: str
    stream: str
    actor: Actor
    packed: tuple[str, ...]
    reply_to: str
    cause: str
    correlation: str
    asked_at: datetime
    state: State
    why: str
    packed_way_out: str

    @property
    def origin(self) -> Origin:
        """Where what comes of it comes from."""
        return Origin(workspace=self.workspace, cause=self.cause, correlation=self.correlation)

    @property
    def commands(self) -> tuple[Command, ...]:
        """The commands.

        Raises:
            NotReadable: another version wrote them.
        """
        return tuple(unpack_command(each) for each in self.packed)

    @property
    def way_out(self) -> WayOut | None:
        """What the refusal offers instead, if it is anything that this version knows."""
        if not self.packed_way_out:
            return None
        label, packed = json.loads(self.packed_way_out)
        try:
            return WayOut(label=label, command=unpack_command(packed))
        except NotReadable:
            return None


def keep(
    connection: Connection,
    stream: str,
    commands: Sequence[Command],
    *,
    identity: str,
    actor: Actor,
    reply_to: str,
    origin: Origin,
    asked_at: datetime,
) -> bool:
    """Keep a request, unless the same person repeats what is kept already; say whether it is.

    What adds words is repeated whatever was asked in between; else sev1, sev3, sev1 means sev1.
    """
    packed = [pack_command(command) for command in commands]
    words = sha256(dumps([stream, actor.user, packed]).encode()).hexdigest()
    waits = connection.execute(_OPEN, {"of": stream}).all()
    if any(kept.identity == identity for kept in waits):
        return True
    adds = all(isinstance(command, Adding) for command in commands)
    if any(kept.words == words for kept in (waits if adds else waits[-1:])):
        return False
    row = {
        "workspace": origin.workspace,
        "identity": identity,
        "stream": stream,
        "user": actor.user,
        "actor": dumps(to_json(actor)),
        "commands": dumps(packed),
        "words": words,
        "reply_to": reply_to,
        "cause": origin.cause,
        "correlation": origin.correlation,
        "asked_at": asked_at,
        "state": "open",
        "why": "",
        "way_out": "",
    }
    insert_rows(connection, t.requests, [row])
    return True


def waiting(connection: Connection, stream: str) -> list[Request]:
    """Which requests about an incident wait to be decided? In the order in which they were made."""
    return [_request(row) for row in connection.execute(_OPEN, {"of": stream}).mappings()]


def known_as(connection: Connection, workspace: str, identity: str) -> Request | None:
    """Return the request that was delivered under this identity, if it is still known."""
    asked = {"here": workspace, "known_as": identity}
    row = connection.execute(_ONE, asked).mappings().one_or_none()
    return None if row is None else _request(row)


def settle(
    connection: Connection,
    request: Request,
    state: State,
    *,
    why: str = "",
    way_out: WayOut | None = None,
) -> None:
    """Write down what became of a request."""
    instead = dumps([way_out.label, pack_command(way_out.command)]) if way_out else ""
    row = {"row": request.position, "as_state": state, "because": why, "instead": instead}
    connection.execute(_SETTLE, [row])


def forget_those_of(connection: Connection, workspace: str, user: str) -> None:
    """Take away what a person asked, with their words in it, and what refusals repeat of them."""
    theirs = (t.requests.c.workspace == workspace, t.requests.c.user == user)
    connection.execute(delete(t.requests).where(*theirs))


def sweep(connection: Connection, before: datetime) -> None:
    """Forget what was asked before a time."""
    connection.execute(delete(t.requests).where(t.requests.c.asked_at < before))


def _request(row: Any) -> Request:
    return Request(
        position=row["position"],
        workspace=row["workspace"],
        identity=row["identity"],
        stream=row["stream"],
        actor=cast("Actor", reader(Actor)(json.loads(row["actor"]))),
        packed=tuple(json.loads(row["commands"])),
        reply_to=row["reply_to"],
        cause=row["cause"],
        correlation=row["correlation"],
        asked_at=row["asked_at"],
        state=row["state"],
        why=row["why"],
        packed_way_out=row["way_out"],
    )
