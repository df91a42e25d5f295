"""Validates a fault's target: one that could never match is refused."""

from difflib import get_close_matches

from bot.simulator.coverage import FAMILIES
from bot.simulator.errors import WrongOrder
from bot.simulator.events import NEEDS
from bot.simulator.fault_kinds import KINDS

ANSWER = "response_url"
"""What an order names to strike answers at a response_url."""
METHODS = frozenset({ANSWER, *(name for each in FAMILIES for name in (*each.done, *each.refused))})
DELIVERIES = frozenset(
    {
        *NEEDS,
        "app_rate_limited", "message", "app_mention",
        "member_joined_channel", "member_left_channel",
        "block_actions", "block_suggestion", "view_submission", "view_closed",
        "shortcut", "message_action",
    }
)  # fmt: skip
WILD = frozenset("*?[")


def check_target(target: str, kind: str) -> None:
    """Refuse a name that this kind never meets; patterns and commands are taken as they are.

    Raises:
        WrongOrder: it never would strike.
    """
    if WILD & set(target):
        return
    strikes = KINDS[kind].strikes
    known, others = METHODS, DELIVERIES
    if strikes == "delivery":
        known, others = DELIVERIES, METHODS
    is_command = target.startswith("/")
    if target in known or (is_command and strikes == "delivery"):
        return
    if target in others or is_command:
        other = "call" if strikes == "delivery" else "delivery"
        fitting = ", ".join(name for name, each in KINDS.items() if each.strikes == other)
        is_, needs = ("delivered to the app", "calls") if strikes == "call" else (
            "called by the app", "deliveries")  # fmt: skip
        raise WrongOrder(
            f"`{target}` is {is_}, and `{kind}` strikes {needs}: choose one of {fitting}."
        )
    near = get_close_matches(target, known, n=1)
    hint = f"did you mean `{near[0]}`?" if near else "patterns as `chat.*` or `*` are taken too."
    what = "method" if strikes == "call" else "delivery"
    raise WrongOrder(f"There is no {what} {target[:60]!r}; {hint}")
