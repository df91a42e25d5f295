"""What a soak showed, as figures."""

import statistics

from bench.soak.lags import Settled, share
from bench.soak.people import Crowd
from bench.soak.story import Outcome, Phase, Plan
from bench.soak.watch import Sample
from bench.table import Table

DECLARING = ("CreateRoom", "AnswerWithRoom", "InviteDeclarer", "InviteResponders")
POSTING = ("PostToRoom", "PostToFeed", "TellPerson", "Whisper")
_WARMING = 60.0
"""Seconds in which memory may grow: caches fill."""
_WINDOW = 30
"""Samples whose median is compared."""
_FLAT = 5.0
_LAG = 2.0
_TIERED_LAG = 5.0
_STOP = 5.0
_COALESCED = 0.7
"""What is more would be later and later, at the rate that the plan changes them."""


def tell(table: Table, plan: Plan, outcome: Outcome) -> None:
    """Add the figures to the table."""
    first, second = outcome.phases
    _memory(table, first)
    everything = [one.seconds for one in first.calm]
    table.add(
        f"{plan.declares:g} declares a minute, tiers off: owed to settled (99 %), outside faults",
        share(everything, 0.99),
        "s",
        _LAG,
        beside=f"{len(everything)} effects, median {share(everything, 0.5):.2f} s; with "
        f"{first.faults} faults among {len(first.lags)}: {share(_all(first), 0.99):.2f} s",
    )
    for what, kinds in (("declare and invite", DECLARING), ("post", POSTING)):
        lags = [one.seconds for one in second.calm if one.kind in kinds]
        table.add(
            f"{plan.tiered_declares:g} declares a minute, tiers on: {what} (99 %), outside faults",
            share(lags, 0.99),
            "s",
            _TIERED_LAG,
            beside=f"{len(lags)} effects, median {share(lags, 0.5):.2f} s",
        )
    _decoration(table, second, outcome.crowds[1])
    _stops(table, outcome)
    _tasks(table, outcome)
    said = sum(len(crowd.said) for crowd in outcome.crowds)
    declared = sum(len(crowd.declared) for crowd in outcome.crowds)
    table.add(
        "lost, doubled or given up, after a restart",
        len(outcome.wrong),
        "things",
        0,
        beside=f"of {declared} declares, "
        f"{sum(len(crowd.updates) for crowd in outcome.crowds)} updates and {said:,} messages; "
        f"complete {outcome.drained_after:.0f} s after the last start",
    )
    for phase, name in ((first, "tiers off"), (second, "tiers on")):
        for kind in sorted({one.kind for one in phase.lags}):
            _kind(table, phase, name, kind)


def _all(phase: Phase) -> list[float]:
    return [one.seconds for one in phase.lags]


def _memory(table: Table, phase: Phase) -> None:
    """How far does memory move away from what it was when the first minute was over?"""
    warm = [one for one in phase.samples if one.after >= _WARMING] or phase.samples
    medians = [_median(warm[at : at + _WINDOW]) for at in range(0, len(warm), _WINDOW)]
    base = medians[0]
    table.add(
        "memory after the first minute: the most that it moved",
        max(abs(one / base - 1) for one in medians) * 100,
        "%",
        _FLAT,
        beside=f"{base:.0f} MB then, {medians[-1]:.0f} MB at the end, "
        f"{phase.samples[0].memory:.0f} MB at the start",
    )


def _median(samples: list[Sample]) -> float:
    return statistics.median(one.memory for one in samples)


def _decoration(table: Table, phase: Phase, crowd: Crowd) -> None:
    """Slack takes twenty topics a minute: more than that has to be one, or it is ever later."""
    changes = crowd.turned + len(crowd.declared)
    table.add(
        "tiers on: topics set, of what changed one",
        phase.topics / max(1, changes),
        "of them",
        _COALESCED,
        beside=f"{phase.topics} topics for {changes} changes; {phase.held_back} calls met a limit",
    )
    for what, kinds in (
        ("topic", ("ShowTopic",)),
        ("card and announcement", ("ShowCard", "ShowAnnouncement")),
        ("pin and bookmark", ("PinCard", "AddBookmark")),
    ):
        lags = [one.seconds for one in phase.calm if one.kind in kinds]
        table.add(
            f"tiers on: {what} (99 %), outside faults",
            share(lags, 0.99),
            "s",
            beside=f"{len(lags)} effects, median {share(lags, 0.5):.2f} s",
        )


def _stops(table: Table, outcome: Outcome) -> None:
    slowest = max(phase.stopped_after for phase in outcome.phases)
    table.add(
        "owed at each stop, and done after the next start",
        min(phase.owed_at_stop for phase in outcome.phases),
        "effects",
        at_least=1,
        beside="nothing of it was lost or doubled, see below",
    )
    table.add(
        "stopped after SIGTERM, in the midst of work",
        slowest,
        "s",
        _STOP,
        beside=", ".join(
            f"status {phase.status} with {phase.owed_at_stop} effects still owed"
            for phase in outcome.phases
        ),
    )


def _tasks(table: Table, outcome: Outcome) -> None:
    """Tasks come and go; the fewest seen within a while are those that stay."""
    first = outcome.phases[0].samples
    early, late = first[: len(first) // 3], first[-len(first) // 3 :]
    table.add(
        "tasks that stayed",
        max(0, min(one.tasks for one in late) - min(one.tasks for one in early)),
        "tasks",
        0,
        beside=f"{min(one.tasks for one in early)} in the first third, "
        f"{min(one.tasks for one in late)} in the last, {outcome.at_rest} at the very end; "
        f"complaints about sessions or tasks: {len(outcome.complaints)}",
    )


def _kind(table: Table, phase: Phase, name: str, kind: str) -> None:
    calm = _of(phase.calm, kind)
    every = _of(phase.lags, kind)
    table.add(
        f"{name}: {kind} (99 %), outside faults",
        share(calm, 0.99),
        "s",
        beside=f"{len(calm)} effects, median {share(calm, 0.5):.2f} s; with faults: "
        f"{len(every)}, 99 % {share(every, 0.99):.2f} s, worst {max(every):.1f} s",
    )


def _of(lags: list[Settled], kind: str) -> list[float]:
    return [one.seconds for one in lags if one.kind == kind]
