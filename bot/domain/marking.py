"""Marked messages: they belong on the timeline, while any of their marks stands."""

from dataclasses import replace

from bot.domain import commands as c
from bot.domain import events as e
from bot.domain.given import Given
from bot.domain.refusals import NotNow
from bot.domain.state import Incident, Mark
from bot.domain.values import MessageRef, moment_of


def mark(incident: Incident, command: c.MarkMessage, given: Given) -> list[e.Event]:
    """Put a message on the timeline; the same mark twice changes nothing.

    Raises:
        NotNow: a person asks by the menu for what they have done already.
    """
    present = incident.marks.get(MessageRef(channel=command.channel, ts=command.ts))
    if present is not None and (given.actor.user, command.how) in present.by:
        if command.how == "menu":
            raise NotNow(f"You have put that on the timeline of {incident.name} already.")
        return []
    return [
        e.MessageMarked(
            channel=command.channel,
            ts=command.ts,
            how=command.how,
            said_by=command.said_by,
            said_at=command.said_at or moment_of(command.ts) or given.now,
            permalink=command.permalink,
        )
    ]


def unmark(incident: Incident, command: c.UnmarkMessage, given: Given) -> list[e.Event]:
    """Take one mark back; a pin is taken away by anybody, since Slack keeps one per message."""
    present = incident.marks.get(MessageRef(channel=command.channel, ts=command.ts))
    by = present.by if present else frozenset()
    stands = (given.actor.user, command.how) in by
    if command.how == "pin":
        stands = any(how == "pin" for _, how in by)
    if not stands:
        return []
    return [e.MessageUnmarked(channel=command.channel, ts=command.ts, how=command.how)]


def falls_stale(incident: Incident, command: c.MarkFallsStale) -> list[e.Event]:
    """Put down that what stands on the timeline is not as the review has it."""
    place = MessageRef(channel=command.channel, ts=command.ts)
    if place not in incident.marks or not incident.reviewed:
        return []
    return [e.MarkedMessageChanged(channel=command.channel, ts=command.ts, gone=command.gone)]


def marked(was: Incident, event: e.MessageMarked, actor: str) -> Incident:
    """Return the incident with one more mark on the message."""
    ref = MessageRef(channel=event.channel, ts=event.ts)
    before = was.marks.get(ref)
    by = (before.by if before else frozenset()) | {(actor, event.how)}
    mark = Mark(said_by=event.said_by, said_at=event.said_at, permalink=event.permalink, by=by)
    return replace(was, marks={**was.marks, ref: mark})


def unmarked(was: Incident, event: e.MessageUnmarked, actor: str) -> Incident:
    """Return the incident with that mark gone, and the message with its last."""
    ref = MessageRef(channel=event.channel, ts=event.ts)
    others = {key: mark for key, mark in was.marks.items() if key != ref}
    before = was.marks.get(ref)
    by = before.by - _taken_back(before.by, event, actor) if before else frozenset()
    if before and by:
        others[ref] = replace(before, by=by)
    return replace(was, marks=others)


def _taken_back(
    by: frozenset[tuple[str, str]], event: e.MessageUnmarked, actor: str
) -> frozenset[tuple[str, str]]:
    """Return which marks are gone; of a pin all, since Slack keeps one that anybody removes."""
    if event.how == "pin":
        return frozenset(mark for mark in by if mark[1] == "pin")
    return frozenset({(actor, event.how)})
