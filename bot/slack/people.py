"""Who people are: a mirror of Slack's directory, kept in memory and in the database.

The rules need to know guests and people of other organisations; texts need names and zones. Known
people cost no call; a stranger costs one `users.info`, and so does somebody who acts and was last
described long ago.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.domain.values import Actor
from bot.engine.clockwork import Alarm, Clock
from bot.engine.verdicts import RetryAt, Verdict
from bot.slack.calls import SlackCalls, SlackSaidNo
from bot.slack.errands import Errands
from bot.slack.moments import a_moment
from bot.storage import directory
from bot.storage.codec import ERASED
from bot.storage.database import Database, DatabaseAway
from bot.storage.directory import Person

log = structlog.get_logger(__name__)

PersonKey = tuple[str, str]
"""Workspace and user."""

_WORTH_WAITING = timedelta(seconds=1)
"""A throttling that is over so soon is waited for."""
_FRESH = timedelta(hours=1)
"""Age of a description up to which it is taken as it is; from here on it is renewed beside."""
_OLD = timedelta(days=1)
"""Age from which on it is renewed before the person does something."""


class Directory:
    """Everybody the bot has met in one workspace.

    Memory serves texts; before somebody does something, their row is looked at as well, since
    Slack tells one replica only of what changes.
    """

    def __init__(
        self, database: Database, calls: SlackCalls, clock: Clock, errands: Errands
    ) -> None:
        self._database = database
        self._calls = calls
        self._clock = clock
        self._errands = errands
        self._known: dict[PersonKey, Person] = {}
        self._doubted: set[PersonKey] = set()
        self._asking: dict[PersonKey, asyncio.Task[Person | None]] = {}

    async def load(self) -> None:
        """Read the mirror once, at start or as soon as there is a database."""
        self._take_over(await self._database.read(directory.everybody))

    async def forget_erased(self) -> None:
        """Forget the names that were erased, in a terminal perhaps.

        Raises:
            DatabaseAway: it cannot be told which.
        """
        self._take_over(await self._database.read(directory.erased))

    def _take_over(self, people: Iterable[Person]) -> None:
        for person in people:
            known = self._known.get((person.workspace, person.user))
            if known is None or known.seen_at <= person.seen_at:
                self._known[person.workspace, person.user] = person

    def doubt(self) -> None:
        """Changes may have been missed: ask again about each person before they do something."""
        self._doubted = set(self._known)

    # Asking

    async def actor(self, workspace: str, user: str) -> Actor:
        """Return who acts, with what the rules need to know about them.

        It waits a moment only, because the delivery must be answered. Somebody whom Slack cannot
        describe by then counts as what was known. A stranger is `unknown` to the rules: nobody is
        kept from declaring while users.info is slow or throttled, and what can wait has to. Since
        their rights depend on it, that is waited for longest.
        """
        stranger = (workspace, user) not in self._known
        try:
            async with a_moment(2 if stranger else 1):
                person = await self._as_of_today(workspace, user)
        except TimeoutError:
            person = self._known.get((workspace, user))
        if person is None:
            return Actor(user=user, unknown=True)
        return Actor(
            user=user,
            guest=person.guest,
            external=person.external,
            app=person.bot,
            deactivated=person.deleted,
        )

    async def person(self, workspace: str, user: str) -> Person | None:
        """Return what is known about somebody, asking Slack about strangers, once at a time."""
        known = self._known.get((workspace, user))
        return known if known is not None else await self._asked(workspace, user)

    async def _as_of_today(self, workspace: str, user: str) -> Person | None:
        person = await self._newest(workspace, user)
        if person is None:
            return await self._asked(workspace, user)
        age = self._clock.now() - person.seen_at
        if age > _OLD or (workspace, user) in self._doubted:
            return await self._asked(workspace, user) or person
        if age > _FRESH:
            self._ask(workspace, user)
        return person

    async def _newest(self, workspace: str, user: str) -> Person | None:
        """Return what was said last, here or to another replica."""
        known = self._known.get((workspace, user))
        try:
            row = await self._database.read(lambda c: directory.one(c, workspace, user))
        except DatabaseAway:
            return known
        if row is not None and (known is None or row.seen_at >= known.seen_at):
            known = self._known[workspace, user] = row
        return known

    async def _asked(self, workspace: str, user: str) -> Person | None:
        return await asyncio.shield(self._ask(workspace, user))

    def _ask(self, workspace: str, user: str) -> asyncio.Task[Person | None]:
        """Ask Slack, once at a time; the answer is kept, whoever still waits for it."""
        key = workspace, user
        asking = self._asking.get(key)
        if asking is None:
            asking = self._errands.start(self._told_by_slack(workspace, user), "users.info")
            self._asking[key] = asking
            asking.add_done_callback(lambda _: self._asking.pop(key, None))
        return asking

    async def _told_by_slack(self, workspace: str, user: str) -> Person | None:
        try:
            answer = await self._info(user)
        except (SlackSaidNo, Verdict) as fault:
            log.warning("person.unknown", user=user, why=str(fault))
            return None
        return await self.learn(workspace, answer["user"])

    async def _info(self, user: str) -> Mapping[str, Any]:
        """Ask once, and once more where Slack asks for no more than a second of patience."""
        try:
            return await self._calls.call("users.info", user=user)
        except RetryAt as verdict:
            again = verdict.at
            if verdict.brake is None or again - self._clock.now() > _WORTH_WAITING:
                raise
        alarm = Alarm(self._clock)
        try:
            await alarm.wait_until(again)
        finally:
            alarm.close()
        return await self._calls.call("users.info", user=user)

    async def learn(
        self, workspace: str, raw: Mapping[str, Any], *, as_of: datetime | None = None
    ) -> Person:
        """Keep what Slack says about somebody, or said at a time that may be long past.

        What is older than what is known says only that something changes: they are asked about
        again before they do something. Of a person whose description is the same and fresh nothing
        is written: Slack tells of every status that anybody sets.
        """
        person = person_of(workspace, raw, seen_at=self._clock.now())
        key = workspace, person.user
        self._doubted.discard(key)
        known = await self._newest(workspace, person.user)
        if known is not None and as_of is not None and as_of < known.seen_at:
            self._doubted.add(key)
            return known
        if known is not None and known.name == ERASED and person.deleted:
            person = replace(person, name=ERASED)  # who is gone does not come back by a look-up
        same = known is not None and replace(known, seen_at=person.seen_at) == person
        if same and known is not None and person.seen_at - known.seen_at < _FRESH:
            return known
        self._known[key] = person
        try:
            await self._database.write(lambda connection: directory.keep(connection, person))
        except DatabaseAway:
            log.warning("person.not_kept", user=person.user)
        return person

    def gone(self, workspace: str, user: str) -> bool:
        """Say whether an account is known to be deactivated."""
        known = self._known.get((workspace, user))
        return known is not None and known.deleted

    # Texts

    def zone(self, workspace: str, user: str) -> str:
        """Return somebody's time zone, UTC where it is not known."""
        known = self._known.get((workspace, user))
        return known.timezone if known else "UTC"

    def name(self, workspace: str, user: str) -> str:
        """Return how a person is called, for texts outside Slack."""
        known = self._known.get((workspace, user))
        return known.name if known else user


def person_of(workspace: str, raw: Mapping[str, Any], *, seen_at: datetime) -> Person:
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
        seen_at=seen_at,
    )
