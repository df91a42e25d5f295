"""Whatever is typed behind `muster do`: an answer or a refusal in words, and never a traceback."""

import asyncio
from contextlib import redirect_stderr, redirect_stdout
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.__main__ import main
from bot.slack.commands import WORDS
from tests.people import a_world
from tests.safety.nasty import TEXTS, examples

pytestmark = pytest.mark.faults("random lines in a terminal")

NAMES = [word.name for word in WORDS if word.name]
HINTS = ("inc-1", "INC-1", "inc-2", "1", "2", "@bob", "@ann", "@nobody", "U0BOB", "none", "add")
OPTIONS = ("--sev", "--as", "--as=@ann", "--workspace", "--over", "--at", "--due", "3d", "--", "-h")


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A record with an incident, which the terminal works on."""

    async def begins() -> str:
        async with a_world(tmp_path) as world:
            await world.ann.says("/incident declare checkout is down --sev 2")
            await world.bob.says("/incident note inc-1 it is the cache")
            return world.database_url

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", asyncio.run(begins()))


def typed(*words: str) -> tuple[int, str, str]:
    """Type it on a screen that shows UTF-8, as most do; the bytes of an argument are kept."""
    out, err = (TextIOWrapper(BytesIO(), "utf-8", errors) for errors in ("strict", "replace"))
    with redirect_stdout(out), redirect_stderr(err):
        status = main(["do", *words])
        out.flush()
        err.flush()
    return status, out.buffer.getvalue().decode(), err.buffer.getvalue().decode()


# What the system hands over holds no zero, and bytes that are no UTF-8 as halves of characters.
ARGUMENTS = (
    st.sampled_from(NAMES)
    | st.sampled_from(HINTS)
    | st.sampled_from(OPTIONS)
    | st.sampled_from(TEXTS)
    | st.text(max_size=12)
    | st.binary(max_size=6).map(lambda raw: raw.decode(errors="surrogateescape"))
).filter(lambda word: "\0" not in word)
LINES = st.tuples(st.sampled_from([*NAMES, "inc-1"]), st.lists(ARGUMENTS, max_size=5))


@pytest.mark.usefixtures("record")
def test_no_typed_line_is_a_fault() -> None:
    assert typed("note", "inc-1", "the pool is full")[0] == 0

    @examples(15)
    @example(("note", ["inc-1", "\udcff"]))
    @given(LINES)
    def holds(line: tuple[str, list[str]]) -> None:
        status, out, err = typed(line[0], *line[1])
        assert status in {0, 1, 2}, err
        assert "mistake in Muster" not in err, err
        assert "Traceback" not in out + err, err
        assert out or err

    holds()
