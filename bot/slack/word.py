"""A word behind the slash command: what it is called, what it does, and what the help says."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.domain.commands import Command
from bot.slack.asking import Asked, Message


@dataclass(frozen=True, kw_only=True)
class Word:
    """A word behind the slash command."""

    name: str
    usage: str
    does: str
    """What the help says about it."""
    run: Callable[[Asked], Awaitable[Message | None]]
    """Carries it out, given the request with the text behind the word. Returns the answer, which
    only that person sees, or None where there is nothing to say."""
    in_incident: bool = True
    """Whether it concerns one incident, found by number or room."""
    only_shows: bool = False
    """Whether it is a question: nothing was to be recorded."""
    asks: Command | None = None
    """What it asks for, where some may ask for that who may not see the incident."""
    anywhere: bool = False
    """Whether it is the same in every channel: then nobody asks which incident's room that is."""
