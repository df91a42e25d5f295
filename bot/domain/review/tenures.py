"""Who held which role from when until when."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain import events as e
from bot.domain.review.case import Case

COMMANDER = "commander"


@dataclass(frozen=True, kw_only=True)
class Tenure:
    """A role in one person's hands; `end` is None while it is."""

    role: str
    user: str
    begin: datetime
    taken: e.Recorded
    end: datetime | None = None


def tenures(case: Case) -> list[Tenure]:
    """Return every tenure, in the order in which the roles were taken."""
    held: dict[tuple[str, str], tuple[int, e.Recorded]] = {}
    found: list[Tenure | None] = []

    def ends(role: str, user: str, at: datetime | None) -> None:
        place, taken = held.pop((role, user))
        found[place] = Tenure(role=role, user=user, begin=taken.happened_at, taken=taken, end=at)

    for recorded in case.record.events:
        match recorded.event:
            case e.RoleTaken(role=role, user=user, previous=previous):
                if previous is not None and (role, previous) in held:
                    ends(role, previous, recorded.happened_at)
                if (role, user) not in held:
                    held[role, user] = len(found), recorded
                    found.append(None)
            case e.RoleDropped(role=role, user=user):
                if (role, user) in held:
                    ends(role, user, recorded.happened_at)
            case _:
                pass
    for role, user in tuple(held):
        ends(role, user, None)
    return [tenure for tenure in found if tenure is not None]


def leaderless(case: Case) -> timedelta:
    """Return for how long nobody commanded, from the declaration until it came to rest."""
    begin, end = case.incident.at("declared"), case.until
    if begin is None:
        return timedelta(0)
    without, free_from = timedelta(0), begin
    for tenure in tenures(case):
        if tenure.role == COMMANDER:
            without += max(timedelta(0), min(tenure.begin, end) - free_from)
            free_from = max(free_from, tenure.end or end)
    return without + max(timedelta(0), end - free_from)
