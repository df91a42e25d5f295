"""The organisation's process from its files: `muster.yaml` and the folder of playbooks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot import process_file
from bot.cli import Problem
from bot.config import Settings
from bot.domain.process import Process
from bot.playbook_files import load_files, load_folder
from bot.shipped import shipped

HAVE_PLAYBOOKS = (
    "Put playbooks there (files that end in .yaml), or take away the folder or MUSTER_PLAYBOOKS, "
    "and the shipped ones are used."
)
"""What helps where the folder that is read holds none."""


@dataclass(frozen=True, kw_only=True)
class Files:
    """What was read: the process with its sound playbooks, from where, and all problems."""

    process: Process
    config: Path | None
    """The file that was read; None where the defaults hold."""
    playbooks: Path
    problems: tuple[str, ...]
    is_sound: bool
    """Whether the file itself has no mistake."""


def read_files(settings: Settings, only: Sequence[Path] = ()) -> Files:
    """Read the process and its playbooks; what is wrong is told, never raised.

    Where `only` names files, these are read instead of the folder.

    Raises:
        Problem: a file or folder that a setting names is not there.
    """
    config = _config(settings)
    process, problems = (Process(), []) if config is None else process_file.load_file(config)
    # Playbooks may mention what a file names, also while what it says of it is wrong.
    known = process or (Process() if config is None else process_file.names_of(config))
    folder = _playbooks(settings)
    library = load_files(only, known) if only else load_folder(folder, known)
    return Files(
        process=replace(process or Process(), playbooks=library.playbooks),
        config=config,
        playbooks=folder,
        problems=tuple(str(one) for one in (*problems, *library.problems)),
        is_sound=not problems,
    )


def read_process(settings: Settings) -> Process:
    """Return the process.

    Raises:
        Problem: a file is missing or wrong.
    """
    files = read_files(settings)
    if not files.problems:
        return files.process
    rest = len(files.problems) - 1
    more = f" (and {rest} more; muster check shows all)" if rest else ""
    raise Problem(f"{files.problems[0]}{more}")


def gravest_first(settings: Settings) -> tuple[str, ...]:
    """Return the names of severities, to sort by; where the file is no good, the shipped ones."""
    try:
        config = _config(settings)
    except Problem:
        config = None
    process = None if config is None else process_file.load_file(config)[0]
    return (process or Process()).gravest_first


def _config(settings: Settings) -> Path | None:
    if _is_there("MUSTER_CONFIG", settings.config.exists):
        return settings.config
    if "config" in settings.model_fields_set:
        raise Problem(
            f"MUSTER_CONFIG names {settings.config}, and there is no such file. Without "
            "MUSTER_CONFIG, muster.yaml is read if there is one."
        )
    return None


def _is_there(name: str, asked: Callable[[], bool]) -> bool:
    """Say whether it is.

    Raises:
        Problem: it is no path that the system could look at.
    """
    try:
        return asked()
    except OSError as fault:
        raise Problem(f"{name} names what cannot be looked at: {fault.strerror}.") from fault


def _playbooks(settings: Settings) -> Path:
    """Return the folder that is named, else the working directory's, else the shipped one."""
    if _is_there("MUSTER_PLAYBOOKS", settings.playbooks.is_dir):
        return settings.playbooks
    if "playbooks" in settings.model_fields_set:
        raise Problem(
            f"MUSTER_PLAYBOOKS names {settings.playbooks}, and there is no such folder. Without "
            "MUSTER_PLAYBOOKS, the folder playbooks is read, or else the shipped playbooks."
        )
    return shipped("playbooks")
