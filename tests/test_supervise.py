"""Long-lived loops."""

import asyncio

from bot.supervise import Loop


async def test_a_loop_that_returns_is_over() -> None:
    async def once() -> None:
        return

    loop = Loop("courier", once)
    await _turns()
    assert loop.trouble == "the courier has stopped"
    await loop.end()


async def test_a_loop_that_runs_is_no_trouble_and_can_be_ended() -> None:
    loop = Loop("courier", asyncio.Event().wait)  # type: ignore[arg-type]  # it never returns
    await _turns()
    assert loop.trouble is None
    await loop.end()
    assert loop.trouble == "the courier has stopped"


async def test_a_loop_that_fails_is_started_again_and_says_so() -> None:
    started = []
    again = asyncio.Event()

    async def fails_at_first() -> None:
        started.append(1)
        if len(started) == 1:
            raise KeyError("at first")
        again.set()
        await asyncio.Event().wait()

    loop = Loop("courier", fails_at_first)
    await asyncio.wait_for(again.wait(), 30)
    assert loop.trouble == "the courier keeps failing; the log says why"
    await loop.end()


async def _turns() -> None:
    for _ in range(5):
        await asyncio.sleep(0)
