"""The message log ends up as Slack has it, whatever order Slack's words arrive in."""

from dataclasses import replace
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.storage import deliveries, messages, tables
from bot.storage.database import Connection, Database, Overtaken
from bot.storage.messages import Said, SharedFile

ROOM = "C1"
_channels = count(1)


def ts(second: int, micros: int = 0) -> str:
    return f"{1_772_618_400 + second}.{micros:06d}"


def said(second: int = 0, **about: object) -> Said:
    at = ts(second)
    first = Said(workspace="T1", channel=ROOM, ts=at, as_of=at, user="U0ANN", text="It is down.")
    return replace(first, **about)  # type: ignore[arg-type]


def edited(message: Said, text: str, later: int) -> Said:
    when = ts(later)
    return replace(message, text=text, as_of=when, edited_ts=when)


def deleted(message: Said, later: int) -> Said:
    """As Slack tells it at worst: without a word of what it was."""
    return Said(
        workspace="T1", channel=message.channel, ts=message.ts, as_of=ts(later), deleted=True
    )


async def keeps(database: Database, *told: Said) -> None:
    await database.write(lambda c: messages.keep(c, told))


async def log_of(database: Database, channel: str = ROOM) -> list[Said]:
    return await database.read(lambda c: messages.of_room(c, channel))


async def has_a_room(database: Database, channel: str = ROOM, stream: str = "s1") -> None:
    row = {"channel": channel, "workspace": "T1", "stream": stream, "seen_to": "0"}

    def work(connection: Connection) -> None:
        connection.execute(tables.rooms.insert(), [row])

    await database.write(work)


async def test_one_that_does_not_fit_fails_alone_and_the_next_is_kept(database: Database) -> None:
    odd = messages.rows_of([replace(said(), user=None)])  # type: ignore[arg-type]
    with pytest.raises(Overtaken):
        await database.put(lambda c: messages.store(c, odd))
    fits = messages.rows_of([said()])
    await database.put(lambda c: messages.store(c, fits))
    assert await log_of(database) == [said()]


# ── Words arrive in any order ───────────────────────────────────────────────────────────────────


async def test_what_was_said_is_read_back_with_its_thread_and_files(database: Database) -> None:
    shared = SharedFile(name="graph.png", link="https://slack.example/f", kind="image/png")
    message = said(thread_ts=ts(-5), files=(shared,))
    await keeps(database, message)
    assert await log_of(database) == [message]
    assert await database.read(lambda c: messages.one(c, ROOM, message.ts)) == message


async def test_an_edit_that_comes_before_its_message_stays(database: Database) -> None:
    first = said()
    second = edited(first, "It is up.", 5)
    await keeps(database, second)
    await keeps(database, first)
    assert await log_of(database) == [second]


async def test_a_deletion_that_comes_before_its_message_stays_and_holds_no_words(
    database: Database,
) -> None:
    first = said(thread_ts=ts(-5))
    await keeps(database, deleted(first, 9))
    await keeps(database, first)
    [kept] = await log_of(database)
    assert (kept.deleted, kept.text, kept.user, kept.thread_ts) == (True, "", "U0ANN", ts(-5))


async def test_deleting_empties_the_words_and_files(database: Database) -> None:
    first = said(files=(SharedFile(name="secret.txt"),))
    await keeps(database, first)
    await keeps(database, deleted(first, 9))
    [kept] = await log_of(database)
    assert (kept.deleted, kept.text, kept.files) == (True, "", ())


async def test_one_commit_may_hold_several_words_on_one_message(database: Database) -> None:
    first = said()
    second = edited(first, "It is up.", 5)
    await keeps(database, second, first, second)
    assert await log_of(database) == [second]


async def test_what_was_said_again_by_nobody_new_changes_nothing(database: Database) -> None:
    await keeps(database, said())
    await keeps(database, said())
    assert await log_of(database) == [said()]


lives = st.tuples(st.lists(st.text("ab", max_size=3), max_size=4), st.booleans())
"""The texts that a message was edited to, and whether it was deleted in the end."""


@settings(max_examples=60)
@given(life=lives, data=st.data())
async def test_any_order_any_repetition_and_any_grouping_end_in_the_same_state(
    database: Database, life: tuple[list[str], bool], data: st.DataObject
) -> None:
    channel = f"C{next(_channels)}x"
    texts, gone = life
    first = said(channel=channel)
    words = [first, *(edited(first, text, n) for n, text in enumerate(texts, 1))]
    truth = words[-1]
    if gone:
        words.append(deleted(first, 99))
        truth = replace(truth, text="", edited_ts=None, as_of=ts(99), deleted=True)
    again = data.draw(st.lists(st.sampled_from(words), max_size=5))
    told = data.draw(st.permutations([*words, *again]))
    while told:
        together = data.draw(st.integers(1, len(told)))
        await keeps(database, *told[:together])
        told = told[together:]
    assert await log_of(database, channel) == [truth]


# ── Reading ─────────────────────────────────────────────────────────────────────────────────────


async def test_a_room_is_read_in_order_page_by_page(database: Database) -> None:
    await keeps(database, *(said(n) for n in (3, 1, 2)), said(4, channel="C2"))
    page = await database.read(lambda c: messages.of_room(c, ROOM, limit=2))
    rest = await database.read(lambda c: messages.of_room(c, ROOM, after=page[-1].ts, limit=2))
    assert [one.ts for one in (*page, *rest)] == [ts(1), ts(2), ts(3)]


async def test_an_incident_has_all_the_rooms_it_ever_had(database: Database) -> None:
    await has_a_room(database, "C1")
    await has_a_room(database, "C2")
    await has_a_room(database, "C3", stream="another")
    assert await database.read(lambda c: messages.rooms_of(c, "s1")) == ["C1", "C2"]


async def test_some_messages_are_found_by_their_ts(database: Database) -> None:
    await keeps(database, *(said(n) for n in range(600)))
    wanted = [ts(n) for n in range(600)]
    found = await database.read(lambda c: messages.some(c, ROOM, [*wanted, ts(9_999)]))
    assert sorted(found) == wanted


async def test_threads_are_named_by_their_latest_reply(database: Database) -> None:
    old, busy = ts(1), ts(2)
    await keeps(
        database, said(1), said(2), said(10, thread_ts=old), said(20, thread_ts=busy), said(30)
    )
    since = await database.read(lambda c: messages.threads_since(c, ROOM, ts(0), 9))
    assert since == [busy, old]
    assert await database.read(lambda c: messages.threads_since(c, ROOM, ts(15), 9)) == [busy]


# ── How far a room is complete ──────────────────────────────────────────────────────────────────


async def test_how_far_a_room_was_read_only_moves_forward(database: Database) -> None:
    await has_a_room(database)
    assert await database.read(lambda c: messages.seen_to(c, ROOM)) == "0"
    for newest in (ts(5), ts(3)):
        await database.write(lambda c, n=newest: messages.seen(c, {ROOM: n, "C9": n}))  # type: ignore[misc]
    assert await database.read(lambda c: messages.seen_to(c, ROOM)) == ts(5)
    assert await database.read(lambda c: messages.seen_to(c, "C9")) == "0"


async def test_a_room_that_got_another_id_is_the_same_incidents_room(database: Database) -> None:
    await has_a_room(database)
    for _ in range(2):
        await database.write(lambda c: messages.move(c, ROOM, "C2"))
    await database.write(lambda c: messages.move(c, "C8", "C9"))
    assert await database.read(lambda c: messages.rooms_of(c, "s1")) == [ROOM, "C2"]


# ── What was taken already ──────────────────────────────────────────────────────────────────────


async def test_what_was_taken_and_what_is_late_are_known_by_what_they_are_about(
    database: Database,
) -> None:
    about = "mark:reaction:C1:1.0:U1:"

    def remember(connection: Connection) -> None:
        deliveries.remember(
            connection,
            workspace="T1",
            identity=about + ts(5),
            stream="s1",
            version=1,
            answer=None,
            now=tables._EPOCH,  # noqa: SLF001 - any time will do
        )

    await database.write(remember)

    async def taken(about: str, at: str, workspace: str = "T1") -> bool:
        return await database.read(lambda c: messages.taken_since(c, workspace, about, at))

    assert await taken(about, ts(4))
    assert await taken(about, ts(5))
    assert not await taken(about, ts(6))
    assert not await taken(about.replace("U1", "U2"), ts(4))
    assert not await taken(about, ts(4), workspace="T2")
