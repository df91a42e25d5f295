"""Calls to people in words: a plain line for each event that tells what became of one."""

from typing import assert_never

from bot.domain import events as e
from bot.domain.naming import Names
from bot.domain.paging import PageEvent
from bot.domain.state import Incident


def page_line(event: PageEvent, incident: Incident, names: Names, by: str) -> str | None:
    """Return what became of a call, `by` whom; None for another delivery of the same one."""
    actor = names.person(by)
    match event:
        case e.PersonPaged():
            return _called(event, names, actor)
        case e.PageRepeated(number=number, times=1):
            return f"The page to {_paged(incident, names, number)} was sent once more."
        case e.PageRepeated(number=number, times=times):
            paged = _paged(incident, names, number)
            return f"{paged} was paged again, for the {_ordinal(times)} time."
        case e.PageDelivered(number=number, times=1):
            return f"The page to {_paged(incident, names, number)} was delivered."
        case e.PageDelivered():
            return None
        case e.PageAcknowledged(how="answered"):
            return f"{actor} acknowledged the page."
        case e.PageAcknowledged():
            return f"{actor} went to work, and so acknowledged the page."
        case e.PageUnanswered(user=user, reached=False):
            return f"{names.person(user)} could not be reached: Slack refused the page."
        case e.PageUnanswered(user=user, times=times):
            return f"{names.person(user)} did not answer {_pages(times)}."
        case _:
            assert_never(event)


def _called(event: e.PersonPaged, names: Names, actor: str) -> str:
    """Return who was called, by whom or in whose place."""
    user = names.person(event.user)
    if event.instead_of is not None:
        return f"{user} was paged in place of {names.person(event.instead_of)}."
    return f"{actor} paged {user}: {event.text}" if event.text else f"{actor} paged {user}."


def _paged(incident: Incident, names: Names, number: int) -> str:
    """Return who was called by a page."""
    users = [page.user for page in incident.pages if page.number == number]
    return names.person(users[0]) if users else f"page {number}"


def _ordinal(times: int) -> str:
    """Return `2nd` for 2."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(times % 10 if times % 100 not in {11, 12, 13} else 0)
    return f"{times}{ending or 'th'}"


def _pages(times: int) -> str:
    return "a page" if times == 1 else f"{times} pages"
