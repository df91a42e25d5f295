"""Every kind of fault: what it strikes, what it does, and its parameters."""

from dataclasses import dataclass
from typing import Literal

ApiFault = Literal[
    "rate_limited",
    "error",
    "http",
    "http_after_effect",
    "wrong_answer",
    "lose_answer",
    "refuse",
    "hang",
    "held",
    "latency",
]
DeliveryFault = Literal["twice", "late", "lost", "out_of_order", "cut"]
DELAYS = frozenset({"latency", "late"})
"""These go together with one of the others, and with each other."""
Kind = ApiFault | DeliveryFault


@dataclass(frozen=True, kw_only=True, slots=True)
class Meaning:
    """What a kind of fault is; `takes` are the words it understands beside those that all do."""

    strikes: Literal["call", "delivery"]
    does: str
    takes: tuple[str, ...] = ()


KINDS: dict[str, Meaning] = {
    "rate_limited": Meaning(
        strikes="call",
        does="answers 429 with Retry-After, without the effect; empty_body: as the edge proxy does",
        takes=("retry_after", "empty_body"),
    ),
    "error": Meaning(
        strikes="call", does="refuses with this error of Slack's, without the effect",
        takes=("error",),
    ),
    "http": Meaning(
        strikes="call", does="answers 5xx with an HTML page, without the effect", takes=("status",)
    ),
    "http_after_effect": Meaning(
        strikes="call", does="the same, though the effect took place", takes=("status",)
    ),
    "wrong_answer": Meaning(
        strikes="call", does="announces JSON and sends `body`, as it is; the effect took place",
        takes=("body",),
    ),
    "lose_answer": Meaning(
        strikes="call", does="breaks the connection once the effect took place"
    ),
    "refuse": Meaning(strikes="call", does="breaks the connection before the effect"),
    "hang": Meaning(
        strikes="call", does="answers nothing until released; the effect took place, or not",
        takes=("effect",),
    ),
    "held": Meaning(
        strikes="call",
        does="holds the call up until released, then lets it take effect, whoever still waits",
    ),
    "latency": Meaning(
        strikes="call", does="answers late: by `seconds`, and up to `jitter` more",
        takes=("seconds", "jitter"),
    ),
    "twice": Meaning(strikes="delivery", does="sends the same thing two times at once"),
    "late": Meaning(
        strikes="delivery", does="sends it late: by `seconds`, and up to `jitter` more",
        takes=("seconds", "jitter"),
    ),
    "lost": Meaning(strikes="delivery", does="never sends it"),
    "out_of_order": Meaning(
        strikes="delivery",
        does="sends it behind the next thing that is sent, at the latest after `seconds`",
        takes=("seconds",),
    ),
    "cut": Meaning(
        strikes="delivery",
        does="breaks the connection once it is sent, or before; its acknowledgement is not heard",
        takes=("effect",),
    ),
}  # fmt: skip
