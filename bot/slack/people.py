"""Who people are: a mirror of Slack's directory, kept in memory and in the database.

The rules need to know guests and people of other organisations; texts need names and zones. Known
people cost no call; a stranger costs one `users.info`.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from bot.domain.values import Actor
from bot.engine.verdicts import Verdict
from bot.slack.calls import SlackCalls, SlackSaidNo
from bot.storage import directory
from bot.storage.database import Database, DatabaseAway
from bot.storage.directory import Person

log = structlog.get_logger(__name__)


class SlackAway(Exception):
    """Slack cannot be reached, or does not accept the bot; the sentence says what to do."""


@dataclass(frozen=True, kw_only=True)
class Self:
    """The bot, as auth.test names it."""

    workspace: str
    user: str
    bot: str
    url: str


class Directory:
    """Everybody the bot has met in one workspace."""

    def __init__(self, database: Database, calls: SlackCalls) -> None:
        self._database = database
        self._calls = calls
        self._known: dict[tuple[str, str], Person] = {}
        self._asking: dict[tuple[str, str], asyncio.Future[Person | None]] = {}

    async def load(self) -> None:
        """Read the mirror once, at start."""
        for person in await self._database.read(directory.everybody):
            self._known[person.workspace, person.user] = person

    async def actor(self, workspace: str, user: str) -> Actor:
        """Return who acts, with what the rules need to know about them.

        Somebody whom Slack cannot describe at the moment counts as a member: the alternative is
        that nobody can declare while users.info is throttled.
        """
        person = await self.person(workspace, user)
        if person is None:
            return Actor(user=user)
        return Actor(user=user, guest=person.guest, external=person.external, admin=person.admin)

    async def person(self, workspace: str, user: str) -> Person | None:
        """Return what is known about somebody, asking Slack about strangers, once at a time."""
        known = self._known.get((workspace, user))
        if known is not None:
            return known
        asking = self._asking.get((workspace, user))
        if asking is None:
            asking = asyncio.ensure_future(self._ask(workspace, user))
            self._asking[workspace, user] = asking
            asking.add_done_callback(lambda _: self._asking.pop((workspace, user), None))
        return await asyncio.shield(asking)

    async def _ask(self, workspace: str, user: str) -> Person | None:
        try:
            answer = await self._calls.call("users.info", user=user)
        except (SlackSaidNo, Verdict) as fault:
            log.warning("person.unknown", user=user, why=str(fault))
            return None
        return await self.learn(workspace, answer["user"])

    async def learn(self, workspace: str, raw: Mapping[str, Any]) -> Person:
        """Keep what Slack says about somebody."""
        person = person_of(workspace, raw)
        if self._known.get((workspace, person.user)) != person:
            self._known[workspace, person.user] = person
            try:
                await self._database.write(lambda connection: directory.keep(connection, person))
            except DatabaseAway:
                log.warning("person.not_kept", user=person.user)
        return person

    def zone(self, workspace: str, user: str) -> str:
        """Return somebody's time zone, UTC where it is not known."""
        known = self._known.get((workspace, user))
        return known.timezone if known else "UTC"

    def name(self, workspace: str, user: str) -> str:
        """Return how a person is called, for texts outside Slack."""
        known = self._known.get((workspace, user))
        return known.name if known else user


def person_of(workspace: str, raw: Mapping[str, Any]) -> Person:
    """Read Slack's user object."""
    profile = raw.get("profile") or {}
    team = raw.get("team_id") or workspace
    return Person(
        workspace=workspace,
        user=raw["id"],
        name=profile.get("display_name")
        or profile.get("real_name")
        or raw.get("real_name")
        or raw.get("name")
        or raw["id"],
        timezone=raw.get("tz") or "UTC",
        guest=bool(raw.get("is_restricted") or raw.get("is_ultra_restricted")),
        external=bool(raw.get("is_stranger")) or team != workspace,
        admin=bool(raw.get("is_admin") or raw.get("is_owner")),
        deleted=bool(raw.get("deleted")),
        bot=bool(raw.get("is_bot")),
    )


async def who_am_i(calls: SlackCalls) -> Self:
    """Ask once, before the first delivery: bolt asks at the first one otherwise, many times over.

    Raises:
        SlackAway: with what to do.
    """
    try:
        me = await calls.call("auth.test")
    except SlackSaidNo as error:
        raise SlackAway(
            f"Slack does not accept SLACK_BOT_TOKEN ({error.error}): take the Bot User OAuth Token "
            "(xoxb-…) from your app's page “OAuth & Permissions”."
        ) from error
    except Verdict as verdict:
        raise SlackAway(f"Slack cannot be reached: {verdict.__cause__ or verdict}.") from verdict
    return Self(workspace=me["team_id"], user=me["user_id"], bot=me["bot_id"], url=me["url"])
