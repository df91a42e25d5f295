"""Lines of the timeline as mrkdwn: people as mentions, times in the reader's zone."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.domain import events as e
from bot.domain.incident import Incident
from bot.domain.process import Process
from bot.domain.values import MessageRef
from bot.domain.wording import timeline_line, told_at
from bot.slack.messages.text import brief_words, cut, link, mention, unescape, when

_OPEN, _CLOSE = "\ue000", "\ue001"
_PLACE = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_NAMED = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_BRACKETED = re.compile(r"<([^|>]*)(?:\|([^>]*))?>")
_WIDTH = 260
_FIRST_WORDS = 120

Words = Mapping[MessageRef, str]
"""Messages as Slack has their text, by where they stand; none of those deleted there."""
NO_WORDS: Words = {}
_ONE_NIGHT = timedelta(hours=12)
"""What spans more than this is told with its days."""


class _Tokens:
    """Keeps our own mentions and times out of the escaping, which the whole line goes through.

    Whoever types such a place by hand gets what the line names anyway, and nothing else.
    """

    def __init__(self) -> None:
        self._kept: list[str] = []

    def person(self, user: str) -> str:
        return self._keep(mention(user))

    def time(self, at: datetime) -> str:
        return self._keep(when(at))

    def link(self, address: str, words: str) -> str:
        return self._keep(link(address, words)) if address.startswith("https://") else words

    def from_slack(self, text: str) -> str:
        """Take what Slack has of a message back to words, its mentions kept as such."""
        named = _NAMED.sub(lambda found: self.person(found[1]), text)
        return unescape(_BRACKETED.sub(lambda found: found[2] or found[1], named))

    def _keep(self, token: str) -> str:
        self._kept.append(token)
        return f"{_OPEN}{len(self._kept) - 1}{_CLOSE}"

    def back(self, found: re.Match[str]) -> str:
        place = int(found.group(1))
        return self._kept[place] if place < len(self._kept) else ""


def line(
    recorded: e.Recorded,
    incident: Incident,
    process: Process,
    *,
    dated: bool = False,
    words: Words = NO_WORDS,
) -> str | None:
    """Return one line for an event: when, and what; None where it tells people nothing."""
    tokens = _Tokens()
    plain = timeline_line(
        recorded,
        incident,
        tokens.person,
        process=process,
        time_of=tokens.time,
        link_of=tokens.link,
        words=tokens.from_slack(_first_words(recorded.event, words)),
    )
    if plain is None:
        return None
    told = _PLACE.sub(tokens.back, brief_words(plain, len(plain) * 5))
    at = told_at(recorded)
    return f"{when(at) if dated else when(at, '{time}')}  {cut(told, _WIDTH)}"


def _first_words(event: e.Event, words: Words) -> str:
    if not isinstance(event, e.MessageMarked):
        return ""
    text = words.get(MessageRef(channel=event.channel, ts=event.ts), "")
    return cut(" ".join(text.split()), _FIRST_WORDS)


_SMALL = (
    e.PersonJoined,
    e.PersonParted,
    e.RoomOpened,
    e.RoomRenamed,
    e.AnnouncementPosted,
    e.PostLost,
    e.UpdateNudged,
    e.MessageUnmarked,
    e.MarkedMessageChanged,
    e.PageDelivered,
    e.EffectFailed,
    e.EffectRetried,
    e.EffectRecovered,
    e.PlaybookOffered,
    e.ReviewCompiled,
    e.HistoryRead,
    e.ConfirmedBy,
)


def news(recorded: Sequence[e.Recorded]) -> list[e.Recorded]:
    """Return what matters to somebody who was away: not who came, went, and was reminded.

    Nor what the bot did in silence: `why` has that.
    """
    return [each for each in recorded if not isinstance(each.event, _SMALL)]


def lines(
    recorded: Sequence[e.Recorded],
    incident: Incident,
    process: Process,
    words: Words = NO_WORDS,
) -> list[str]:
    """Return the lines in the order in which things were said and done."""
    ordered = sorted(recorded, key=lambda each: (told_at(each), each.version))
    if not ordered:
        return []
    dated = told_at(ordered[-1]) - told_at(ordered[0]) > _ONE_NIGHT
    made = (line(each, incident, process, dated=dated, words=words) for each in ordered)
    return [told for told in made if told]
