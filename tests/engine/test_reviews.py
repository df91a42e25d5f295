"""A review is the same wherever it is compiled, and a failure says why."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from bot.clock import Clock
from bot.domain.commands import Declare, RoomMade
from bot.domain.process import Process
from bot.domain.values import Actor, Text
from bot.engine.dispatcher import Dispatcher
from bot.engine.orders import Order
from bot.engine.reviews import SHORT, NotCompiled, compile_review
from bot.storage import messages, reviews
from bot.storage.database import Database
from bot.storage.messages import Said
from bot.storage.reviews import Terms

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
TERMS = Terms(
    process=Process(),
    compiled_at=NOON,
    page="https://muster.example/incidents/1",
    archive="https://acme.slack.com/",
    word="/incident",
    itself=frozenset(),
)


async def an_incident(database: Database, count: int) -> str:
    """An incident in whose room so many lines were said; returns its stream."""
    dispatcher, stream = Dispatcher(database, Clock(stopped_at=NOON), Process), uuid4().hex
    for command in (Declare(title=Text("x")), RoomMade(channel="C1", name="inc-1")):
        order = Order(workspace="T1", stream=stream, command=command, actor=Actor(user="U0ANN"))
        await dispatcher.deliver(order)
    told = [
        Said(
            workspace="T1",
            channel="C1",
            ts=f"{1772625600 + n}.000100",
            as_of="1",
            user=f"U{n % 9}",
            text=f"line {n}: <@U0ANN> ünïcödé 📌",
        )
        for n in range(count)
    ]
    await database.write(lambda connection: messages.keep(connection, told))
    return stream


async def document(database: Database, stream: str) -> str:
    outcome = await compile_review(database, stream, TERMS)
    assert outcome is not None
    kept = await database.read(lambda connection: reviews.of_stream(connection, stream))
    assert kept is not None
    assert kept.digest == outcome.digest
    return kept.document


async def test_a_long_review_is_the_same_as_one_compiled_right_here(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = await an_incident(database, SHORT + 1)
    apart = await document(database, stream)
    monkeypatch.setattr("bot.engine.reviews.SHORT", SHORT * 2)

    here = await document(database, stream)

    assert here == apart
    assert "line 0: the commander ünïcödé 📌" in apart


async def test_a_process_that_fails_says_why_and_nothing_is_kept(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = await an_incident(database, SHORT + 1)
    failing = tmp_path / "python"
    failing.write_text("#!/bin/sh\necho 'no memory left' >&2\nexit 3\n", "utf-8")
    failing.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(failing))

    with pytest.raises(NotCompiled, match="no memory left"):
        await compile_review(database, stream, TERMS)

    kept = await database.read(lambda connection: reviews.of_stream(connection, stream))
    assert kept is None
