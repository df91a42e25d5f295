"""The quiet word after a button: only to who pressed it, and only where nothing else shows it."""

from typing import Any

from bot.domain.commands import Command
from bot.domain.incident import Incident


def confirmed(command: Command, incident: Incident) -> dict[str, Any] | None:
    """Return what to say, or None where the room shows it anyway."""
    return None
