"""Every form opens in every state in which it can be asked for, within the limits of Slack."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.domain.process import Process
from bot.domain.refusals import Refused
from bot.domain.values import Actor
from bot.simulator.blocks import is_too_large, problems_in_view
from bot.slack.asking import Asked
from bot.slack.forms import (
    CHOICES,
    FORMS,
    cancel,
    close,
    decision,
    declare,
    decline,
    edit,
    evidence,
    followup,
    handover,
    note,
    page,
    resolve,
    review,
    role,
    severity,
    skip,
    status,
    update,
)
from bot.storage.database import Database, DatabaseAway, T, Urgency, Work
from tests.domain.vocabulary import ANN, BOB, Story
from tests.people import World, a_world
from tests.slack.messages import stories

VIEWS: dict[str, Callable[[Asked], dict[str, Any]]] = {
    "update": update.view,
    "status": status.view,
    "severity": severity.view,
    "role": lambda asked: role.view(asked, notice="<@UBOB> is scribe already."),
    "handover": handover.view,
    "page": page.view,
    "note": note.view,
    "decision": decision.view,
    "edit": edit.view,
    "followup": followup.view,
    "evidence": lambda asked: evidence.view(asked, path="1"),
    "skip": lambda asked: skip.view(asked, path="1"),
    "resolve": resolve.view,
    "review": review.view,
    "close": close.view,
    "decline": lambda asked: decline.view(asked, reason="<" * 2_500, question="Sure?"),
    "cancel": lambda asked: cancel.view(asked, question="<@UBOB> leads."),
}
FIELDS = {
    "declare": "title severity category services summary started options",
    "update": "text no_change impact next",
    "status": "status reason",
    "severity": "severity reason",
    "role": "role person drop",
    "handover": "person",
    "page": "person text",
    "note": "text at",
    "decision": "text",
    "edit": "title summary impact category services started detected acknowledged mitigated",
    "followup": "text owner due",
    "evidence": "note link",
    "skip": "reason",
    "resolve": "resolution ended verified",
    "review": "summary cause cause_unknown went_well was_hard lucky",
    "close": "reason",
    "decline": "reason",
    "cancel": "reason",
}
"""Names that scripts and tests may rely on: of each form, its fields in order."""
STORIES = (
    stories.just_declared,
    stories.room_ready,
    stories.at_work,
    stories.deep_in_a_playbook,
    stories.handing_over,
    stories.without_commander,
    stories.long_overdue,
    stories.private_drill,
    stories.after_resolve,
    stories.reopened,
    stories.after_close,
    stories.declined,
    stories.hostile,
)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with a_world(tmp_path, process=stories.process()) as opened:
        yield opened


def asked(world: World, story: Story, by: str = ANN) -> Asked:
    assert world.bot.desk is not None
    return Asked(
        desk=world.bot.desk,
        workspace=story.incident.workspace,
        actor=Actor(user=by),
        incident=story.incident,
        channel="CROOM",
    )


def field_names(view: dict[str, Any]) -> list[str]:
    return [block["block_id"] for block in view["blocks"] if block["type"] == "input"]


def test_every_form_is_looked_at_here() -> None:
    assert set(FORMS) == {*VIEWS, "declare"} == set(FIELDS)


async def test_every_view_passes_slacks_checks_in_every_state(world: World) -> None:
    opened = set()
    for told in STORIES:
        for by in (ANN, BOB):
            for name, build in VIEWS.items():
                try:
                    view = build(asked(world, told(), by))
                except Refused:
                    continue
                opened.add(name)
                assert view["callback_id"] == name
                assert problems_in_view(view) == [], (told.__name__, name)
                assert not is_too_large(view)
    assert opened == set(VIEWS)


async def test_fields_are_named_after_what_they_hold(world: World) -> None:
    story = {"close": stories.after_resolve, "review": stories.after_resolve}
    for name, build in VIEWS.items():
        told = story.get(name, stories.at_work)
        view = build(asked(world, told()))
        fields = [field for field in field_names(view) if field != "confirmed"]
        wanted = FIELDS[name].split()
        assert sorted(fields) == sorted(wanted) if name == "evidence" else fields == wanted, name
        for block in view["blocks"]:
            if block["type"] == "input":
                assert block["element"]["action_id"] == block["block_id"]
        assert FORMS[name].first_field in fields


async def test_the_form_of_a_declaration_asks_for_a_title_alone(world: World) -> None:
    view = await declare.view(asked(world, stories.at_work()))
    assert field_names(view) == FIELDS["declare"].split()
    needed = [block for block in view["blocks"] if block.get("optional") is False]
    assert [block["block_id"] for block in needed] == ["title"]
    assert problems_in_view(view) == []


async def test_the_form_that_resolves_names_what_the_playbook_still_asks_for(world: World) -> None:
    with_open_steps = stories.whole(VIEWS["resolve"](asked(world, stories.at_work())))
    assert "📋 Not done in “Service outage”: *2.* " in with_open_steps
    assert "Not done" not in stories.whole(VIEWS["resolve"](asked(world, stories.room_ready())))


async def test_forms_that_cannot_be_carried_out_do_not_open(world: World) -> None:
    over = asked(world, stories.after_close())
    for name in ("update", "status", "severity", "role", "decision", "resolve", "close"):
        with pytest.raises(Refused):
            VIEWS[name](over)
    for name in ("note", "edit", "followup", "review"):
        assert VIEWS[name](over)["callback_id"] == name


async def test_guests_are_told_before_they_fill_anything_in(world: World) -> None:
    guest = replace(asked(world, stories.at_work()), actor=Actor(user="UGUS", guest=True))
    assert note.view(guest)["callback_id"] == "note"
    for name in set(VIEWS) - {"note"}:
        with pytest.raises(Refused, match="Guests may look"):
            VIEWS[name](guest)


async def test_an_organisation_without_services_and_with_many_roles_is_shown(
    world: World,
) -> None:
    bare = Process()
    many = replace(
        bare,
        roles=tuple(replace(bare.roles[1], key=f"r{n}", label="r" * 80) for n in range(90)),
        categories=tuple(f"{'c' * 90}{n}" for n in range(130)),
    )
    world.bot.process = many
    for name in ("role", "edit"):
        assert problems_in_view(VIEWS[name](asked(world, stories.room_ready()))) == []


def test_what_speaks_before_it_is_submitted_is_known() -> None:
    assert set(CHOICES) == {"title", "evidence", "skip", "role_press"}


class Away(Database):
    """A database that does not answer."""

    async def write(self, work: Work[T], urgency: Urgency = Urgency.DELIVERY) -> T:
        raise DatabaseAway(work, urgency)

    async def read(self, work: Work[T]) -> T:
        raise DatabaseAway(work)

    def changed_elsewhere(self) -> bool:
        return False

    async def close(self) -> None:
        pass


async def test_the_form_of_a_declaration_opens_without_a_database(world: World) -> None:
    usual = asked(world, stories.at_work())
    without = replace(usual, desk=replace(usual.desk, database=Away()))
    view = await declare.view(without, title="checkout is down")
    assert field_names(view) == FIELDS["declare"].split()
