"""Who may use which word: members any, guests and other organisations to look, join and note."""

import pytest

from tests.people import Responder, World

LOOKING = (
    "show",
    "join",
    "note I see it, too",
    "timeline",
    "catchup",
    "why",
    "list",
    "help",
    "room",
    "task list",
    "followup list",
    "playbook list",
    "playbook status",
)
CHANGING = (
    "update it is worse",
    "update",
    "status investigating",
    "status",
    "severity 1",
    "severity",
    "role scribe",
    "role",
    "handover @bob",
    "handover",
    "decision go back",
    "decision",
    "edit title other",
    "edit",
    "playbook start restore",
    "playbook done 1",
    "playbook skip 1 no time",
    "task done 1",
    "followup add an alert",
    "followup done 1",
    "resolve done",
    "resolve",
    "review",
    "close because",
    "decline a test",
    "cancel a test",
    "reopen it is back",
    "room new",
    "declare another thing",
    "declare",
)


@pytest.fixture
async def guests(world: World, room: str) -> tuple[Responder, ...]:
    """A guest, and somebody of another organisation, both in the room."""
    world.sim.workspace.channels[room].is_shared = True
    await world.ann.says("/incident playbook start restore", in_=room)
    await world.ann.says("/incident followup add write it down", in_=room)
    for name in ("dan", "finn"):
        await world.ann.hands.invites(name, room)
    await world.settles()
    return world.dan, world.finn


async def test_guests_look_join_and_note(
    world: World, room: str, guests: tuple[Responder, ...]
) -> None:
    for guest in guests:
        for line in LOOKING:
            reply = await guest.says(f"/incident {line}", in_=room)
            assert "Guests" not in reply, line
            assert "wrong" not in reply, line
    notes = (await world.ann.says("/incident timeline", in_=room)).text
    assert "Note by @dan: I see it, too" in notes
    assert "Note by @finn: I see it, too" in notes


async def test_guests_change_nothing(
    world: World, room: str, guests: tuple[Responder, ...]
) -> None:
    before = (await world.incident()).version
    for guest in guests:
        for line in CHANGING:
            reply = await guest.says(f"/incident {line}", in_=room)
            assert "Guests" in reply, (line, reply.text)
            assert guest.hands.modal is None, line
    assert (await world.incident()).version == before


async def test_the_buttons_of_the_card_are_no_way_round(
    world: World, room: str, guests: tuple[Responder, ...]
) -> None:
    before = (await world.incident()).version
    labels = ("Post update", "Status", "Severity", "Roles", "Resolve", "Edit", "Decision",
              "Follow-up", "Hand over", "Done", "Skip 2…")  # fmt: skip
    for guest in guests:
        for label in labels:
            told = len(guest.hands.screen(room))
            await guest.clicks(label, in_=room)
            assert guest.hands.modal is None, label
            answers = guest.hands.screen(room)[told:]
            assert "Guests" in "".join(guest.hands.reads(each) for each in answers), label
    assert (await world.incident()).version == before


NOT_ABOUT_ONE = {"list", "help", "declare", "declare another thing"}
ABOUT_ONE = [line for line in (*LOOKING, *CHANGING) if line not in NOT_ABOUT_ONE]


def _of(line: str, number: int) -> str:
    word, _, rest = line.partition(" ")
    return f"/incident {word} inc-{number} {rest}".strip()


async def test_an_unknown_number_is_said_whatever_the_word(world: World) -> None:
    for line in ABOUT_ONE:
        reply = await world.bob.says(_of(line, 99))
        assert "There is no INC-99. /incident list shows what is open." in reply, line


async def test_outside_a_room_every_word_asks_for_the_number(world: World) -> None:
    for line in ABOUT_ONE:
        reply = await world.bob.says(f"/incident {line}")
        assert "Which incident? Type this in its room, or give its number" in reply, line
        assert world.bob.hands.modal is None, line


async def test_only_leads_end_it_without_being_asked_again(world: World) -> None:
    for line in ("decline a test", "cancel a test"):
        before = (await world.incident()).version
        assert "You are neither commander nor deputy" in await world.bob.says(_of(line, 1))
        assert (await world.incident()).version == before
    await world.ann.says("/incident role inc-1 deputy @bob")
    await world.bob.says("/incident cancel inc-1 a test")
    assert (await world.incident()).status == "cancelled"


async def test_with_no_commander_who_declared_it_ends_it(world: World) -> None:
    await world.ann.says("/incident role inc-1 commander none")
    await world.ann.says("/incident cancel inc-1 a test")
    assert (await world.incident()).status == "cancelled"
