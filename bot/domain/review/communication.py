"""Communication kept and missed: what was promised for when, and when it came."""

from datetime import timedelta
from math import ceil
from statistics import median

from bot.domain import events as e
from bot.domain.review.case import Case, fact, one_or_many, span
from bot.domain.review.document import Block, Cell, Fact, Facts, Paragraph, Section, Table
from bot.domain.review.promises import Fate, Promise, promises

_PROMISED = ("Promised for", "Came", "Beyond the promised time")


def section(case: Case) -> Section:
    """Return how the promises of updates were kept."""
    found = list(promises(case))
    judged = [promise for promise in found if promise.fate != "pending"]
    blocks: list[Block] = []
    if judged:
        blocks.append(Paragraph(text=_in_words(judged)))
    else:
        blocks.append(Paragraph(text="No update had fallen due."))
    blocks.append(Facts(rows=_facts(case, judged)))
    rows = tuple(_row(case, promise) for promise in found)
    if rows:
        blocks.append(Table(caption="Promised updates", columns=_PROMISED, rows=rows))
    return Section(key="communication", title="Communication kept and missed", blocks=tuple(blocks))


def _in_words(judged: list[Promise]) -> str:
    """Say how many came when promised, late, and not at all."""

    def count(*fates: Fate) -> int:
        return sum(promise.fate in fates for promise in judged)

    return (
        f"Of {one_or_many(len(judged), 'promised update')}, {count('kept')} came in time, "
        f"{count('late')} came late, and {count('missed', 'overdue')} did not come."
    )


def _facts(case: Case, judged: list[Promise]) -> tuple[Fact, ...]:
    """Return the punctuality: median and 90th percentile, with the size of the sample."""
    posted = sum(1 for _ in case.all_of(e.UpdatePosted))
    nudges = sum(event.stage != "soon" for _, event in case.all_of(e.UpdateNudged))
    rows = [fact("Updates posted", str(posted)), fact("Reminders that were due", str(nudges))]
    if judged:
        size = f"(n = {len(judged)})"
        waits = sorted(promise.lateness.total_seconds() for promise in judged)
        middle, high = timedelta(seconds=median(waits)), timedelta(seconds=_percentile(waits, 90))
        rows += [
            fact("Lateness, median", f"{span(middle)} {size}"),
            fact("Lateness, 90th percentile", f"{span(high)} {size}"),
        ]
    return tuple(rows)


def _percentile(ordered: list[float], percent: int) -> float:
    """Return the nearest rank: a value that really occurred."""
    return ordered[ceil(len(ordered) * percent / 100) - 1]


def _row(case: Case, promise: Promise) -> tuple[Cell, ...]:
    due = Cell(at=promise.due)
    behind = Cell(text=f"{span(promise.lateness)} late")
    match promise.fate:
        case "kept" | "late" if promise.answered is not None:
            came = Cell(at=promise.seen_at, link=case.link(promise.answered))
            return due, came, Cell(text="in time") if promise.fate == "kept" else behind
        case "missed" if promise.ended is not None:
            what = "no update, until this put an end to the waiting:"
            ended = Cell(text=what, at=promise.seen_at, link=case.link(promise.ended))
            return due, ended, behind
        case "overdue":
            return due, Cell(text="not yet"), behind
        case _:
            return due, Cell(text="not due yet"), Cell()
