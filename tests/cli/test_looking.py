"""Looking from the terminal leaves nothing behind."""

from pathlib import Path

import pytest

from bot.__main__ import main


@pytest.mark.parametrize("word", [["list"], ["show", "INC-1"], ["review", "INC-1"]])
def test_looking_where_there_is_no_database_makes_none(
    word: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(word) == 1
    assert "`muster serve` makes it" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
