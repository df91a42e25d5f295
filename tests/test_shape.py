"""Every thing that the code has many of is on its list, explained to people, and tested.

Lists are written out, so that they can be searched and typed; here is what keeps them complete. A
test that fails says which file or line is missing.
"""

import ast
import re
from collections.abc import Iterable
from datetime import timedelta
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import pytest
from aiohttp import web

from bot.domain import effects, retrying, review, steps, wording
from bot.domain.review.compiling import SECTIONS
from bot.domain.steps import LATER_TYPES, Step
from bot.simulator import methods
from bot.slack import commands, events, forms
from bot.slack.commands import WORDS
from bot.slack.forms import FORMS
from bot.slack.performers import PERFORMERS
from bot.storage.codec import EFFECTS, INCIDENT_EVENTS, RECORD_EVENTS, WORKSPACE_EVENTS
from bot.web import pages
from tests.replicas.newer import newer_version

MINUTE = timedelta(minutes=1)
REPO = Path(__file__).parents[1]
TESTS = REPO / "tests"
USING = (REPO / "docs" / "using.md").read_text(encoding="utf-8")
ENGINE = (REPO / "docs" / "engine.md").read_text(encoding="utf-8")
EVENTS = (REPO / "docs" / "events.md").read_text(encoding="utf-8")
PLAYBOOKS = (REPO / "docs" / "playbooks.md").read_text(encoding="utf-8")

NO_WORDS = {
    "deeds": "carries out what the words ask for",
    "ending": "shared by the words that end an incident",
    "looking": "shared by the words that only look",
    "shortcuts": "the message menu",
    "tray": "the bare command, which has no name",
}
"""Files among the words that are no word."""

NO_FORMS = {
    "ending": "shared by the forms that end an incident",
    "fields": "the inputs that forms are made of",
    "wording": "how commands are named in a form's texts",
}
"""Files among the forms that are no form."""

NO_PAGES = {"errors": "what people see when there is no page"}
"""Files among the pages that are no page."""

NO_STEPS = {"common": "what all steps share"}
"""Files among the step types that are none."""

NO_FAMILIES = {
    "common": "what the methods share",
    "content": "what the methods that post are told",
}
"""Files among the simulator's methods that are no family."""

NO_EVENTS = {
    "changing": "what edits and deletions of messages on the timeline lead to",
    "marking": "shared by what puts messages on the timeline",
    "observing": "how the rules are told of what was seen",
    "reading": "Slack's messages as values",
    "sightings": "looks at the bot's own messages for those that landed twice",
}
"""Files among the families of Slack's events that are none."""

NO_RETRY = {
    "AnswerRequest": "nobody but who asked would know of it, and they see what was done",
    "AnswerMeanwhile": "what it speaks of has its own Retry",
    "AnswerWithRoom": "whoever declared is in the room by then",
    "ClearTwins": "nobody is told: what stands twice is no loss",
    "TakeButtonsAway": "nobody is told: a button that stays says so itself when it is pressed",
}
"""Effects that Retry does not owe again."""

SILENT = {
    "CardPosted": "the card is there to be seen",
    "JoinAsked": "who asked to join, joins",
}
"""Events that stand on no timeline, and why."""


def files(package: ModuleType, but: Iterable[str] = ()) -> set[str]:
    """The modules of a package by name."""
    folder = Path(str(package.__file__)).parent
    return {path.stem for path in folder.glob("[!_]*.py")} - set(but)


def on_the_list(found: set[str], listed: set[str], which: str) -> None:
    """Files and list are the same, or the failure says what to do."""
    assert not found - listed, f"add {sorted(found - listed)} to {which}, or say why they are none"
    assert not listed - found, f"{which} names {sorted(listed - found)}; there is no such file"


def is_tested(pattern: str, *folders: str) -> bool:
    """Whether a test below the folders says this."""
    said = re.compile(pattern)
    return any(said.search(text) for folder in folders for text in texts_below(folder))


@cache
def texts_below(folder: str) -> tuple[str, ...]:
    """The texts of the tests below a folder."""
    paths = sorted((TESTS / folder).rglob("test_*.py"))
    return tuple(path.read_text(encoding="utf-8") for path in paths)


def rows(document: str) -> dict[str, list[str]]:
    """The rows of a document's tables that begin with a name in code, by that name."""
    found: dict[str, list[str]] = {}
    for line in document.splitlines():
        row = re.match(r"\| `([A-Z]\w+)` \|(.*)\|$", line)
        if row:
            found[row[1]] = [cell.strip() for cell in row[2].split("|")]
    return found


# ── Words and forms ─────────────────────────────────────────────────────────────────────────────

NAMED = [word for word in WORDS if word.name]


def test_every_word_is_a_file_on_the_list() -> None:
    on_the_list(files(commands, NO_WORDS), {word.name for word in NAMED}, "commands.WORDS")


@pytest.mark.parametrize("word", NAMED, ids=lambda word: word.name)
def test_a_word_is_explained_documented_and_tested(word: Any) -> None:
    assert word.usage.startswith(word.name), "its usage begins with the word"
    assert word.does.endswith((".", "…")), "its line of the help is a sentence"
    assert f"`/incident {word.name}" in USING, f"show `/incident {word.name} …` in docs/using.md"
    typed = rf"/incident {word.name}\b|[\"'`]{word.name}[\"'` ]"
    assert is_tested(typed, "scenarios", "slack"), f"no scenario types `/incident {word.name}`"


def test_the_documents_show_words_that_exist() -> None:
    shown = set(re.findall(r"`/incident ([a-z]+)", USING))
    assert shown <= {word.name for word in WORDS}


def test_every_form_is_a_file_on_the_list() -> None:
    on_the_list(files(forms, NO_FORMS), set(FORMS), "forms.FORMS")


@pytest.mark.parametrize("form", FORMS)
def test_a_form_is_tested(form: str) -> None:
    assert is_tested(rf"[\"'\[]{form}\b", "slack/forms", "scenarios"), f"no test fills in {form!r}"


# ── Effects and events ──────────────────────────────────────────────────────────────────────────


def test_every_effect_has_a_performer() -> None:
    carried = {kind.__name__ for kind in PERFORMERS}
    assert carried == set(EFFECTS), "name each effect's performer in slack/performers/__init__.py"


def test_what_is_promised_of_every_effect_is_written_down() -> None:
    promised = {name for name, cells in rows(ENGINE).items() if name in EFFECTS and all(cells)}
    missing = sorted(set(EFFECTS) - promised)
    assert not missing, f"add {missing} to the table of promises in docs/engine.md"


@pytest.mark.parametrize("kind", get_args(effects.Effect), ids=lambda kind: kind.__name__)
def test_the_promises_name_the_brake_and_the_end_of_use(kind: Any) -> None:
    _, brake, _, promise = rows(ENGINE)[kind.__name__]
    assert brake == (", ".join(f"`{name}`" for name in kind.methods) or "none of Slack's")
    useless = kind.useless_after and f"useless after {kind.useless_after // MINUTE} min"
    assert promise.endswith(useless) if useless else "useless" not in promise


@pytest.mark.parametrize("kind", get_args(effects.Effect), ids=lambda kind: kind.__name__)
def test_an_effect_says_how_people_call_it_and_what_carries_it(kind: Any) -> None:
    unnamed: Any = effects.CreateRoom.__mro__[1]
    assert kind.label != unnamed.label, "people read the label when it is late or has failed"
    assert kind.__name__ in wording.EFFECTS
    assert kind.__doc__


def test_retry_knows_every_effect() -> None:
    known = {
        str(ast.literal_eval(part.value))
        for part in ast.walk(ast.parse(Path(str(retrying.__file__)).read_text(encoding="utf-8")))
        if isinstance(part, ast.MatchValue)
    }
    silent = {kind.__name__ for kind in get_args(effects.Effect) if not kind.retried}
    assert silent == set(NO_RETRY), "what fails aloud has a Retry"
    missing = sorted(set(EFFECTS) - known - silent)
    assert not missing, "say in bot/domain/retrying.py what their Retry owes"


def told_and_silent() -> tuple[set[str], set[str]]:
    """The events that the tellers of the timeline have words for, and those they pass over."""
    told: set[str] = set()
    silent: set[str] = set()
    folder = Path(str(wording.__file__)).parent
    for source in ("wording.py", "run_wording.py", "page_wording.py"):
        for node in ast.walk(ast.parse((folder / source).read_text(encoding="utf-8"))):
            if isinstance(node, ast.match_case):
                names = {
                    ast.unparse(part.cls).removeprefix("e.")
                    for part in ast.walk(node.pattern)
                    if isinstance(part, ast.MatchClass)
                }
                nothing = ast.unparse(node.body[0]) == "return None"
                (silent if nothing else told).update(names)
    return told, silent - told


def test_every_event_has_its_sentence_or_is_silent_for_a_reason() -> None:
    told, silent = told_and_silent()
    assert told | silent >= set(INCIDENT_EVENTS), "give it a sentence in bot/domain/wording.py"
    assert silent == set(SILENT), "an event that people never read about needs a reason in SILENT"


def test_every_event_is_documented_and_no_other() -> None:
    documented = set(rows(EVENTS))
    known = {*INCIDENT_EVENTS, *WORKSPACE_EVENTS, *RECORD_EVENTS}
    assert known <= documented, f"add {sorted(known - documented)} to docs/events.md"
    assert documented <= known, f"docs/events.md names {sorted(documented - known)}"


@pytest.mark.parametrize("name", [*INCIDENT_EVENTS, *WORKSPACE_EVENTS, *RECORD_EVENTS])
def test_an_event_is_tested(name: str) -> None:
    assert is_tested(rf"\b{name}\b", "domain", "engine", "storage"), (
        f"no test of the rules has {name}"
    )


def test_every_family_of_slacks_events_is_on_the_list() -> None:
    taken = {take.__module__.rpartition(".")[2] for take in events.FAMILIES.values()}
    on_the_list(files(events, NO_EVENTS), taken, "slack.events.FAMILIES")


# ── Step types, review sections, pages, the simulator's methods ─────────────────────────────────


def test_every_step_type_is_a_file_in_the_union() -> None:
    listed = {kind.__module__.rpartition(".")[2] for kind in get_args(Step)}
    on_the_list(files(steps, NO_STEPS), listed, "the union Step")
    assert not listed & LATER_TYPES, "what is built is not for later"


@pytest.mark.parametrize("kind", get_args(Step), ids=lambda kind: kind.__name__)
def test_a_step_type_is_documented_tested_and_shown_in_a_playbook(kind: Any) -> None:
    name = kind.__module__.rpartition(".")[2]
    assert f"**`{name}`**" in PLAYBOOKS, f"explain **`{name}`** in docs/playbooks.md"
    assert (TESTS / "domain" / "steps" / f"test_{name}.py").exists()
    used = re.compile(rf"type: {name}\b")
    examples = [*(REPO / "playbooks").glob("*.yaml"), REPO / "docs" / "playbooks.md"]
    assert any(used.search(path.read_text(encoding="utf-8")) for path in examples), "no example"


def sections() -> set[str]:
    folder = Path(str(review.__file__)).parent
    return {
        path.stem
        for path in folder.glob("*.py")
        if re.search(r"^def section\(", path.read_text(encoding="utf-8"), re.MULTILINE)
    }


def test_every_review_section_is_on_the_list_and_has_its_tests() -> None:
    listed = {section.__module__.rpartition(".")[2] for section in SECTIONS}
    on_the_list(sections(), listed, "review.compiling.SECTIONS")
    for name in listed:
        path = TESTS / "domain" / "review" / f"test_{name}.py"
        assert path.exists(), f"write {path.relative_to(REPO)}"


def routed() -> dict[str, set[str]]:
    """The addresses of each page's file."""
    found: dict[str, set[str]] = {}
    for route in pages.routes():
        assert isinstance(route, web.RouteDef)
        module = route.handler.__module__.rpartition(".")[2]
        found.setdefault(module, set()).add(route.path)
    return found


def test_every_page_has_its_address() -> None:
    on_the_list(files(pages, NO_PAGES), set(routed()) - {"look"}, "web.pages.routes")


@pytest.mark.parametrize("name", sorted(files(pages, NO_PAGES)))
def test_a_page_is_tested(name: str) -> None:
    last = {re.sub(r".*\}|/", "", path) or name for path in routed()[name]}
    said = "|".join(re.escape(word) for word in sorted(last | {name}))
    assert is_tested(rf"/({said})\b", "web", "browser"), f"no test opens the page {name!r}"


def test_every_family_of_methods_is_on_the_simulators_list() -> None:
    answered = {m.answer.__module__.rpartition(".")[2] for m in methods.METHODS.values()}
    on_the_list(files(methods, NO_FAMILIES), answered, "simulator.methods.FAMILIES")


def test_the_newer_version_of_an_upgrade_can_be_made_of_this_one(tmp_path: Path) -> None:
    """Its changes name lines of this version: whoever moves one moves it in newer.py too."""
    assert (newer_version(tmp_path / "newer") / "bot" / "__main__.py").is_file()
