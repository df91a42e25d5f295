"""Whatever stands in the environment, a cookie or a link: words, or silence, and never a fault."""

import os
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.__main__ import main
from bot.links import Signer
from bot.web.markup import http
from tests.safety.nasty import TEXTS, examples

pytestmark = pytest.mark.faults("random settings, cookies and links")

NAMES = (
    "SLACK_BOT_TOKEN",
    "SLACK_APP_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_API_URL",
    "MUSTER_COMMAND",
    "DATABASE_URL",
    "MUSTER_HTTP",
    "MUSTER_URL",
    "MUSTER_PAGES_SECRET",
    "MUSTER_METRICS_TOKEN",
    "MUSTER_CONFIG",
    "MUSTER_PLAYBOOKS",
)
SHAPES = (
    "sqlite+aiosqlite:///{}",
    "sqlite:///{}",
    "postgresql+asyncpg://u:{}@127.0.0.1:1/d",
    "postgresql://{}",
    "https://{}",
    "http://127.0.0.1:{}/",
    "127.0.0.1:{}",
    "{}:8080",
    "[::]:{}",
    "/{}",
    "{}",
)
NOW = datetime(2026, 3, 4, tzinfo=UTC)
SIGNER = Signer("a long random text")
WORDS = st.sampled_from(TEXTS) | st.text(max_size=20)
SET = st.builds(str.format, st.sampled_from(SHAPES), WORDS).map(
    lambda value: value.replace("\0", "").encode("utf-8", "ignore").decode()
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("word", ["list", "check", "verify", "doctor", "rebuild"])
@pytest.mark.parametrize("length", [250, 3_000])
@pytest.mark.parametrize(
    "setting", ["DATABASE_URL=sqlite:///{}", "MUSTER_CONFIG={}", "MUSTER_PLAYBOOKS={}"]
)
def test_a_path_longer_than_the_system_takes_is_told(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    setting: str,
    length: int,
    word: str,
) -> None:
    monkeypatch.setenv(*setting.format("x" * length).split("=", 1))
    assert main([word]) in {0, 1}
    told = capsys.readouterr()
    assert "mistake in Muster" not in told.err
    assert told.err or told.out


@pytest.mark.usefixtures("folder")
@examples(150)
@given(st.dictionaries(st.sampled_from(NAMES), SET, max_size=3), st.sampled_from(["list", "check"]))
def test_no_environment_is_a_fault(environment: dict[str, str], word: str) -> None:
    out, err, before = StringIO(), StringIO(), dict(os.environ)
    os.environ.update(environment)
    try:
        with redirect_stdout(out), redirect_stderr(err):
            status = main([word])
    finally:
        os.environ.clear()
        os.environ.update(before)
    said = err.getvalue()
    assert "Traceback" not in said
    assert word == "check" or len(said.splitlines()) <= 1
    if "OutsideSocketError" in said:
        return  # a server elsewhere was drawn, and the tests let nobody talk to it
    assert status in {0, 1}
    assert "mistake in Muster" not in said


@given(st.sampled_from(TEXTS) | st.text(max_size=80) | st.from_regex(r"[\w=-]+\.[\w=-]+"))
def test_no_text_is_a_pass(text: str) -> None:
    if text.isascii():
        assert SIGNER.read(text, NOW) is None


@given(st.integers(0, 200), st.characters(codec="ascii"))
def test_no_changed_pass_is_one(place: int, character: str) -> None:
    signed = SIGNER.sign("T1", "U0ANN", NOW)
    changed = signed[: place % len(signed)] + character + signed[place % len(signed) + 1 :]
    assert (SIGNER.read(changed, NOW) is None) == (changed != signed)


@given(st.text(max_size=60))
def test_only_pages_are_addresses(text: str) -> None:
    assert http(text) == "" or text.lower().startswith(("https://", "http://"))
