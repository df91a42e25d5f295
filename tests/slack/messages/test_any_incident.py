"""Slack takes the card and its kin whatever the incident has grown to."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.incident import Incident
from bot.domain.process import Process, Role
from bot.domain.state import Cadence
from bot.domain.values import (
    Failure,
    Followup,
    Handover,
    Phase,
    Room,
    Task,
    Text,
)
from bot.simulator.blocks import problems_in_message, text_length
from bot.slack.messages import lists
from bot.slack.messages.announcement import announcement
from bot.slack.messages.brief import brief
from bot.slack.messages.card import card
from bot.slack.messages.naming import room_name, topic
from tests.domain.vocabulary import MONDAY_NOON
from tests.slack.messages import stories
from tests.slack.messages.stories import everything_owed

MOST_BLOCKS = 50
MOST_CHARACTERS = 10_000
NASTY = st.sampled_from(
    ["<", "&", ">", "<!channel>", "<@U1>", "\n", "```", "*", "é", "🔥", "\u202e"]
)
TEXTS = st.builds(
    lambda unit, times, tail: Text((unit * times + tail)[:2_500]),
    NASTY | st.text(min_size=1, max_size=5),
    st.integers(0, 2_500),
    st.text(max_size=20),
)
TITLES = st.builds(lambda text: Text(text[:120] or "x"), TEXTS)
USERS = st.from_regex(r"[UW][A-Z0-9]{8,12}", fullmatch=True)
TIMES = st.integers(-10_000, 10_000).map(lambda m: MONDAY_NOON + timedelta(minutes=m))
ROLES = ("commander", "deputy", "scribe", "communications", "operations", "expert", "gone")
STARTED = {
    name: stories.STORIES[name]().incident for name in ("at work", "deep in a playbook", "hostile")
}
TASKS = st.builds(
    Task,
    number=st.integers(1, 10**6),
    title=TEXTS,
    assignee=USERS | st.none(),
    due=TIMES | st.none(),
)
FOLLOWUPS = st.builds(
    Followup,
    number=st.integers(1, 10**6),
    text=TEXTS,
    owner=USERS | st.none(),
    due=TIMES | st.none(),
    added_by=USERS,
)
ROOMS = st.builds(Room, channel=st.just("C0123456789"), name=TITLES, archived=st.booleans())


@st.composite
def incidents(draw: st.DrawFn) -> Incident:
    """Draw an incident in any state, reachable or not: the messages must not depend on it."""
    begun = draw(st.sampled_from(sorted(STARTED)))
    run = STARTED[begun].runs[0]
    failures = [
        Failure(effect=draw(TITLES), why=draw(TEXTS), at=MONDAY_NOON)
        for _ in range(draw(st.integers(0, 8)))
    ]
    cadence = Cadence(
        due_at=draw(TIMES | st.none()),
        last_at=draw(TIMES | st.none()),
        last_text=draw(TEXTS),
        overdue=draw(st.booleans()),
    )
    return replace(
        STARTED[begun],
        number=draw(st.integers(1, 10**9)),
        title=draw(TITLES),
        summary=draw(TEXTS),
        impact=draw(TEXTS),
        resolution=draw(TEXTS),
        severity=draw(st.sampled_from(["sev1", "sev4", "gone"])),
        status=draw(TITLES),
        phase=draw(st.sampled_from(list(Phase))),
        category=draw(TITLES | st.none()),
        services=tuple(draw(st.lists(TITLES, max_size=6))),
        private=draw(st.booleans()),
        drill=draw(st.booleans()),
        room=draw(ROOMS | st.none()),
        roles={
            role: tuple(draw(st.lists(USERS, max_size=8)))
            for role in draw(st.sets(st.sampled_from(ROLES)))
        },
        handover=draw(st.builds(Handover, giver=USERS, to=USERS) | st.none()),
        cadence=cadence,
        tasks=tuple(draw(st.lists(TASKS, max_size=9))),
        followups=tuple(draw(st.lists(FOLLOWUPS, max_size=25))),
        offers=draw(st.dictionaries(st.sampled_from("abcdefgh"), TITLES, max_size=6)),
        runs=tuple(replace(run, id=f"run-{n}") for n in range(draw(st.integers(0, 5)))),
        failures={failure.effect: failure for failure in failures},
        source_link=draw(st.sampled_from(["", "https://x.slack.com/archives/C1/p1?a=1&b=2|<"])),
    )


PROCESS = replace(
    stories.process(),
    roles=(*Process().roles, Role(key="expert", label="x" * 80, responsibilities="y" * 2_000)),
)
SOME = settings(max_examples=30)


def fits(message: dict[str, object]) -> None:
    blocks = message.get("blocks", [])
    assert isinstance(blocks, list)
    assert problems_in_message(blocks) == []
    assert len(blocks) <= MOST_BLOCKS
    assert text_length(blocks) <= MOST_CHARACTERS
    assert len(str(message["text"])) <= 300


@SOME
@given(incidents())
def test_the_card_stays_within_slacks_limits(incident: Incident) -> None:
    story = stories.at_work()
    for owed in ([], everything_owed(story)):
        fits(card(incident, PROCESS, owed, page=stories.PAGE, now=story.now))


@SOME
@given(incidents())
def test_so_do_announcement_brief_and_answers(incident: Incident) -> None:
    story = stories.hostile()
    fits(announcement(incident, PROCESS, now=story.now))
    fits(brief(incident, story.record, PROCESS, incident.lead, word="/incident"))
    fits(lists.shown(incident, PROCESS, page=stories.PAGE))
    fits(lists.timeline(story.record * 5, incident, PROCESS, page=stories.PAGE))
    fits(lists.catchup(story.record, incident, PROCESS, page=stories.PAGE))
    fits(lists.why([replace(e, rule="a rule") for e in story.record] * 5, incident, PROCESS))


@SOME
@given(incidents(), st.integers(1, 30), st.text())
def test_names_and_topics_are_legal_whatever_the_title(
    incident: Incident, suffix: int, commander: str
) -> None:
    name = room_name(incident, suffix)

    assert 0 < len(name) <= 80
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert not name.endswith("-")
    assert "--" not in name
    assert name.startswith(f"inc-{incident.number}")
    assert suffix == 1 or name.endswith(f"-{suffix}")
    made = topic(incident, Process(), commander)
    assert len(made) <= 250
    assert not set(made) & set("\u202e") - set(incident.status)
