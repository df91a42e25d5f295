"""The app's commands and shortcuts from its manifest, for the page's menus."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.simulator.workspace import Json


@dataclass(frozen=True, kw_only=True)
class Menu:
    """Slash commands and shortcuts with the words people see."""

    commands: tuple[Json, ...] = ()
    shortcuts: tuple[Json, ...] = ()

    @classmethod
    def of(cls, manifest: Mapping[str, Any] | None) -> "Menu":
        """Read an app manifest (contract §7.1); none offers nothing."""
        features = (manifest or {}).get("features", {})
        return cls(
            commands=tuple(
                {
                    "command": each["command"],
                    "description": each.get("description", ""),
                    "usage_hint": each.get("usage_hint", ""),
                }
                for each in features.get("slash_commands", ())
            ),
            shortcuts=tuple(
                {
                    "name": each["name"],
                    "type": each["type"],
                    "callback_id": each["callback_id"],
                    "description": each.get("description", ""),
                }
                for each in features.get("shortcuts", ())
            ),
        )
