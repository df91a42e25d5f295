"""Whatever Slack might deliver: it is carried out, refused in words or let lie, and never a fault.

The payloads are real ones, as the pretend Slack sends them, with parts taken away or replaced. They
come over signed HTTP, so that everything between the socket and the rules is in the way.
"""

import asyncio
import itertools
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.processors import format_exc_info
from structlog.testing import capture_logs

from bot.domain.commands import AddFollowup, Declare
from bot.domain.values import Actor, Text
from bot.slack.commands import WORDS
from bot.slack.effect_ids import effect_of, metadata_of
from bot.slack.events import FAMILIES
from bot.slack.forms import FORMS
from bot.slack.messages.deeds import deed, path_value
from bot.slack.payloads import EVENTS, misshapen
from bot.slack.provisional.pinned import Declaration, declaration_of, metadata
from tests.safety.nasty import GONE, TEXTS, VALUES, Path, changed, examples, places, spoilt
from tests.safety.signed import Door, a_door
from tests.scenarios.runbook import runbook

pytestmark = pytest.mark.faults("random payloads of Slack")

JSON = "application/json"
DEEP = 2


class Errors(logging.Handler):
    """What libraries log as an error: bolt, asyncio."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.seen.append(self.format(record))


@dataclass
class Target:
    """A running bot with something to aim at, driven from tests that are not asynchronous."""

    runner: asyncio.Runner
    door: Door
    seeds: list[Any]
    nth: Iterator[int] = field(default_factory=itertools.count)

    def takes(self, body: Any) -> None:
        """Deliver it, and assert that nothing failed."""
        errors = Errors()
        logging.getLogger().addHandler(errors)
        try:
            with capture_logs([format_exc_info]) as facts:
                status = self.runner.run(self._delivered(body))
        finally:
            logging.getLogger().removeHandler(errors)
        failed = [fact for fact in facts if fact["log_level"] in {"error", "critical"}]
        assert not failed, "\n".join(str(fact.get("exception", fact))[-900:] for fact in failed)
        assert not errors.seen, errors.seen
        assert status in {200, 404}, status

    async def _delivered(self, body: Any) -> int:
        raw = json.dumps(body).encode()
        return await self.door.takes(raw, self.door.signs(raw), JSON)

    def fresh(self, body: Any) -> Any:
        """The same with an identity of its own, or it would be answered as a duplicate."""
        if not isinstance(body, dict):
            return body
        if isinstance(body.get("trigger_id"), str):
            body = {**body, "trigger_id": f"{body['trigger_id']}.{next(self.nth)}"}
        view = body.get("view")
        if isinstance(view, dict) and isinstance(view.get("id"), str):
            body = {**body, "view": {**view, "id": f"V{next(self.nth)}"}}
        return body


async def _seeds(door: Door) -> list[Any]:
    """Let people do a little of everything, and return what the bot was sent."""
    world = door.world
    room = (await world.room(1)).channel
    ann, bob = world.ann, world.bob
    await ann.hands.invites("bob", room)
    said = await bob.hands.posts(room, "it is the cache")
    await bob.hands.reacts("pushpin", to=said)
    await bob.hands.reacts("dart", to=said)
    await bob.hands.unreacts("pushpin", to=said)
    await bob.hands.pins(said)
    await bob.hands.unpins(said)
    await bob.hands.edits(said, "it is the other cache")
    await bob.hands.uses_message_shortcut("add_to_timeline", said)
    await bob.hands.deletes(said)
    await bob.hands.opens_home()
    await ann.says("/incident playbook start restore", in_=room)
    await ann.says("/incident note it is slow", in_=room)
    await ann.clicks("Post update", in_=room)
    await bob.hands.leaves(room)
    await world.settles()
    bodies = [delivery.payload for delivery in world.sim.deliveries]
    return [*bodies, *await _forms(door), *await _buttons(door)]


async def _forms(door: Door) -> list[Any]:
    """Each form, with everything filled in that any of them has."""
    incident, world = await door.world.incident(), door.world
    carried = {
        "stream": incident.stream,
        "channel": incident.room.channel if incident.room else "",
        "run": incident.runs[0].id,
        "path": "1",
        "was": {"title": "x"},
        "link": "https://x.example/",
        "thread": "thread:1.1:https://hooks.slack.com/x",
    }
    typed = ("title", "summary", "impact", "text", "reason", "services", "link", "note", "cause")
    chosen = ("severity", "status", "category", "role", "next_in")
    inputs: dict[str, Any] = {
        **{name: {"value": "words"} for name in typed},
        **{name: {"selected_option": {"value": "sev1"}} for name in chosen},
        **{name: {"selected_date_time": 1_772_618_400} for name in ("started", "at", "ended")},
        **{name: {"selected_user": world.bob.id} for name in ("person", "owner")},
        **{name: {"selected_options": [{"value": "drop"}]} for name in ("drop", "options")},
        "due": {"selected_date": "2026-07-01"},
    }
    state = {"values": {name: {name: element} for name, element in inputs.items()}}
    person = {"id": world.ann.id, "team_id": world.sim.workspace.team.id}
    return [
        {
            "type": "view_submission",
            "user": person,
            "team": {"id": world.sim.workspace.team.id},
            "view": {
                "id": "V0",
                "type": "modal",
                "callback_id": name,
                "private_metadata": json.dumps(carried),
                "state": state,
            },
        }
        for name in FORMS
    ]


async def _buttons(door: Door) -> list[Any]:
    """A button of each kind."""
    incident, world = await door.world.incident(), door.world
    path = path_value(incident.stream, incident.runs[0].id, "1")
    values = {
        "do": deed(incident.stream, AddFollowup(text=Text("an alert"))),
        "role_press": deed(incident.stream, AddFollowup(text=Text("an alert"))),
        "evidence": path,
        "skip": path,
        "word:show": incident.stream,
        "word:update": incident.stream,
    }
    return [
        {
            "type": "block_actions",
            "user": {"id": world.ann.id, "team_id": world.sim.workspace.team.id},
            "team": {"id": world.sim.workspace.team.id},
            "container": {"is_ephemeral": False},
            "channel": {"id": incident.room.channel if incident.room else ""},
            "trigger_id": "1.1",
            "actions": [{"action_id": name, "block_id": "b", "value": value}],
        }
        for name, value in values.items()
    ]


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    with asyncio.Runner() as runner:
        opened = a_door(tmp_path_factory.mktemp("fuzz"))
        door = runner.run(opened.__aenter__())
        playbook = runbook()
        door.world.bot.process = replace(door.world.process, playbooks={playbook.id: playbook})
        yield Target(runner=runner, door=door, seeds=runner.run(_seeds(door)))
        runner.run(opened.__aexit__(None, None, None))


def test_the_seeds_are_taken_as_they_are(target: Target) -> None:
    kinds = {str(body.get("type") or "command") for body in target.seeds}
    assert {"command", "event_callback", "block_actions", "view_submission"} <= kinds
    assert "message_action" in kinds
    for body in target.seeds:
        assert misshapen(body) == "", body
        target.takes(target.fresh(body))


def kind_of(body: Any) -> str:
    event = body.get("event", {})
    named = event.get("type") or str(body.get("view", {}).get("callback_id"))
    told = f"{event.get('subtype')} {'metadata' in event.get('message', event)}"
    pressed = body.get("actions", [{}])[0].get("action_id")
    return f"{body.get('type', 'command')} {named} {told} {pressed}"


def is_read(place: Path) -> bool:
    """Whether anything looks there: at what stands in a form, its shape alone does."""
    return len(place) <= DEEP or (place[0] != "view" and "blocks" not in place[:-1])


@pytest.mark.slow
def test_no_payload_is_a_fault_of_which_a_part_is_missing_empty_or_odd(target: Target) -> None:
    """Each part of each kind in turn, so that none is left to chance."""
    kinds = {kind_of(body): body for body in target.seeds}
    for body in kinds.values():
        for place in filter(is_read, places(body)):
            for odd in (GONE, [], True):
                target.takes(changed(target.fresh(body), place, odd))


@pytest.mark.parametrize("odd", ["\ud800", {"effect": 7}, ["7"], 7, None])
def test_metadata_of_any_form_is_no_id_of_an_effect(odd: Any) -> None:
    for place in (
        ("metadata",),
        ("metadata", "event_payload"),
        ("metadata", "event_payload", "effect"),
    ):
        message = changed({"metadata": metadata_of("7")}, place, odd)
        assert effect_of(message) is None


@pytest.mark.slow
def test_no_spoilt_payload_is_a_fault(target: Target) -> None:
    @examples(150)
    @given(spoilt(target.seeds))
    def holds(body: Any) -> None:
        target.takes(target.fresh(body))

    holds()


LINES = st.builds(
    " ".join,
    st.lists(
        st.sampled_from([word.name for word in WORDS if word.name])
        | st.sampled_from(["inc-1", "inc-2", "--sev", "--over", "--at", "--due", "1", "@bob", "3d"])
        | st.sampled_from(["add", "done", "start", "skip", "search", "none", "<@U0BOB|bob>"])
        | st.sampled_from(TEXTS)
        | st.text(max_size=20),
        max_size=6,
    ),
)


@pytest.mark.slow
def test_no_typed_line_is_a_fault(target: Target) -> None:
    @examples(150)
    @given(LINES)
    def holds(line: str) -> None:
        world = target.door.world
        channel = next(iter(world.sim.workspace.channels))
        target.takes(
            {
                "command": "/incident",
                "text": line,
                "user_id": world.bob.id,
                "team_id": world.sim.workspace.team.id,
                "channel_id": channel,
                "trigger_id": f"9.{next(target.nth)}",
            }
        )

    holds()


def test_it_works_as_ever_after_all_that(target: Target) -> None:
    world = target.door.world
    reply = target.runner.run(world.carol.says("/incident declare the warehouse is on fire"))
    assert "INC-" in reply.text


def test_each_event_that_is_acted_on_says_what_it_relies_on() -> None:
    assert set(EVENTS) == set(FAMILIES)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_what_is_no_object_is_misshapen(body: Any) -> None:
    assert misshapen(body)


DECLARED = Declaration(
    workspace="T1",
    stream="a",
    identity="slash:1.1",
    command=Declare(title=Text("checkout is down"), services=("shop",)),
    actor=Actor(user="U0ANN"),
    at=datetime(2026, 3, 4, 10, tzinfo=UTC),
    called=("U0BOB", "U0CAROL"),
)
PINNED = {"ts": "1.1", "metadata": metadata(DECLARED)}


def test_what_a_room_was_made_for_is_read_as_it_was_written() -> None:
    assert declaration_of(PINNED) == DECLARED


def test_no_spoilt_note_of_what_a_room_was_made_for_is_a_fault() -> None:
    """A newer version may have written it: read, or left to that one."""

    @examples(150)
    @given(spoilt([PINNED, PINNED["metadata"]]))
    def holds(raw: Any) -> None:
        found = declaration_of(raw if isinstance(raw, dict) else {})
        assert found is None or found.at.tzinfo is not None

    holds()
    for at in places(PINNED):
        for value in (GONE, *VALUES):
            declaration_of(changed(PINNED, at, value))
