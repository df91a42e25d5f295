"""Reads an app's manifest (contract §7.1): scopes, events, commands, App Home."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from bot.simulator.cast import EVERY_SCOPE
from bot.simulator.errors import WrongOrder
from bot.simulator.events import MESSAGE_NEEDS, NEEDS, NEVER
from bot.simulator.manifest_lengths import refused
from bot.simulator.model import OLDER_SCOPES
from bot.simulator.yaml_loader import Loader

PARTS = {
    "_metadata", "display_information", "features", "oauth_config", "settings", "functions",
    "workflows", "outgoing_domains", "types", "datastores", "external_auth_providers",
    "app_directory",
}  # fmt: skip
OTHER_EVENTS = {"app_mention": ("app_mentions:read",), "app_rate_limited": ()}


@dataclass(frozen=True, kw_only=True)
class AppManifest:
    """What a manifest says. A part that is left out is switched off, as Slack does it."""

    name: str = "Incident Bot"
    handle: str = "incident_bot"
    """How people mention it."""
    scopes: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    commands: Mapping[str, bool]
    """Each slash command; True where names that are typed arrive escaped."""
    home_tab: bool = False
    messages_tab: bool = True
    interactive: bool = False
    unfurl_domains: frozenset[str] = frozenset()
    rotates: bool = False
    """Whether tokens end and are renewed."""
    redirect_urls: tuple[str, ...] = ()
    """Where OAuth may send people back to."""
    notes: tuple[str, ...] = ()
    """What is likely to be a mistake, in sentences."""
    never: tuple[str, ...] = ()
    """What is no mistake, and yet never comes here, in sentences."""


def read_file(path: Path) -> dict[str, Any]:
    """Read a manifest from YAML or JSON, which is YAML too.

    Raises:
        WrongOrder: it is not there, or not a manifest.
    """
    try:
        written = path.read_text(encoding="utf-8")
        document = yaml.load(written, Loader)  # noqa: S506 - a SafeLoader
    except OSError as fault:
        raise WrongOrder(f"{path} cannot be read: {fault.strerror}.") from None
    except UnicodeDecodeError:
        raise WrongOrder(f"{path} is not a text in UTF-8.") from None
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        where = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        problem = getattr(fault, "problem", None) or "it is not YAML"
        raise WrongOrder(f"{path}{where}: {problem}.") from None
    read(document)
    return dict(document)


def read(document: object) -> AppManifest:
    """Read a manifest.

    Raises:
        WrongOrder: something in it is not of the kind that belongs there.
    """
    if not isinstance(document, Mapping):
        raise WrongOrder("A manifest is a mapping with display_information, features, …")
    scopes = frozenset(_names(document, "oauth_config", "scopes", "bot"))
    events = frozenset(_names(document, "settings", "event_subscriptions", "bot_events"))
    commands = dict(_commands(document))
    name = _text(document, "display_information", "name") or AppManifest.name
    offered = bool(commands) or bool(_list(document, "features", "shortcuts"))
    return AppManifest(
        name=name,
        handle=_handle(_text(document, "features", "bot_user", "display_name") or name),
        scopes=scopes,
        events=events,
        commands=commands if "commands" in scopes else {},
        home_tab=_flag(document, "features", "app_home", "home_tab_enabled"),
        messages_tab=_value(document, "features", "app_home", "messages_tab_enabled") is not False,
        interactive=_flag(document, "settings", "interactivity", "is_enabled"),
        unfurl_domains=frozenset(_names(document, "features", "unfurl_domains")),
        rotates=_flag(document, "settings", "token_rotation_enabled"),
        redirect_urls=tuple(_names(document, "oauth_config", "redirect_urls")),
        never=tuple(
            f"{event} comes from Slack, and never from the simulator; {NEVER[event]}."
            for event in sorted(events & NEVER.keys())
        ),
        notes=(
            *_odd(document, scopes, events),
            *refused(document),
            *_unheard(scopes, events),
            *(["Slash commands and shortcuts need the scope commands: there are none without it."]
              if offered and "commands" not in scopes else ()),
        ),
    )  # fmt: skip


def _odd(
    document: Mapping[str, Any], scopes: frozenset[str], events: frozenset[str]
) -> Iterator[str]:
    for part in document:
        if part not in PARTS:
            yield f"{part} is no part of a manifest: Slack refuses it."
    for scope in sorted(scopes - EVERY_SCOPE - OLDER_SCOPES.keys()):
        hint = _near(scope, EVERY_SCOPE)
        yield f"{scope} is a bot scope that the simulator does not know; it is granted.{hint}"
    known = {*NEEDS, *OTHER_EVENTS, *(name for name, _ in MESSAGE_NEEDS.values())}
    known |= {"member_joined_channel", "member_left_channel"}
    for event in sorted(events - known - NEVER.keys()):
        yield f"{event} never comes: the simulator sends no such event.{_near(event, known)}"


def _near(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, known, n=1, cutoff=0.75)
    return f" Did you mean {near[0]}?" if near else ""


def mistaken_way(document: Mapping[str, Any], *, over_http: bool) -> tuple[str, ...]:
    """What the manifest says of Socket Mode, where deliveries go another way."""
    said = _value(document, "settings", "socket_mode_enabled")
    if over_http and said is True:
        return (
            "settings.socket_mode_enabled is true: Slack would send nothing to the --http address.",
        )
    if not over_http and said is False:
        return ("settings.socket_mode_enabled is false: Slack opens no socket; use --http.",)
    return ()


def _unheard(scopes: frozenset[str], events: frozenset[str]) -> Iterator[str]:
    """Subscribed events that cannot come because their scope is missing."""
    needed = {**NEEDS, **OTHER_EVENTS}
    needed.update({name: (scope,) for name, scope in MESSAGE_NEEDS.values()})
    for event in sorted(events):
        wanted = needed.get(event)
        if wanted and not scopes.intersection(wanted):
            yield f"{event} never comes: it needs the scope {' or '.join(wanted)}."


def _commands(document: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    for each in _list(document, "features", "slash_commands"):
        command = each.get("command") if isinstance(each, Mapping) else None
        if not isinstance(command, str) or not command.startswith("/"):
            raise WrongOrder("Each of features.slash_commands has a `command` that begins with /.")
        if " " in command:
            raise WrongOrder(f"{command[:40]} is no command: it takes no spaces.")
        yield command, bool(each.get("should_escape", False))


def _handle(name: str) -> str:
    return re.sub(r"[^a-z0-9_.-]+", "_", name.lower()).strip("_") or AppManifest.handle


# -- finding one's way in the document ------------------------------------------------------------


def _value(document: Mapping[str, Any], *path: str) -> Any:  # noqa: ANN401 - any YAML
    value: Any = document
    for place, key in enumerate(path):
        if value is None:
            return None
        if not isinstance(value, Mapping):
            raise WrongOrder(f"{'.'.join(path[:place])} must be a mapping.")
        value = value.get(key)
    return value


def _list(document: Mapping[str, Any], *path: str) -> list[Any]:
    value = _value(document, *path)
    if value is None:
        return []
    if not isinstance(value, list):
        raise WrongOrder(f"{'.'.join(path)} must be a list.")
    return value


def _names(document: Mapping[str, Any], *path: str) -> list[str]:
    names = _list(document, *path)
    if not all(isinstance(each, str) for each in names):
        raise WrongOrder(f"{'.'.join(path)} must be a list of names.")
    return names


def _text(document: Mapping[str, Any], *path: str) -> str:
    value = _value(document, *path)
    if value is not None and not isinstance(value, str):
        raise WrongOrder(f"{'.'.join(path)} must be a text.")
    return value or ""


def _flag(document: Mapping[str, Any], *path: str) -> bool:
    value = _value(document, *path)
    if value is not None and not isinstance(value, bool):
        raise WrongOrder(f"{'.'.join(path)} must be true or false.")
    return bool(value)
