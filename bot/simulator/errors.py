"""The errors: Slack's refusals, invalid orders, and what a person cannot do."""

from typing import Any


class SlackError(Exception):
    """A refusal in Slack's words: `{"ok": false, "error": …}` with whatever comes beside it."""

    def __init__(self, error: str, **beside: object) -> None:
        super().__init__(error)
        self.error = error
        self.beside = beside

    def body(self) -> dict[str, Any]:
        return {"ok": False, "error": self.error, **self.beside}


def invalid_arguments(*messages: str) -> SlackError:
    """Contract §1.1: bad arguments carry their reasons."""
    return SlackError(
        "invalid_arguments",
        response_metadata={"messages": [f"[ERROR] {each}" for each in messages]},
    )


class WrongOrder(ValueError):
    """An invalid order to the simulator; the sentence says what to do instead."""


class CannotDo(AssertionError):
    """A person could not do that: no such button, no such field, an option that is not offered."""
