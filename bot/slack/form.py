"""A modal: what builds it, what is done when it is submitted, and what somebody filled into it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.slack.asking import Asked, Message


class Values:
    """What was filled in, by field; what is empty is None or ""."""

    def __init__(self, state: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> None:
        self._by_field = {
            field: element for block in state.values() for field, element in block.items()
        }

    def text(self, field: str) -> str:
        """Return what was typed."""
        return str(self._by_field.get(field, {}).get("value") or "")

    def choice(self, field: str) -> str | None:
        """Return the value of the option chosen."""
        option = self._by_field.get(field, {}).get("selected_option")
        return str(option["value"]) if option else None

    def choices(self, field: str) -> tuple[str, ...]:
        """Return the values of the options chosen."""
        options = self._by_field.get(field, {}).get("selected_options") or []
        return tuple(str(option["value"]) for option in options)

    def person(self, field: str) -> str | None:
        """Return the person chosen."""
        chosen = self._by_field.get(field, {}).get("selected_user")
        return str(chosen) if chosen else None

    def moment(self, field: str) -> int | None:
        """Return the time chosen, in seconds since 1970."""
        chosen = self._by_field.get(field, {}).get("selected_date_time")
        return int(chosen) if chosen else None

    def date(self, field: str) -> str | None:
        """Return the date chosen, `2026-07-01`."""
        chosen = self._by_field.get(field, {}).get("selected_date")
        return str(chosen) if chosen else None


@dataclass(frozen=True, kw_only=True)
class Form:
    """A modal, found by its name when it is submitted."""

    name: str
    submit: Callable[[Asked, Values], Awaitable[Message | None]]
    """Carries out what was filled in; returns None to close the modal, or the view that takes its
    place. What it refuses is shown in the modal, and what was typed stays."""
    first_field: str
    """Where a refusal is shown that names no field."""
    anew: Callable[[Asked], Message] | None = None
    """Builds it again, after a form that was opened from it may have changed what it shows."""
