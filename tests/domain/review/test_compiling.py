"""The whole review: complete, blameless, kept, linear."""

import gc
import re
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import commands as c
from bot.domain import events as e
from bot.domain.lifecycle import missing
from bot.domain.refusals import Refused
from bot.domain.review import plain
from bot.domain.review.compiling import SECTIONS, compiled
from bot.domain.review.document import Block, Missing
from bot.domain.review.markdown import markdown
from bot.domain.review.record import Message
from bot.domain.values import Actor, Text
from tests.domain import test_any_order as any_order
from tests.domain.review.reading import (
    ARCHIVE,
    NAMES,
    does,
    recorded,
    review,
    section,
    whole_incident,
    written,
)
from tests.domain.vocabulary import ANN, BOB, ROOM, Story, declared, minutes, resolved, with_room

GOLDEN = Path(__file__).with_name("golden.md")


def test_a_whole_incident_reads_like_this() -> None:
    """After a wanted change: `python -m tests.domain.review.reading` writes the file anew."""
    story, messages = whole_incident()

    assert markdown(review(story, *messages)) == GOLDEN.read_text(encoding="utf-8")


def test_every_file_of_a_section_is_on_the_list() -> None:
    folder = Path(sys.modules["bot.domain.review"].__file__ or "").parent
    files = {
        path.stem for path in folder.glob("*.py") if "\ndef section(" in path.read_text("utf-8")
    }
    listed = [section.__module__.rpartition(".")[2] for section in SECTIONS]

    assert set(listed) == files
    assert listed[-1] == "appendix"


def test_keys_of_sections_are_fit_for_anchors_and_different() -> None:
    keys = [part.key for part in review(declared()).sections]

    assert len(set(keys)) == len(keys)
    assert all(re.fullmatch(r"[a-z-]+", key) for key in keys)


def test_an_empty_incident_has_every_section_and_says_what_is_missing() -> None:
    document = review(declared())

    assert len(document.sections) == len(SECTIONS)
    assert all(part.blocks for part in document.sections)
    assert all("`/incident " in gap.how for gap in document.gaps)
    assert {gap.what for gap in document.gaps} >= {
        "Nobody has summed up yet what happened.",
        "When the impact started is not recorded.",
        "What mended it is not recorded.",
    }


def test_names_and_ids_stand_in_the_table_of_participants_only() -> None:
    story, messages = whole_incident()
    document = review(story, *messages)

    whole = plain.dumps(document)
    for name in (*NAMES, *NAMES.values()):
        assert whole.count(name) <= 1, name
    *body, appendix = document.sections
    for part in body:
        text = repr(part)
        assert not any(name in text for name in (*NAMES, *NAMES.values())), part.key
    assert "Ann Arbor" in repr(appendix)


def test_what_people_wrote_is_kept_when_the_review_is_compiled_again() -> None:
    story = resolved()
    story.do(c.WriteReview(summary=Text("a full disk"), lucky=Text("it was noon")))
    before = review(story)
    story.now += minutes(10)
    does(story, BOB, c.AddNote(text=Text("one more fact")), c.WriteReview(cause=Text("old logs")))

    after = review(story)

    assert after.version > before.version
    for key in ("summary", "looking-back"):
        assert written(section(story, key)) == written(
            next(part for part in before.sections if part.key == key)
        )
    assert written(section(story, "cause")) == ["old logs"]
    assert "one more fact" in markdown(after)


def test_the_same_record_gives_the_same_document() -> None:
    story, messages = whole_incident()

    assert review(story, *messages) == review(story, *messages)


def test_a_renamed_command_is_the_one_that_people_are_told_to_type() -> None:
    record = recorded(declared())
    renamed = compiled(type(record)(**{**vars(record), "word": "/oops"}))

    assert all("`/oops " in gap.how for gap in renamed.gaps)
    assert "/incident " not in repr([gap.how for gap in renamed.gaps])


@given(
    st.lists(
        st.tuples(
            st.one_of(
                any_order.EDITING,
                any_order.MOVING,
                any_order.LEADING,
                any_order.TELLING,
                any_order.WORKING,
                any_order.BEING_THERE,
                any_order.TIMERS,
                any_order.OUTCOMES,
                any_order.OBSERVED,
            ),
            any_order.PEOPLE,
            st.sampled_from([0, 1, 31, 500]),
        ),
        max_size=25,
    ),
    st.lists(st.text(max_size=40), max_size=4),
)
def test_whatever_happens_a_review_can_be_made_of_it(
    asked: list[tuple[c.Command, Actor, int]], lines: list[str]
) -> None:
    story = Story(process=any_order.PROCESS)
    story.do(c.Declare(title=Text("checkout is down"), severity="sev2", number=42))
    for command, by, passed in asked:
        story.passes(timedelta(minutes=passed))
        try:
            story.do(command, by)
        except Refused:
            continue
    messages = [
        Message(channel=ROOM, ts=f"176761{n:04}.000100", user=BOB, text=text, at=story.now)
        for n, text in enumerate(lines)
    ]

    document = review(story, *messages)

    assert plain.loads(plain.dumps(document)) == document
    assert len(document.missing) == len(missing(story.incident, story.process))
    assert markdown(document).startswith("# INC-42: ")
    assert not any(user in repr(document.sections[:-1]) for user in (ANN, BOB, "UCLEO"))


def test_an_event_of_a_newer_version_is_told_by_its_name() -> None:
    story = with_room()
    before = story.record[-1]
    unknown = type(before)(
        **{
            **vars(before),
            "version": before.version + 1,
            "event": e.Unknown(name="MoonRose", body="{}"),
        }
    )
    story.record.append(unknown)

    assert "MoonRose" in markdown(review(story))


def test_every_kind_of_block_can_be_rendered() -> None:
    story, messages = whole_incident()
    kinds = {type(block) for part in review(story, *messages).sections for block in part.blocks}

    assert kinds | {Missing} == set(get_args(Block))


def test_permalinks_are_those_that_slack_gives() -> None:
    story, messages = whole_incident()

    whole = markdown(review(story, *messages))

    assert f"{ARCHIVE}archives/CROOM/p1767614820000100)" in whole
    assert (
        f"{ARCHIVE}archives/CROOM/p1767617600000200?thread_ts=1767614820.000100&cid=CROOM" in whole
    )


# ── Work ────────────────────────────────────────────────────────────────────────────────────────


def steps_of(work: Callable[[], Any]) -> int:
    """Count the steps of the interpreter that a piece of work takes.

    What is collected meanwhile of other tests is none of them.
    """
    count = 0

    def tracing(frame: FrameType, event: str, _arg: object) -> Any:
        nonlocal count
        if event == "opcode":
            count += 1
        else:
            frame.f_trace_opcodes, frame.f_trace_lines = True, False
        return tracing

    before = sys.gettrace()
    gc.disable()
    sys.settrace(tracing)
    try:
        work()
    finally:
        gc.enable()
        sys.settrace(before)
    return count


@pytest.mark.parametrize("render", [plain.dumps, markdown])
def test_twice_the_messages_are_twice_the_work(render: Callable[[Any], str]) -> None:
    story = with_room()

    def work_for(count: int) -> int:
        messages = tuple(
            Message(
                channel=ROOM,
                ts=f"1767{n:06}.000100",
                user=f"U{n % 40}",
                text=f"<@U{n % 7}> says {n} &amp; more",
                at=story.now + timedelta(seconds=n),
            )
            for n in range(count)
        )
        record = recorded(story, *messages)
        return steps_of(lambda: render(compiled(record)))

    some, more, most = work_for(50), work_for(100), work_for(200)

    assert (most - more) == pytest.approx(2 * (more - some), rel=0.05)


def test_twice_the_events_are_twice_the_work() -> None:
    def work_for(count: int) -> int:
        story = with_room()
        for n in range(count):
            story.do(c.AddNote(text=Text(f"fact {n}")))
            story.do(
                c.MarkMessage(channel=ROOM, ts=f"1767{n:06}.000100", how="reaction", said_by=BOB)
            )
        record = recorded(story)
        return steps_of(lambda: plain.dumps(compiled(record)))

    some, more, most = work_for(25), work_for(50), work_for(100)

    assert (most - more) == pytest.approx(2 * (more - some), rel=0.05)
