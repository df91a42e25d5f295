"""A newer version of Muster: a copy of this one that knows more, made by patching the sources.

It has a `mood`: a word, a form and a button of the card that record it, an event of its own, an
effect that tells the room, a timer that ends it, a column that lists could read, a migration for
that, a step type that playbooks can use, and a field more on an event that there was before.
"""

import shutil
from pathlib import Path

from bot.storage import schema
from tests.serving import ROOT

REVISION = "9000"
"""The schema that the newer version needs."""

_EVENTS = '''
@dataclass(frozen=True, kw_only=True)
class MoodRecorded:
    """Somebody said how they feel."""

    mood: Text


@dataclass(frozen=True, kw_only=True)
class MoodFaded:
    """It did not last."""


Event = (
    MoodRecorded
    | MoodFaded
    | IncidentDeclared'''

_COMMANDS = '''
@dataclass(frozen=True, kw_only=True)
class RecordMood:
    """Say how you feel."""

    mood: Text


@dataclass(frozen=True, kw_only=True)
class MoodFades:
    """The mood of a moment ago does not last."""


AskedOfIncident = (
    RecordMood
    | Edit'''

_EFFECTS = '''
@dataclass(frozen=True, kw_only=True)
class ShowMood(_Owed):
    """Tell the room of a mood."""

    label = "the mood"
    twin = "message"
    version: int


Effect = (
    ShowMood
    | CreateRoom'''

_DECIDES = """        case c.RecordMood():
            return [MoodRecorded(mood=command.mood)]
        case c.Edit():"""

_FADES = """        case c.MoodFades():
            return [MoodFaded()]
        case c.UpdateFallsDue():"""

_REACTS = """        case e.MoodRecorded():
            fades = recorded.recorded_at + timedelta(seconds=1)
            return [
                f.ShowMood(stream=stream, version=version),
                f.Later(key=f"mood:{stream}", stream=stream, at=fades, command=MoodFades()),
                *owing.card(incident),
            ]
        case e.MoodFaded():
            return owing.card(incident)
        case e.IncidentDeclared():"""

_EVOLVES = """        case e.MoodRecorded(mood=mood):
            return replace(was, mood=mood)
        case e.MoodFaded():
            return replace(was, mood="faded")
        case e.Unknown():"""

_WORDING = """            case e.MoodRecorded(mood=mood):
                return f"{actor} feels {mood}."
            case e.MoodFaded():
                return "The mood faded."
            case e.RoomArchived():"""

_CONFIRMED = """        case c.MoodFades():
            return None
        case c.RecordMood():
            return f"The mood of {incident.name} is on the record."
        case c.Declare():"""

_BUTTON = """    calm = c.RecordMood(mood="calm")
    mood = do_button("Calm down", incident.stream, calm, nth="mood")
    return [actions(*leading, mood), actions(*others)]"""

_PERFORMER = '''

async def show_mood(desk: Desk, effect: f.ShowMood, carrying: Carrying) -> Command | None:
    """Tell the room."""
    told = await desk.database.read(lambda c: streams.read_one(c, effect.stream, effect.version))
    text = f"The mood is {told.event.mood}"
    await post_once(desk, carrying, the_room(carrying).channel, {"text": text})
    return None
'''

_COLUMN = 'Column("mood", Text, nullable=False, server_default="")'

_PATCHES = (
    ("domain/events.py", "\nEvent = (\n    IncidentDeclared", _EVENTS),
    (
        "domain/events.py",
        "class UpdatePosted:\n",
        "class UpdatePosted:\n    weather: str = 'fair'\n",
    ),
    ("domain/commands.py", "\nAskedOfIncident = (\n    Edit", _COMMANDS),
    ("domain/commands.py", "\nTimer = ", "\nTimer = MoodFades | "),
    ("domain/effects.py", "\nEffect = (\n    CreateRoom", _EFFECTS),
    ("domain/state.py", "class Incident:\n", "class Incident:\n    mood: str = ''\n"),
    ("domain/incident.py", "        case e.Unknown():", _EVOLVES),
    (
        "domain/decide.py",
        "\ndef decide(",
        "from bot.domain.events import MoodFaded, MoodRecorded\n\ndef decide(",
    ),
    ("domain/decide.py", "        case c.Edit():", _DECIDES),
    (
        "domain/decide.py",
        "        case c.UpdateFallsDue():",
        _FADES,
    ),
    (
        "domain/react.py",
        "\ndef react(",
        "from datetime import timedelta\nfrom bot.domain.commands import MoodFades\n\ndef react(",
    ),
    ("domain/react.py", "        case e.IncidentDeclared():", _REACTS),
    ("domain/wording.py", "            case e.RoomArchived():", _WORDING),
    (
        "domain/steps/__init__.py",
        "\nStep = ",
        "\nfrom bot.domain.steps.mood import Mood\nStep = Mood | ",
    ),
    ("slack/messages/confirmed.py", "        case c.Declare():", _CONFIRMED),
    (
        "slack/messages/card_buttons.py",
        "    return [actions(*leading), actions(*others)]",
        _BUTTON,
    ),
    (
        "slack/performers/__init__.py",
        "    f.CreateRoom: room.create,",
        "    f.ShowMood: posts.show_mood,\n    f.CreateRoom: room.create,",
    ),
    (
        "slack/commands/__init__.py",
        "_GROUPS: tuple[tuple[str, tuple[Word, ...]], ...] = (",
        (
            "from bot.slack.commands import mood\n\n"
            "_GROUPS: tuple[tuple[str, tuple[Word, ...]], ...] = (\n"
            '    ("Say how it feels", (mood.WORD,)),'
        ),
    ),
    (
        "slack/forms/__init__.py",
        "from bot.slack.forms import (",
        "from bot.slack.forms import (\n    mood,",
    ),
    (
        "slack/forms/__init__.py",
        "        declare.FORM,",
        "        declare.FORM,\n        mood.FORM,",
    ),
    (
        "storage/tables.py",
        '    "incidents",\n    metadata,',
        f'    "incidents",\n    metadata,\n    {_COLUMN},',
    ),
    (
        "storage/projections.py",
        '        "number": incident.number,\n        "title"',
        '        "mood": incident.mood,\n        "number": incident.number,\n        "title"',
    ),
    ("storage/schema.py", f'HEAD = "{schema.HEAD}"', f'HEAD = "{REVISION}"'),
)
"""What is changed: the file, the words, and what stands there instead."""

_COPIES = (
    (
        "domain/steps/note.py",
        "domain/steps/mood.py",
        ('"note"', '"mood"'),
        ("class Note(", "class Mood("),
    ),
    (
        "slack/commands/decision.py",
        "slack/commands/mood.py",
        ("decision", "mood"),
        ("RecordDecision(text=", "RecordMood(mood="),
        ("RecordDecision", "RecordMood"),
    ),
    (
        "slack/forms/decision.py",
        "slack/forms/mood.py",
        ('"decision"', '"mood"'),
        ("RecordDecision(text=", "RecordMood(mood="),
        ("RecordDecision", "RecordMood"),
    ),
)
"""What is new, made from what is there: the file, its copy, and what is exchanged in it."""

_MIGRATION = f"""
from alembic import op
from sqlalchemy import Column, Text

revision = "{REVISION}"
down_revision = "{schema.HEAD}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("incidents", {_COLUMN})
"""

_PLAYBOOK = """
schema: 1
id: soothe
name: Soothe everybody
version: 1.0.0
description: For the nerves.
steps:
  - id: breathe
    type: mood
    text: Everybody breathes.
  - id: look
    type: checklist
    name: Look around
    items:
      - id: window
        text: Look out of the window
"""


def newer_version(folder: Path) -> Path:
    """Make the newer version in this folder, and return the folder that its `bot` lies in."""
    away = shutil.ignore_patterns("__pycache__", "simulator")
    for name in ("bot", "migrations", "playbooks"):
        shutil.copytree(ROOT / name, folder / name, ignore=away)
    code = folder / "bot"
    for source, target, *exchanged in _COPIES:
        text = (code / source).read_text()
        for was, now in exchanged:
            assert was in text, f"{source} has no {was!r} to make the newer version from"
            text = text.replace(was, now)
        (code / target).write_text(text)
    for name, was, now in _PATCHES:
        text = (code / name).read_text()
        assert was in text, f"{name} has no {was!r} to make the newer version from"
        (code / name).write_text(text.replace(was, now, 1))
    posts = code / "slack/performers/posts.py"
    posts.write_text(posts.read_text() + _PERFORMER)
    (folder / "migrations/versions/9000_mood.py").write_text(_MIGRATION)
    (folder / "playbooks/soothe.yaml").write_text(_PLAYBOOK)
    return folder
