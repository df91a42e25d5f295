"""Rate limits (contract §1.2): calls per method, posts per channel and in all, events an hour.

All are off until switched on. They count wall time, as the servers they imitate do.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import ceil

from bot.simulator.workspace import Workspace

CALLS_PER_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100}
TIER_BURST = {1: 3, 2: 10, 3: 20, 4: 40}  # Slack publishes no burst; these are guesses
SPECIAL = {"auth.test": 300, "oauth.v2.access": 600}
"""Calls a minute of methods without a tier; Slack says "hundreds" of the first."""
SPECIAL_BURST = 100
POSTS_PER_SECOND = 1.0
POST_BURST = 5
MOST_BUCKETS = 10_000
EVENTS_PER_HOUR = 30_000
POSTING = frozenset({"chat.postMessage", "chat.meMessage"})
READING = frozenset({"conversations.history", "conversations.replies"})
SOLD_PAGE = 15
"""Messages on a page for an app sold outside Slack's marketplace; it reads once a minute."""
Rule = tuple[str, float, float]  # whose permits: how many a second, how many at once


class TooMany(Exception):
    """A call came too soon: it passes in so many whole `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait {seconds} s")
        self.seconds = seconds


def place(workspace: Workspace, wanted: str) -> str:
    """One word for a channel, by whichever of its names it is called; a DM is its person."""
    try:
        room = workspace.channel_named(wanted)
    except LookupError:
        return wanted
    if room.kind != "im":
        return room.id
    return next((each for each in room.members if each != workspace.bot.user_id), room.id)


@dataclass(slots=True)
class Bucket:
    """Holds up to `burst` permits and gets `rate` new ones a second."""

    rate: float
    burst: float
    permits: float
    since: float

    def wait(self, now: float) -> float:
        """The seconds until there is a permit, 0 when there is one."""
        self.permits = min(self.burst, self.permits + (now - self.since) * self.rate)
        self.since = now
        return max(0.0, (1 - self.permits) / self.rate)


@dataclass(slots=True)
class Limits:
    """The limits of the app in each workspace; the first five fields switch them on."""

    posts: bool = False
    tiers: bool = False
    all_posts: int | None = None  # the most a minute in a workspace; Slack says several hundred
    sold: bool = False  # those of May 2025 for reading, for apps sold outside the marketplace
    events: int | None = None  # the most an hour; Slack's are EVENTS_PER_HOUR
    wall: Callable[[], float] = time.monotonic
    _buckets: dict[str, Bucket] = field(default_factory=dict)
    _minutes: dict[str, Counter[int]] = field(default_factory=dict)  # events, by workspace
    _told: dict[str, int] = field(default_factory=dict)  # the minute of the last word about them

    def admits_event(self, team: str) -> bool:
        """Count an event of a workspace; False when there were enough of them within the hour."""
        if self.events is None:
            return True
        minute = int(self.wall() // 60)
        counted = self._minutes.setdefault(team, Counter())
        for old in [each for each in counted if each <= minute - 60]:
            del counted[old]
        if counted.total() >= self.events:
            return False
        counted[minute] += 1
        return True

    def is_first_of_minute(self, team: str) -> bool:
        """Whether in this minute nothing was said yet of events that go beyond."""
        minute = int(self.wall() // 60)
        first, self._told[team] = self._told.get(team) != minute, minute
        return first

    @property
    def held(self) -> bool:
        """Whether any limit on calls is on."""
        return self.posts or self.tiers or self.sold or self.all_posts is not None

    def wait_for(self, team: str, method: str, tier: int, channel: str) -> int:
        """0 when the call may pass, else the whole seconds of its Retry-After.

        A call that may not pass takes nothing from any of the limits that it is held to.
        """
        now = self.wall()
        buckets = [self._bucket(rule, now) for rule in self._rules(team, method, tier, channel)]
        wait = max((each.wait(now) for each in buckets), default=0.0)
        if not wait:
            for each in buckets:
                each.permits -= 1
        return ceil(wait)

    def _rules(self, team: str, method: str, tier: int, channel: str) -> Iterator[Rule]:
        """The limits that a call is held to."""
        if self.sold and method in READING:
            yield f"{team} {method} sold", 1 / 60, 1
        elif self.tiers and tier:
            yield f"{team} {method}", CALLS_PER_MINUTE[tier] / 60, TIER_BURST[tier]
        elif self.tiers and method in SPECIAL:
            yield f"{team} {method}", SPECIAL[method] / 60, SPECIAL_BURST
        if self.posts and method in POSTING:
            yield f"{team} post {channel}", POSTS_PER_SECOND, POST_BURST
        if self.all_posts is not None and method in POSTING:
            yield f"{team} posts {self.all_posts}", self.all_posts / 60, self.all_posts

    def _bucket(self, rule: Rule, now: float) -> Bucket:
        key, rate, burst = rule
        bucket = self._buckets.get(key)
        if bucket is None:
            while len(self._buckets) >= MOST_BUCKETS:  # a client may invent channels without end
                del self._buckets[next(iter(self._buckets))]
            bucket = self._buckets[key] = Bucket(rate=rate, burst=burst, permits=burst, since=now)
        return bucket
