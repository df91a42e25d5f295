"""What stands on the timeline and is edited or deleted later stands so in the review, too."""

from datetime import timedelta

import pytest

from bot.domain.events import MarkedMessageChanged
from bot.simulator.workspace import Message
from bot.storage import streams
from tests.people import World
from tests.scenarios.test_review import RESOLVED, reads
from tests.scenarios.timeline.room import Room
from tests.scenarios.timeline.test_away import comes_back, loses_events


async def changes(room: Room) -> list[tuple[str, bool]]:
    """Which messages on the timeline are on record as changed, and which of them as gone."""
    stream = (await room.incident()).stream
    recorded = await room.world.bot.database.read(lambda c: streams.read(c, stream))
    events = [one.event for one in recorded if isinstance(one.event, MarkedMessageChanged)]
    return [(event.ts, event.gone) for event in events]


async def timeline(room: Room) -> str:
    """The timeline of the review, once the next minute is over."""
    room.world.clock.advance(timedelta(seconds=90))
    await room.world.settles()
    text = await reads(room.world)
    return text.partition("## Timeline")[2].partition("\n## ")[0]


@pytest.fixture
async def marked(world: World, room: Room) -> Message:
    """A message on the timeline of an incident that is resolved, with a draft of its review."""
    said = await room.hears("The cache fell over")
    await room.after(room.ann.reacts("pushpin", to=said))
    await world.ann.says(RESOLVED, in_=room.channel.name)
    assert "The cache fell over" in await timeline(room)
    return said


async def test_edits_within_a_minute_are_one_event_and_the_review_has_the_last(
    room: Room, marked: Message
) -> None:
    for words in ("The cash fell over", "The pool ran dry", "The pool ran dry at noon"):
        await room.after(room.bob.edits(marked, words))
    assert "“The pool ran dry at noon”" in await timeline(room)
    assert await changes(room) == [(marked.ts, False)]
    await room.after(room.bob.edits(marked, "The pool ran dry at one"))
    assert "at one" in await timeline(room)
    assert await changes(room) == [(marked.ts, False)] * 2


async def test_a_deleted_one_is_not_repeated(room: Room, marked: Message) -> None:
    await room.after(room.bob.edits(marked, "The password was swordfish"), room.bob.deletes(marked))
    told = await timeline(room)
    assert "deleted in Slack" in told
    assert "fell over" not in told
    assert (await changes(room)).count((marked.ts, True)) == 1


async def test_what_is_not_on_the_timeline_or_says_the_same_changes_nothing(
    room: Room, marked: Message
) -> None:
    other = await room.hears("lunch?")
    await room.after(
        room.bob.edits(other, "dinner?"),
        room.bob.deletes(other),
        room.ann.posts(room.id, "indeed", thread=marked),
    )
    await timeline(room)
    assert await changes(room) == []


async def test_before_there_is_a_review_nothing_has_to_follow(room: Room) -> None:
    said = await room.hears("The cache fell over")
    await room.after(room.ann.reacts("pushpin", to=said), room.bob.edits(said, "The pool ran dry"))
    room.world.clock.advance(timedelta(seconds=90))
    await room.world.settles()
    assert await changes(room) == []


async def test_what_changed_while_the_bot_was_away_is_found(
    world: World, room: Room, marked: Message
) -> None:
    await world.stops()
    loses_events(world)
    await room.bob.edits(marked, "The pool ran dry")
    await comes_back(world)
    assert "The pool ran dry" in await timeline(room)
    assert await changes(room) == [(marked.ts, False)]
