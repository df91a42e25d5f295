"""A story as values: steps, each with who does what, where, and what they then see."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

Value = Literal["text", "fields"]


@dataclass(frozen=True, kw_only=True)
class Deed:
    """A word for something a person does: what follows it, and which words go with it."""

    value: Value
    means: str
    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()


DEEDS: dict[str, Deed] = {
    "types": Deed(
        value="text", means="what is typed: a slash command, or a message",
        needs=("in",), may=("thread",),
    ),
    "clicks": Deed(value="text", means="what is written on the button", may=("in", "to")),
    "chooses": Deed(value="fields", means="fields with what is chosen", may=("in", "to")),
    "fills": Deed(value="fields", means="fields of the open form", may=("form",)),
    "submits": Deed(
        value="fields", means="fields of the open form, which is then sent",
        may=("form", "refused"),
    ),
    "closes": Deed(value="text", means="the form that is closed", may=()),
    "reacts": Deed(value="text", means="a reaction, without colons", needs=("in", "to")),
    "unreacts": Deed(value="text", means="a reaction that is taken back", needs=("in", "to")),
    "pins": Deed(value="text", means="words of the message", needs=("in",)),
    "unpins": Deed(value="text", means="words of the message", needs=("in",)),
    "edits": Deed(value="text", means="words of the message", needs=("in", "into")),
    "deletes": Deed(value="text", means="words of the message", needs=("in",)),
    "makes": Deed(value="text", means="a channel's name"),
    "joins": Deed(value="text", means="a channel"),
    "leaves": Deed(value="text", means="a channel"),
    "archives": Deed(value="text", means="a channel"),
    "invites": Deed(value="text", means="a person, or @app", needs=("in",)),
    "opens": Deed(value="text", means="home, or messages: a tab of the app"),
    "uses": Deed(value="text", means="a shortcut's callback_id", may=("in", "to")),
}  # fmt: skip
BESIDE = ("in", "to", "thread", "form", "refused", "into")
"""Words that go with a deed."""
UNSEEN = "does not see"
ALWAYS = ("who", "when", "sees", UNSEEN, "in")
ALONE = ("chapter", "order", "heals")
"""Words of steps that nobody does: a heading, a fault that is ordered, all faults taken back."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step. `when` is counted from the beginning, on the workspace's clock."""

    at: str
    """File, line and column."""
    when: timedelta | None = None
    chapter: str = ""
    order: Mapping[str, Any] | None = None
    heals: bool = False
    who: str = ""
    deed: str = ""
    text: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    place: str = ""
    to: str = ""
    thread: str = ""
    form: str = ""
    refused: Mapping[str, str] = field(default_factory=dict)
    into: str = ""
    sees: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Persona:
    """Somebody whom a story brings along."""

    name: str
    real_name: str
    title: str = ""
    zone: str = "Etc/UTC"
    role: str = "member"


ROLES: dict[str, dict[str, bool]] = {
    "member": {},
    "admin": {"is_admin": True},
    "guest": {"is_restricted": True},
}
"""What somebody may be, and what that is for Slack."""


@dataclass(frozen=True, kw_only=True)
class Story:
    """A script that was read without a problem."""

    title: str
    steps: tuple[Step, ...]
    people: tuple[Persona, ...] = ()
    workspace: str = ""
    """Where it is played; in the first when it does not say."""


class StoryIsWrong(Exception):
    """A script cannot be played; each problem is a sentence with its place."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class StoryBroke(Exception):
    """A story could not go on; the sentence says at which line and why."""
