"""The small checks that every rule of Block Kit is made of, each with Slack's wording."""

from collections.abc import Collection

from bot.simulator.model import Json


class Checker:
    """Collects problems, each with a pointer to its place."""

    __slots__ = ("problems",)

    def __init__(self) -> None:
        self.problems: list[str] = []

    def bad(self, what: str, at: str) -> None:
        """Note a problem."""
        self.problems.append(f"{what} [json-pointer:{at}]")

    def keys(
        self, thing: Json, at: str, *, allowed: Collection[str], required: Collection[str] = ()
    ) -> None:
        """Nothing missing, nothing unknown."""
        for key in required:
            if thing.get(key) is None:
                self.bad(f"missing required field: {key}", at)
        for key in thing:
            if key not in allowed:
                self.bad(f"invalid additional property: {key}", at)

    def string(self, value: object, at: str, *, most: int, least: int = 1) -> bool:
        """A text within its limits."""
        if not isinstance(value, str):
            self.bad("must be a string", at)
            return False
        if len(value) < least:
            self.bad(f"must be more than {least - 1} characters", at)
        if len(value) > most:
            self.bad(f"must be less than {most + 1} characters", at)
        return True

    def flag(self, value: object, at: str) -> None:
        """True or false."""
        if not isinstance(value, bool):
            self.bad("must be a boolean", at)

    def number(self, value: object, at: str, *, least: int, most: int | None = None) -> None:
        """A whole number within its limits."""
        if not isinstance(value, int) or isinstance(value, bool):
            self.bad("must be an integer", at)
        elif value < least or (most is not None and value > most):
            self.bad(
                f"must be between {least} and {most}" if most else f"must be {least} or more", at
            )

    def listing(self, value: object, at: str, *, least: int, most: int | None) -> bool:
        """A list with neither too few nor too many items; False when it is no list."""
        if not isinstance(value, list):
            self.bad("must be an array", at)
            return False
        if len(value) < least:
            self.bad(f"no fewer than {least} items allowed", at)
        if most is not None and len(value) > most:
            self.bad(f"no more than {most} items allowed", at)
        return True

    def text(self, value: object, at: str, *, most: int, plain: bool = False) -> None:
        """A text object."""
        if not isinstance(value, dict):
            self.bad("must provide an object", at)
            return
        kind = value.get("type")
        if kind not in ("plain_text", "mrkdwn") or (plain and kind != "plain_text"):
            self.bad(f"unsupported type: {kind}", f"{at}/type")
            return
        allowed = (
            ("type", "text", "emoji") if kind == "plain_text" else ("type", "text", "verbatim")
        )
        self.keys(value, at, allowed=allowed, required=("text",))
        if value.get("text") is not None:
            self.string(value["text"], f"{at}/text", most=most)
