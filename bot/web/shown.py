"""An incident as its page shows it: labels of this organisation, people by name, work in order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.incident import Incident
from bot.domain.playbook.run import Row, Run
from bot.domain.process import Role, Severity
from bot.domain.shapes import Principal
from bot.domain.values import Failure, Followup, Page, Phase, Task
from bot.domain.wording import EFFECTS
from bot.web.site import Site

_PATH = (
    Phase.TRIAGE,
    Phase.INVESTIGATING,
    Phase.IDENTIFIED,
    Phase.MITIGATED,
    Phase.MONITORING,
    Phase.RESOLVED,
    Phase.CLOSED,
)


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A phase on the way to the end, as this organisation calls it."""

    label: str
    passed: bool
    here: bool
    skipped: bool
    """It lies behind, and the incident never stood there."""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What the template asks of an incident."""

    site: Site
    incident: Incident
    reached: frozenset[Phase]
    """Where it has ever stood."""

    @property
    def severity(self) -> Severity:
        """Return how grave it is."""
        return self.site.process.severity(self.incident.severity)

    @property
    def rank(self) -> int:
        """Return which of the four colours of gravity it has."""
        return min(self.severity.rank, 4)

    @property
    def status(self) -> str:
        """Return what its status is called."""
        return self.site.process.status(self.incident.status).label

    @property
    def stages(self) -> Sequence[Stage]:
        """Return the way to the end and how far it has come; none for one that left the way."""
        if self.incident.phase not in _PATH:
            return ()
        place = _PATH.index(self.incident.phase)
        return tuple(
            Stage(
                label=self._called(phase),
                passed=n < place and phase in self.reached,
                here=n == place,
                skipped=n < place and phase not in self.reached,
            )
            for n, phase in enumerate(_PATH)
        )

    def _called(self, phase: Phase) -> str:
        if phase is self.incident.phase:
            return self.status
        statuses = self.site.process.statuses
        return next((each.label for each in statuses if each.phase is phase), phase.value)

    def name(self, user: str | None) -> str:
        """Return what a person is called."""
        return self.site.name_of(user) if user else ""

    @property
    def roles(self) -> Sequence[tuple[str, Sequence[str]]]:
        """Return who plays which part, in the organisation's order; the commander always."""
        roles: list[tuple[str, Sequence[str]]] = []
        for role in _ordered(self.site.process.roles, self.incident.roles):
            holders = [self.name(user) for user in self.incident.holders(role.key)]
            if holders or role.key == "commander":
                roles.append((role.label, holders))
        return roles

    @property
    def responders(self) -> Sequence[str]:
        """Return everybody who was there or acted, by name."""
        return sorted((self.name(user) for user in self.incident.responders), key=str.casefold)

    # The promise of the next update

    @property
    def due_at(self) -> datetime | None:
        """Return when the next update is due; None where nobody waits for one."""
        return None if self.incident.at_rest else self.incident.cadence.due_at

    def overdue(self, now: datetime) -> bool:
        """Say whether people have been waiting for it."""
        return self.due_at is not None and self.due_at <= now

    # Work

    @property
    def runs(self) -> Sequence[Run]:
        """Return the playbooks in work, then those that are finished."""
        return sorted(self.incident.runs, key=lambda run: not run.active)

    def parts(self, run: Run) -> Sequence[tuple[str, Sequence[Row]]]:
        """Return the steps of a run: what is to be done now, what is settled, what comes later.

        What is not done when the incident is over will not be done, and is due no more.
        """
        if self.incident.over:
            return _at_the_end(run.rows)
        parts = (
            ("now", {"open"}),
            ("later", {"waiting"}),
            ("settled", {"done", "skipped", "left"}),
        )
        rows = run.rows
        sorted_out = ((name, [row for row in rows if row.state in of]) for name, of in parts)
        return [(name, found) for name, found in sorted_out if found]

    def assignee(self, row: Row) -> str:
        """Return whose an item is: the one who did it, else the one who should."""
        if row.mark is not None and row.mark.by:
            return self.name(row.mark.by)
        return self._principal(row.assignee) if row.assignee else ""

    def _principal(self, principal: Principal) -> str:
        if principal.kind == "user":
            return self.name(principal.name)
        role = self.site.process.role(principal.name)
        return role.label if role else principal.name

    @property
    def open_tasks(self) -> Sequence[Task]:
        """Return what is to be done now, what is due first."""
        left = [task for task in self.incident.tasks if task.done_at is None]
        return sorted(left, key=lambda task: (task.due is None, task.due or 0, task.number))

    @property
    def done_tasks(self) -> int:
        """Return how many tasks are done."""
        return len(self.incident.tasks) - len(self.open_tasks)

    @property
    def pages(self) -> Sequence[tuple[Page, str]]:
        """Return who was called, the latest first, and how far it has come."""
        return [(page, _so_far(page)) for page in reversed(self.incident.pages)]

    @property
    def followups(self) -> Sequence[Followup]:
        """Return what remains after the incident, the open ones first."""
        return sorted(self.incident.followups, key=lambda each: each.done_at is not None)

    @property
    def failures(self) -> Sequence[tuple[str, Failure]]:
        """Return what the bot had to give up, as people call it."""
        failures: Mapping[str, Failure] = self.incident.failures
        return [
            (EFFECTS.get(key.partition(":")[0], key), failure) for key, failure in failures.items()
        ]


def _at_the_end(rows: Sequence[Row]) -> Sequence[tuple[str, Sequence[Row]]]:
    undone = [
        replace(row, state="left", due=None) for row in rows if row.state in ("open", "waiting")
    ]
    settled = [row for row in rows if row.state not in ("open", "waiting")]
    return [(name, found) for name, found in (("undone", undone), ("settled", settled)) if found]


def _ordered(known: Sequence[Role], held: Mapping[str, Sequence[str]]) -> Sequence[Role]:
    """Return the roles of the organisation, then those that it no longer has."""
    keys = {role.key for role in known}
    gone = [Role(key=key, label=key, responsibilities="") for key in held if key not in keys]
    return [*known, *gone]


def _so_far(page: Page) -> str:
    """Return what is known of a call: the furthest that it has come."""
    if page.acknowledged_at is not None:
        return "acknowledged"
    if page.given_up_at is not None:
        return "not answered" if page.reached else "could not be reached"
    return "delivered" if page.delivered >= page.times else "sent"
