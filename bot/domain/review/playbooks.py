"""The playbook runs: what was done with which evidence, what was left out and why."""

from bot.domain.playbook.run import Row, Run
from bot.domain.review.case import Case, fact, one_or_many, span
from bot.domain.review.document import Block, Cell, Facts, Heading, Paragraph, Section, Table

_STATES = {"left": "left out"}


def section(case: Case) -> Section:
    """Return each run, item by item."""
    blocks: list[Block] = []
    for run in case.incident.runs:
        blocks += _run(case, run)
    if not blocks:
        blocks.append(Paragraph(text="No playbook was started."))
    if case.incident.offers:
        names = ", ".join(f"“{case.words(name)}”" for name in case.incident.offers.values())
        blocks.append(Paragraph(text=f"Offered, but not started: {names}."))
    return Section(key="playbooks", title="Playbook runs", blocks=tuple(blocks))


def _run(case: Case, run: Run) -> list[Block]:
    version = f" {run.playbook.version}" if run.playbook.version else ""
    rows, progress = run.rows, run.progress
    skipped = sum(row.state == "skipped" for row in rows)
    facts = [
        fact("Started by", case.who(run.started_by), at=run.started_at),
        fact("Settled", f"{progress.done} of {one_or_many(progress.total, 'item')}"),
    ]
    if skipped:
        facts.append(fact("Skipped", one_or_many(skipped, "item")))
    if run.finished_at is None:
        facts.append(fact("Finished", "no"))
    else:
        took = span(run.finished_at - run.started_at)
        facts.append(fact("Finished", f"after {took}", at=run.finished_at))
    reached = [row for row in rows if row.state != "waiting"]
    if len(reached) < len(rows):
        facts.append(fact("Not reached", one_or_many(len(rows) - len(reached), "item")))
    blocks: list[Block] = [
        Heading(text=case.words(f"{run.playbook.name}{version}")),
        Facts(rows=tuple(facts)),
    ]
    if reached:
        columns = ("Item", "State", "By", "When", "Evidence or reason")
        cells = tuple(_row(case, row) for row in reached)
        blocks.append(Table(caption="Items", columns=columns, rows=cells))
    return blocks


def _row(case: Case, row: Row) -> tuple[Cell, ...]:
    mark = row.mark
    words = row.text if row.text == row.step else f"{row.step}: {row.text}"
    item, state = Cell(text=case.words(words)), Cell(text=_STATES.get(row.state, row.state))
    if mark is None or mark.state == "open":
        return item, state, Cell(), Cell(), Cell()
    by = Cell(text=case.who(mark.by) if mark.by else "by itself")
    evidence = Cell(text=case.words(mark.note or mark.reason), link=case.address(mark.link))
    return item, state, by, Cell(at=mark.at), evidence
