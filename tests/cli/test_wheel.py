"""A wheel carries what is shipped beside the code, and an installed Muster finds it."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bot import shipped

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_a_wheel_carries_playbooks_migrations_and_documents(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for name in ("bot", "docs", "playbooks", "migrations", "pyproject.toml", "README.md"):
        (source / name).symlink_to(REPOSITORY / name)
    options = ["--no-deps", "--no-build-isolation", "--quiet", "--wheel-dir", str(tmp_path)]
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, str(source)], check=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    for name in ("playbooks/service-outage.yaml", "migrations/env.py", "docs/operations.md"):
        assert any(entry.endswith(f".data/data/share/muster/{name}") for entry in names)
    assert "bot/simulator/page/static/index.html" in names
    versions = [path.name for path in (REPOSITORY / "migrations" / "versions").glob("*.py")]
    for version in versions:
        assert any(entry.endswith(f"migrations/versions/{version}") for entry in names)


def test_in_a_checkout_they_lie_beside_the_package() -> None:
    assert (shipped.shipped("playbooks") / "service-outage.yaml").is_file()
    assert (shipped.shipped("migrations") / "env.py").is_file()
    assert (shipped.shipped("docs") / "operations.md").is_file()


def test_an_installed_package_finds_them_in_its_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = tmp_path / "share" / "muster" / "playbooks"
    installed.mkdir(parents=True)
    monkeypatch.setattr(shipped, "_BESIDE", tmp_path / "site-packages")
    monkeypatch.setattr("sys.prefix", str(tmp_path))
    assert shipped.shipped("playbooks") == installed
