"""How long the parts of a manifest may be: beyond that Slack refuses it (contract §7.1)."""

from collections.abc import Iterator, Mapping
from typing import Any

LENGTHS = {  # where, `*` for each in a list or a mapping: the least and the most of it
    "display_information.name": (1, 35),
    "display_information.description": (0, 140),
    "display_information.long_description": (175, 4000),
    "features.bot_user.display_name": (1, 80),
    "features.slash_commands": (0, 50),
    "features.slash_commands.*.command": (2, 32),
    "features.shortcuts": (0, 10),
    "features.shortcuts.*.name": (1, 24),
    "features.shortcuts.*.description": (1, 150),
    "features.shortcuts.*.callback_id": (1, 255),
    "features.unfurl_domains": (0, 5),
    "oauth_config.scopes.*": (0, 255),
    "settings.event_subscriptions.bot_events": (0, 100),
    "settings.event_subscriptions.metadata_subscriptions": (0, 20),
}
SHORTCUTS = ("global", "message")


def refused(document: Mapping[str, Any]) -> Iterator[str]:
    """Why Slack would refuse this manifest, in sentences."""
    for path, (least, most) in LENGTHS.items():
        for place, value in _found(document, path.split(".")):
            if isinstance(value, str | list) and not least <= len(value) <= most:
                unit = "characters" if isinstance(value, str) else "items"
                wanted = f"at most {most}" if len(value) > most else f"at least {least}"
                yield f"{place} has {len(value)} {unit}: Slack takes {wanted}."
    for place, kind in _found(document, ["features", "shortcuts", "*", "type"]):
        if kind not in SHORTCUTS:
            yield f"{place} is {kind}: a shortcut is {' or '.join(SHORTCUTS)}."


def _found(part: object, path: list[str], place: str = "") -> Iterator[tuple[str, object]]:
    """What stands at a path, each with its place; nothing where the manifest has no such part."""
    if not path:
        yield place, part
        return
    key, *further = path
    inner: Mapping[object, object] = {}
    if isinstance(part, Mapping):
        inner = part
    elif isinstance(part, list):
        inner = dict(enumerate(part))
    for name in inner if key == "*" else [key] if key in inner else []:
        yield from _found(inner[name], further, f"{place}.{name}" if place else str(name))
