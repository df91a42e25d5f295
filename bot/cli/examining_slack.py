"""What `muster doctor` asks Slack. Nothing is made and nothing is posted.

The calls are plain HTTP rather than the bot's own way out, because the headers of the answers
matter here and nothing is to be tried again. Both tokens are tried side by side, and the first
call without an answer within a few seconds is the last: somebody waits for it.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.cli.findings import Finding, ok, problem, unknown
from bot.cli.manifest import SCOPES
from bot.config import Settings
from bot.needed import revealed
from bot.slack.answers import misread

_PATIENCE = 5
"""Seconds in which Slack may answer a call."""
_PAGES = 20
_REINSTALL = "Paste the output of `muster manifest` into your app's page App Manifest, reinstall it"


class Unreachable(Exception):
    """Slack does not answer; says so in a sentence."""


class TooSlow(Unreachable):
    """Slack has not answered in time."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What Slack said."""

    body: Mapping[str, Any]
    scopes: frozenset[str]

    @property
    def error(self) -> str:
        """Slack's word for what is wrong; empty when nothing is."""
        return "" if self.body.get("ok") else str(self.body.get("error") or "no reason given")


class Slack:
    """Slack's Web API, as far as an examination needs it."""

    def __init__(self, session: aiohttp.ClientSession, base_url: str) -> None:
        self._session = session
        self._base_url = base_url.rstrip("/")

    async def ask(self, method: str, token: str, **arguments: str) -> Answer:
        """Call a method.

        Raises:
            TooSlow: there was no answer in time.
            Unreachable: there was none at all, or none of Slack's.
        """
        address = f"{self._base_url}/{method}"
        headers = {"Authorization": f"Bearer {token}"}
        try:
            async with (
                asyncio.timeout(_PATIENCE),
                self._session.post(address, data=arguments, headers=headers) as response,
            ):
                body = await response.json(content_type=None)
                scopes = response.headers.get("x-oauth-scopes", "")
        except TimeoutError as fault:
            why = f"Slack did not answer within {_PATIENCE} seconds at {self._base_url}/"
            raise TooSlow(why) from fault
        except (aiohttp.ClientError, ValueError) as fault:
            why = f"Slack cannot be reached at {self._base_url}/"
            raise Unreachable(f"{why}: {str(fault) or type(fault).__name__}") from fault
        if misread(method, body):
            raise Unreachable(f"{address} answers, but not as Slack does")
        granted = frozenset(scope.strip() for scope in scopes.split(",") if scope.strip())
        return Answer(body=body, scopes=granted)


async def examine(settings: Settings, feed: str) -> list[Finding]:
    """Ask Slack about tokens, scopes, channels; what keeps it from answering is told once."""
    bot, app = revealed(settings.slack_bot_token), revealed(settings.slack_app_token)
    async with aiohttp.ClientSession(trust_env=True) as session:
        slack = Slack(session, settings.slack_api_url)
        asked = [as_bot(slack, bot, feed)] if bot else []
        asked += [_socket(slack, app)] if app else []
        told = await asyncio.gather(*map(_heard, asked))
    return list(dict.fromkeys(finding for each in told for finding in each))


async def _heard(asked: AsyncIterator[Finding]) -> list[Finding]:
    """Return what is found until Slack answers no more."""
    found = []
    try:
        async for finding in asked:
            found.append(finding)  # noqa: PERF401 - what was told before it fell silent stays
    except Unreachable as fault:
        to_do = (
            "Look at https://status.slack.com, and check the network and proxies; what only Slack "
            "can tell was left out."
        )
        found.append(problem(str(fault), to_do, no_slack=True))
    return found


async def as_bot(slack: Slack, token: str, feed: str) -> AsyncIterator[Finding]:
    """Yield what Slack tells of the bot's token, its scopes, and the channels that it sees.

    Raises:
        Unreachable: Slack does not answer.
    """
    me = await slack.ask("auth.test", token)
    if me.error:
        yield problem(
            f"Slack does not accept SLACK_BOT_TOKEN: {me.error}",
            "Install the app to your workspace, copy its Bot User OAuth Token anew, and start "
            "`muster serve` again with it.",
            no_slack=True,
        )
        return
    yield ok(f"Slack: @{me.body.get('user')} in the workspace {me.body.get('team')}")
    yield _scopes(me.scopes)
    try:
        async for finding in _channels(slack, token, feed):
            yield finding
    except TooSlow:  # it is there; in a large workspace the list is long
        yield unknown("Channels: Slack took too long to tell of them")


def _scopes(granted: frozenset[str]) -> Finding:
    if not granted:
        return unknown("Scopes: Slack does not say which the token has")
    missing = [scope for scope in SCOPES if scope not in granted]
    if missing:
        why = "; ".join(f"{scope} (to {SCOPES[scope]})" for scope in missing)
        return problem(f"Scopes: missing {why}", f"{_REINSTALL}.")
    more = sorted(granted - SCOPES.keys())
    if more:
        return ok(f"Scopes: all {len(SCOPES)} are granted; not needed: {', '.join(more)}")
    return ok(f"Scopes: all {len(SCOPES)} are granted")


async def _socket(slack: Slack, token: str) -> AsyncIterator[Finding]:
    opened = await slack.ask("apps.connections.open", token)
    match opened.error:
        case "":
            yield ok("Socket Mode: Slack opens a connection")
        case "missing_scope":
            yield problem(
                "Socket Mode: SLACK_APP_TOKEN lacks the scope connections:write",
                "Make a new app-level token with it on your app's page Basic Information.",
            )
        case error:
            yield problem(
                f"Socket Mode: Slack does not accept SLACK_APP_TOKEN: {error}",
                "Make a new app-level token with connections:write, and switch Socket Mode on.",
            )


async def _channels(slack: Slack, token: str, feed: str) -> AsyncIterator[Finding]:
    """Look for the feed channel, and whether channels may be made."""
    known: dict[str, Mapping[str, Any]] = {}
    cursor = ""
    for _ in range(_PAGES):
        listed = await slack.ask(
            "conversations.list", token, types="public_channel", limit="1000", cursor=cursor
        )
        if listed.error:
            yield unknown(f"Channels: they cannot be listed: {listed.error}")
            return
        known |= {channel["name"]: channel for channel in listed.body["channels"]}
        cursor = (listed.body.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            break
    yield _feed(feed, known.get(feed), complete=not cursor)
    if known:
        yield await _creation(slack, token, next(iter(known)))


def _feed(name: str, channel: Mapping[str, Any] | None, *, complete: bool) -> Finding:
    if channel is None and not complete:
        return unknown(f"Feed: #{name} is not among the first channels", "Invite Muster to it.")
    if channel is None:
        return ok(f"Feed: #{name} is not there yet; Muster makes it at the first incident")
    if channel.get("is_archived"):
        return problem(
            f"Feed: #{name} is archived",
            "Unarchive it, or name another channel as `feed` in muster.yaml.",
        )
    if not channel.get("is_member"):
        return ok(f"Feed: #{name} is there; Muster joins it at the first incident")
    return ok(f"Feed: Muster is in #{name}")


async def _creation(slack: Slack, token: str, taken: str) -> Finding:
    """Ask for a channel whose name is taken: nothing is made, and a restriction is said."""
    refused = await slack.ask("conversations.create", token, name=taken)
    if refused.error == "name_taken":
        return ok("Rooms: nothing tells that Muster may not make channels")
    if refused.error in {"restricted_action", "cannot_create_channel", "user_is_restricted"}:
        return problem(
            f"Rooms: this workspace does not let Muster make channels ({refused.error})",
            "An admin allows it at Settings & administration → Workspace settings → Permissions "
            "→ Channel management.",
        )
    return unknown(f"Rooms: whether Muster may make channels is not known ({refused.error})")
