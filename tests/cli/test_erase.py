"""`muster erase` empties what a person wrote, and says beforehand where it is still needed."""

import asyncio
import io
from datetime import timedelta

import pytest

from bot.__main__ import main
from bot.engine import emptying
from bot.storage import erasures
from tests.cli.terminal import Screen
from tests.cli.test_verify import world
from tests.people import World

__all__ = ["world"]


class Keyboard(io.StringIO):
    """A terminal with somebody at it."""

    def isatty(self) -> bool:
        return True


async def test_a_person_is_erased_from_the_terminal(world: World, screen: Screen) -> None:
    room = await world.room()
    told = await screen.shows("erase", "@bob", "--dry-run")
    assert "1 text and 1 message in 1 incident." in told
    assert "/archives/" in told
    assert told.endswith("Nothing was changed.\n")
    assert "say --yes" in await screen.shows("erase", "@bob", status=1)
    assert "I restart it" in await screen.shows("show", "1")
    told = await screen.shows("erase", "@bob", "--yes", "--open-too")
    assert "1 text and 1 message in 1 incident were emptied, and the name" in told
    shown_at = (await world.incident()).announcement
    assert shown_at is not None
    archive = f"{world.sim.workspace.base_url}/archives"
    thread = f"{archive}/{shown_at.channel}/p{shown_at.ts.replace('.', '')}"
    assert f"\n  INC-1  {archive}/{room.channel}  {thread}\n" in told, "where Slack still has it"
    shown = await screen.shows("show", "1")
    assert "I restart it" not in shown
    assert "[erased]" in shown
    told = await screen.shows("verify")
    assert "as it was written" in told
    assert "1 text is empty, each by an erasure on record" in told
    await world.ann.says("/incident note It is up again", in_=room.name)
    assert "It is up again" in await screen.shows("show", "1")


async def test_the_card_in_slack_follows_an_erasure(world: World, screen: Screen) -> None:
    room = await world.room()
    room.shows("checkout is down")
    await screen.shows("erase", "@ann", "--yes", "--open-too")
    await world.passes(minutes=2)
    room.shows("[erased]")


async def test_whom_nobody_knows_is_not_erased(screen: Screen, world: World) -> None:
    told = await screen.shows("erase", "@nobody", "--yes", status=1)
    assert "Muster has met nobody called nobody" in told
    assert world.app is not None


async def test_where_they_have_a_part_in_what_is_open_a_script_has_to_say_so(
    world: World, screen: Screen
) -> None:
    room = await world.room()
    await world.bob.says("/incident role operations", in_=room.name)
    told = await screen.shows("erase", "@bob", "--dry-run")
    assert "has a part in what is still open: INC-1 (operations)." in told
    told = await screen.shows("erase", "@bob", "--yes", status=1)
    assert "Wait until it is over, or say --open-too as well; nothing was erased." in told
    assert "I restart it" in await screen.shows("show", "1")
    await world.ann.says("/incident decline a test", in_=room.name)
    assert "were emptied, and the name" in await screen.shows("erase", "@bob", "--yes")


@pytest.mark.usefixtures("world")
async def test_at_a_terminal_it_is_named_and_asked(
    screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", Keyboard("yes\n"))
    told = await screen.shows("erase", "@bob", status=1)
    assert "still open: INC-1." in told
    assert "That was something else; nothing was erased." in told
    monkeypatch.setattr("sys.stdin", Keyboard("U0BOB\n"))
    assert "were emptied" in await screen.shows("erase", "@bob")


@pytest.mark.usefixtures("world")
async def test_what_was_typed_in_nobodys_name_is_erased_by_login(
    screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "olga")
    await screen.shows("do", "note", "inc-1", "Zanzibar is full")
    await screen.shows("do", "--as", "@bob", "note", "inc-1", "Bombay is full")
    told = await screen.shows("erase", "@bob", "--dry-run")
    assert "2 texts and 1 message" in told
    assert "nobody's name (olga: 1); `muster erase --terminal LOGIN`" in told
    told = await screen.shows("erase", "--terminal", "eve", "--yes", status=1)
    assert "Of eve nothing is on record that was typed in nobody's name. Who did: olga." in told
    told = await screen.shows("erase", "--terminal", "olga", "--yes", status=1)
    assert "still open: INC-1" in told
    told = await screen.shows("erase", "--terminal", "olga", "--yes", "--open-too")
    assert "Of olga at the terminal 1 text and 0 messages in 1 incident were emptied." in told
    shown = await screen.shows("show", "1")
    assert "Note by olga at the terminal: [erased]" in shown
    assert "Bombay is full" in shown
    assert "as it was written" in await screen.shows("verify")
    await screen.shows("erase", "--terminal", "olga", "--yes", status=1)


async def test_one_that_was_cut_short_is_told_until_it_is_finished(
    world: World, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Cut(Exception):
        """The machine went down."""

    def cut(*_: object, **__: object) -> None:
        raise Cut

    with monkeypatch.context() as patched:
        patched.setattr(emptying, "_places", cut)
        assert await asyncio.to_thread(main, ["erase", "@bob", "--yes", "--open-too"]) == 1
    printed = screen.capsys.readouterr()
    assert "Cut" in printed.err
    assert "/archives/" in printed.out, "where Slack has it, which a second run could not find"
    told = await screen.shows("verify", status=1)
    assert "What U0BOB wrote in T0PRETEND is being erased, and not all of it is gone." in told
    assert "`muster erase U0BOB`" in told
    world.clock.advance(timedelta(minutes=20))
    await world.restarts()
    for _ in range(30):  # its turn is at a time of its own
        await world.passes(minutes=1)
        if not await world.bot.database.read(erasures.unfinished):
            break
    assert "as it was written" in await screen.shows("verify")
    assert "I restart it" not in await screen.shows("show", "1")
