"""Faults over HTTP and in stories: the same words, the same checks as `Faults.add` in Python."""

from typing import TYPE_CHECKING

from bot.simulator.control import asked
from bot.simulator.fault_kinds import KINDS
from bot.simulator.faults import Fault, Faults
from bot.simulator.model import Json

if TYPE_CHECKING:
    from bot.simulator.simulator import Simulator

FAULT_WORDS = (
    "target", "kind", "times", "nth", "share", "seed",
    "error", "status", "retry_after", "empty_body", "body", "effect", "seconds", "jitter",
    "workspace",
)  # fmt: skip


def fault(order: Fault) -> Json:
    """One fault, with how often it saw a match and how often it struck."""
    shown: Json = {"id": order.id, "seen": order.seen, "struck": order.struck, "spent": order.spent}
    return {**shown, **{word: getattr(order, word) for word in FAULT_WORDS}}


def kinds() -> Json:
    """Every kind of fault, and which words it takes beside those that all take."""
    return {
        name: {"strikes": each.strikes, "does": each.does, "takes": list(each.takes)}
        for name, each in KINDS.items()
    }


def order_fault(simulator: "Simulator", body: Json) -> Fault:
    """Order a fault as `Simulator.faults.add` does; a workspace may be told by its name.

    Raises:
        WrongOrder: it makes no sense.
    """
    named = asked.text(body, "workspace")
    team = simulator.space(named).team_id if named else ""
    ordered = add_fault(simulator.faults, {**body, "workspace": team})
    simulator.ground.changed("fault")
    return ordered


def add_fault(faults: Faults, body: Json) -> Fault:
    """Order a fault in the words of `FAULT_WORDS`.

    Raises:
        WrongOrder: it makes no sense.
    """
    times = None if body.get("times", 1) is None else asked.whole(body, "times", 1)
    share = None if body.get("share") is None else asked.number(body, "share", 1)
    nth = None if body.get("nth") is None else asked.whole(body, "nth", 1)
    return faults.add(
        asked.text(body, "target"),
        asked.text(body, "kind"),  # type: ignore[arg-type]  # `add` refuses what it does not know
        times=times,
        nth=nth,
        share=share,
        seed=asked.whole(body, "seed", 0),
        error=asked.text(body, "error", "internal_error"),
        status=asked.whole(body, "status", 500),
        retry_after=asked.whole(body, "retry_after", 1),
        empty_body=asked.flag(body, "empty_body", default=False),
        body=asked.text(body, "body", "{"),
        effect=asked.flag(body, "effect", default=True),
        seconds=asked.number(body, "seconds", 0.1),
        jitter=asked.number(body, "jitter", 0.0),
        workspace=asked.text(body, "workspace"),
    )
