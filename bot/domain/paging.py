"""Calling somebody to the incident until they answer, and somebody else where they do not."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain import commands as c
from bot.domain import events as e
from bot.domain.accepting import clean_text
from bot.domain.given import Given
from bot.domain.refusals import InvalidInput, NotNow
from bot.domain.state import Incident
from bot.domain.values import Page, Text

_JUST_NOW = timedelta(minutes=2)
"""For so long whoever got no answer may ask again without calling once more."""


class NobodyCalled(NotNow):
    """Nobody waits for your answer."""


# ── Calling and answering ───────────────────────────────────────────────────────────────────────


def page(incident: Incident, command: c.PagePerson, given: Given) -> list[e.Event]:
    """Call somebody; who has been called and has not answered is called again at once.

    Not so who was called just now: whoever asks may only not have heard that it is done.

    Raises:
        InvalidInput: nobody is named, oneself, or somebody who cannot be reached.
    """
    to = _reachable(command, given)
    again_at = given.now + given.process.paging.again_after
    waiting = waiting_for(incident, to)
    if waiting is not None:
        if given.now - waiting.sent_at < _JUST_NOW:
            return []
        times = waiting.times + 1
        return [e.PageRepeated(number=waiting.number, times=times, again_at=again_at)]
    text = clean_text(command.text, "text")
    number = len(incident.pages) + 1
    return [e.PersonPaged(number=number, user=to, text=text, again_at=again_at)]


def _reachable(command: c.PagePerson, given: Given) -> str:
    to = command.to.strip()
    if not to:
        raise InvalidInput("Say whom to call: `@ann`.", field="person")
    if to == given.actor.user:
        raise InvalidInput(
            "You are here already. Name the person whom the incident needs.", field="person"
        )
    if command.standing == "deactivated":
        raise InvalidInput(
            f"<@{to}> has no active account here any more. Call somebody who has.", field="person"
        )
    if command.standing == "app":
        raise InvalidInput(
            f"<@{to}> is an app, and apps do not come. Name a person.", field="person"
        )
    return to


def answer(incident: Incident, given: Given) -> list[e.Event]:
    """Say that one is coming.

    Raises:
        NobodyCalled: one was not called, has answered, or was called too long ago.
    """
    user = given.actor.user
    called = [page for page in incident.pages if page.user == user]
    if not called:
        raise NobodyCalled(f"Nobody called you to {incident.name}.")
    last = called[-1]
    if last.acknowledged_at is not None:
        raise NobodyCalled(f"You have answered already; {incident.name} counts on you.")
    return [e.PageAcknowledged(number=last.number)]


def at_work(incident: Incident, given: Given) -> list[e.Event]:
    """Return that who goes to work on the incident has answered the call to it."""
    page = waiting_for(incident, given.actor.user)
    return [] if page is None else [e.PageAcknowledged(number=page.number, how="at work")]


def waiting_for(incident: Incident, user: str) -> Page | None:
    """Return the call that somebody has yet to answer."""
    return next((page for page in incident.pages if page.user == user and page.waits), None)


def being_called(incident: Incident) -> frozenset[str]:
    """Return who is called until they answer."""
    return frozenset(page.user for page in incident.pages if page.waits and not incident.at_rest)


# ── When nobody answers ─────────────────────────────────────────────────────────────────────────


def falls_due(incident: Incident, command: c.PageFallsDue, given: Given) -> list[e.Event]:
    """Call again, or somebody else; once, however long it is overdue."""
    page = _numbered(incident, command.number)
    if page is None or not page.waits or page.times != command.times or incident.at_rest:
        return []
    paging = given.process.paging
    if page.times < paging.times:
        again_at = given.now + paging.again_after
        return [e.PageRepeated(number=page.number, times=page.times + 1, again_at=again_at)]
    return _passed_on(incident, page, given)


def refused(incident: Incident, effect: str, given: Given) -> list[e.Event]:
    """Slack does not take a call: nobody waits for its answer, and somebody else is called."""
    page = _called_by(incident, effect)
    if page is None or not page.waits or incident.at_rest:
        return []
    return _passed_on(incident, page, given, reached=False)


def once_more(incident: Incident, effect: str, given: Given) -> list[e.Event]:
    """Take up a call that Slack did not take: an answer to it is awaited again."""
    page = _called_by(incident, effect)
    if page is None or page.reached or page.acknowledged_at is not None or incident.at_rest:
        return []
    again_at = given.now + given.process.paging.again_after
    return [e.PageRepeated(number=page.number, times=page.times, again_at=again_at)]


def _called_by(incident: Incident, effect: str) -> Page | None:
    """Return the call that an effect carries, unless it has been repeated since."""
    carried = (page for page in incident.pages if effect == f"SendPage:{page.number}:{page.times}")
    return next(carried, None)


def _passed_on(
    incident: Incident, page: Page, given: Given, *, reached: bool = True
) -> list[e.Event]:
    following = _next_in_line(incident, given.process.paging.then)
    unanswered = e.PageUnanswered(
        number=page.number,
        user=page.user,
        times=page.times,
        passed_to=following,
        reached=reached,
    )
    if following is None:
        return [unanswered]
    passed_on = e.PersonPaged(
        number=len(incident.pages) + 1,
        user=following,
        text=page.text,
        again_at=given.now + given.process.paging.again_after,
        instead_of=page.user,
    )
    return [unanswered, passed_on]


def _next_in_line(incident: Incident, line: tuple[str, ...]) -> str | None:
    """Return whom to call instead: nobody twice, and nobody who works on it already.

    Into a private room nobody is called back by a rule who left it or was taken out.
    """
    asked = {page.user for page in incident.pages} | incident.members
    if incident.private:
        asked |= incident.parted
    return next((user for user in line if user not in asked), None)


def delivered(incident: Incident, command: c.PageWasDelivered) -> list[e.Event]:
    """Slack took the message."""
    page = _numbered(incident, command.number)
    if page is None or page.delivered >= command.times:
        return []
    return [e.PageDelivered(number=command.number, times=command.times)]


def _numbered(incident: Incident, number: int) -> Page | None:
    return next((page for page in incident.pages if page.number == number), None)


# ── What became of it ───────────────────────────────────────────────────────────────────────────

PageEvent = e.PersonPaged | e.PageDelivered | e.PageRepeated | e.PageAcknowledged | e.PageUnanswered


def after(was: Incident, event: PageEvent, *, at: datetime, actor: str) -> Incident:
    """Return the incident after somebody was called, or something became of it."""
    if isinstance(event, e.PersonPaged):
        page = Page(
            number=event.number, user=event.user, text=Text(event.text), by=actor, sent_at=at
        )
        return replace(was, pages=(*was.pages, page), parted=was.parted - {event.user})
    pages = tuple(
        _become(page, event, at) if page.number == event.number else page for page in was.pages
    )
    return replace(was, pages=pages)


def _become(
    page: Page,
    event: e.PageDelivered | e.PageRepeated | e.PageAcknowledged | e.PageUnanswered,
    at: datetime,
) -> Page:
    match event:
        case e.PageDelivered(times=times):
            return replace(page, delivered=times, delivered_at=at)
        case e.PageRepeated(times=times):
            return replace(page, times=times, sent_at=at, given_up_at=None, reached=True)
        case e.PageAcknowledged():
            return replace(page, acknowledged_at=at, given_up_at=None)
        case e.PageUnanswered(reached=reached):
            return replace(page, given_up_at=at, reached=reached)
