"""The basic checks that the Block Kit rules are built from, with Slack's wording."""

from collections.abc import Callable, Collection
from typing import Literal

from bot.simulator.model import Json

Surface = Literal["message", "modal", "home"]


class Checker:
    """Collects problems, each with a pointer to its place; `surface` is what is being checked."""

    __slots__ = ("focused", "problems", "surface")

    def __init__(self, surface: Surface = "message") -> None:
        self.problems: list[str] = []
        self.surface = surface
        self.focused = 0

    def bad(self, what: str, at: str) -> None:
        """Record a problem."""
        self.problems.append(f"{what} [json-pointer:{at}]")

    def keys(
        self, thing: Json, at: str, *, allowed: Collection[str], required: Collection[str] = ()
    ) -> None:
        """Check that required keys are present and no others than the known ones."""
        for key in required:
            if thing.get(key) is None:
                self.bad(f"missing required field: {key}", at)
        for key in thing:
            if key not in allowed:
                self.bad(f"invalid additional property: {key}", at)

    def string(self, value: object, at: str, *, most: int, least: int = 1) -> bool:
        """Check a text and its length."""
        if not isinstance(value, str):
            self.bad("must provide a string", at)
            return False
        if len(value) < least:
            self.bad(f"must be more than {least - 1} characters", at)
        if len(value) > most:
            self.bad(f"must be less than {most + 1} characters", at)
        return True

    def address(self, value: object, at: str, *schemes: str) -> None:
        """Check an address and its scheme."""
        if self.string(value, at, most=3000) and not str(value).startswith(schemes):
            self.bad("invalid url", at)

    def strings(self, thing: Json, at: str, *, least: int = 0, **most: int) -> None:
        """Check several optional texts of one object, each with its maximum length."""
        for key, longest in most.items():
            if thing.get(key) is not None:
                self.string(thing[key], f"{at}/{key}", most=longest, least=least)

    def flag(self, value: object, at: str) -> None:
        """True or false."""
        if not isinstance(value, bool):
            self.bad("must provide a boolean", at)

    def flags(self, thing: Json, at: str, *keys: str) -> None:
        """Check several optional booleans."""
        for key in keys:
            if thing.get(key) is not None:
                self.flag(thing[key], f"{at}/{key}")

    def number(self, value: object, at: str, *, least: int, most: int | None = None) -> None:
        """Check a whole number and its range."""
        if not isinstance(value, int) or isinstance(value, bool):
            self.bad("must provide an integer", at)
        elif value < least or (most is not None and value > most):
            self.bad(
                f"must be between {least} and {most}" if most else f"must be {least} or more", at
            )

    def one_of(self, value: object, at: str, *choices: str) -> None:
        """Check that the value is one of a few words."""
        if value not in choices:
            self.bad(f"must be one of: {', '.join(choices)}", at)

    def thing(self, value: object, at: str) -> Json | None:
        """The object, or None with a problem recorded."""
        if isinstance(value, dict):
            return value
        self.bad("must provide an object", at)
        return None

    def listing(self, value: object, at: str, *, least: int, most: int | None) -> bool:
        """Check a list and its length; False if its items must not be checked.

        The items of a list that is far too long are not looked at.
        """
        if not isinstance(value, list):
            self.bad("must provide an array", at)
            return False
        if len(value) < least:
            self.bad(f"must provide at least {least} items", at)
        if most is not None and len(value) > most:
            self.bad(f"no more than {most} items allowed", at)
            return len(value) <= 2 * most
        return True

    def each(self, value: object, at: str, rule: "Callable[[Json, str], None]", *, least: int = 0,
             most: int | None = None) -> None:  # fmt: skip
        """Check a list of objects, each by a rule."""
        if not self.listing(value, at, least=least, most=most) or not isinstance(value, list):
            return
        for place, item in enumerate(value):
            here = f"{at}/{place}"
            found = self.thing(item, here)
            if found is not None:
                rule(found, here)

    def text(self, value: object, at: str, *, most: int, plain: bool = False) -> None:
        """Check a text object."""
        found = self.thing(value, at)
        if found is None:
            return
        kind = found.get("type")
        if kind not in ("plain_text", "mrkdwn") or (plain and kind != "plain_text"):
            self.bad(f"unsupported type: {kind}", f"{at}/type")
            return
        extra = "emoji" if kind == "plain_text" else "verbatim"
        self.keys(found, at, allowed=("type", "text", extra), required=("text",))
        self.flags(found, at, extra)
        if found.get("text") is not None:
            self.string(found["text"], f"{at}/text", most=most)

    def texts(self, thing: Json, at: str, *, plain: bool = False, **most: int) -> None:
        """Check several optional text objects of one object."""
        for key, longest in most.items():
            if thing.get(key) is not None:
                self.text(thing[key], f"{at}/{key}", most=longest, plain=plain)
