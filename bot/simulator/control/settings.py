"""What can be set over HTTP, each under its own address: GET reads it, POST changes it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, get_args

from bot.simulator.control import asked, faults, spaces
from bot.simulator.delivery import DELAYED_EVENTS
from bot.simulator.errors import WrongOrder
from bot.simulator.limits import EVENTS_PER_HOUR, Limits
from bot.simulator.model import Json
from bot.simulator.moving import move
from bot.simulator.rotation import LIFE
from bot.simulator.socket_mode import Reason

if TYPE_CHECKING:
    from bot.simulator.simulator import Simulator

LONGEST_WAIT = 60.0
HABITS = ("twins", "short_pages", "tells_counters")
LIMITS = ("posts", "all_posts", "tiers", "sold", "events")
COUNTED = {  # the limits that are a number: the least, and what it is
    "all_posts": (1, "how many posts a minute in all channels, several hundred in Slack"),
    "events": (0, f"how many an hour, {EVENTS_PER_HOUR} in Slack"),
}


@dataclass(frozen=True, kw_only=True)
class Setting:
    """How one of them is read and changed; `change` raises WrongOrder for a bad value."""

    read: Callable[["Simulator"], Json]
    change: Callable[["Simulator", Json], Awaitable[None]]
    words: tuple[str, ...]
    """The keys that the body of a change may have."""


def state(simulator: "Simulator") -> Json:
    """Everything that is set at present."""
    return {
        "workspaces": spaces.every(simulator),
        "faults": [faults.fault(each) for each in simulator.faults],
        **{name: setting.read(simulator) for name, setting in SETTINGS.items()},
    }


# -- the clock ----------------------------------------------------------------------------------


def clock(simulator: "Simulator") -> Json:
    """The present in the workspace."""
    now = simulator.clock.now()
    return {"now": now.isoformat(), "seconds": now.timestamp()}


async def move_clock(simulator: "Simulator", body: Json) -> None:
    """Move it ahead by `seconds`, or `to` a time."""
    if ("to" in body) == ("seconds" in body):
        raise WrongOrder(
            "Say either by how many `seconds`, or `to` which time, as in 2026-03-02T09:30Z."
        )
    if "seconds" in body:
        move(simulator.ground, asked.number(body, "seconds", 0))
        return
    try:
        to = datetime.fromisoformat(asked.text(body, "to"))
    except ValueError:
        raise WrongOrder("`to` must be a time as in 2026-03-02T09:30:00+00:00.") from None
    if to.tzinfo is None:
        raise WrongOrder("`to` needs its offset, as in 2026-03-02T09:30:00+00:00.")
    move(simulator.ground, (to - simulator.clock.now()).total_seconds())


# -- rate limits and pace -----------------------------------------------------------------------


def limits(simulator: "Simulator") -> Json:
    """Which rate limits are on."""
    return {name: getattr(simulator.limits, name) for name in LIMITS}


async def set_limits(simulator: "Simulator", body: Json) -> None:
    """Switch them on or off."""
    kept = simulator.limits
    wanted = {name: _limit(body, name, kept) for name in LIMITS}
    for name, value in wanted.items():
        setattr(kept, name, value)
    simulator.ground.changed("limits")


def _limit(body: Json, name: str, kept: Limits) -> int | bool | None:
    now: int | bool | None = getattr(kept, name)
    if name not in COUNTED:
        return asked.flag(body, name, bool(now))
    if body.get(name, now) is None:
        return None
    least, means = COUNTED[name]
    most = asked.whole(body, name, now or least)
    if most < least:
        raise WrongOrder(f"`{name}` is {means}, or null.")
    return most


def pace(simulator: "Simulator") -> Json:
    """Seconds added to every call, and those the app has to acknowledge."""
    return {"latency": simulator.latency, "ack_deadline": simulator.ack_deadline}


async def set_pace(simulator: "Simulator", body: Json) -> None:
    """Change one or both."""
    latency = asked.number(body, "latency", simulator.latency)
    deadline = asked.number(body, "ack_deadline", simulator.ack_deadline)
    if not 0 <= latency <= LONGEST_WAIT or not 0 < deadline <= LONGEST_WAIT:
        raise WrongOrder(f"Both are seconds, up to {LONGEST_WAIT:.0f}.")
    simulator.latency, simulator.ack_deadline = latency, deadline
    simulator.ground.changed("limits")


# -- what Slack does at times -------------------------------------------------------------------


def habits(simulator: "Simulator") -> Json:
    """What Slack does occasionally, and the simulator when it is ordered."""
    kept = simulator.habits
    return {
        **{name: getattr(kept, name) for name in (*HABITS, "share_after")},
        "delayed_events": bool(simulator.backstage.deliveries.delayed),
    }


async def set_habits(simulator: "Simulator", body: Json) -> None:
    """Switch them on or off."""
    kept, deliveries = simulator.habits, simulator.backstage.deliveries
    wanted = {name: asked.flag(body, name, getattr(kept, name)) for name in HABITS}
    share_after = asked.number(body, "share_after", kept.share_after)
    if not 0 <= share_after <= LONGEST_WAIT:
        raise WrongOrder(f"`share_after` is in seconds, up to {LONGEST_WAIT:.0f}.")
    delayed = asked.flag(body, "delayed_events", bool(deliveries.delayed))
    for name, value in wanted.items():
        setattr(kept, name, value)
    kept.share_after = share_after
    if delayed is not bool(deliveries.delayed):
        deliveries.delayed = DELAYED_EVENTS if delayed else ()
    simulator.ground.changed("limits")


# -- the app's tokens and sockets ---------------------------------------------------------------


def tokens(simulator: "Simulator") -> Json:
    """Whether tokens expire, how many seconds new ones last, and how many are good."""
    rotates, rotation = simulator.workspace.app.rotates, simulator.rotation
    return {"rotates": rotates, "life": rotation.life, "good": rotation.good}


async def set_tokens(simulator: "Simulator", body: Json) -> None:
    """Change how long new ones last, or expire all of them now."""
    rotation = simulator.rotation
    life = asked.number(body, "life", rotation.life)
    if not 0 < life <= LIFE:
        raise WrongOrder(f"`life` is in seconds, up to {LIFE}.")
    if body.get("do", "expire") != "expire":
        raise WrongOrder("`do` is expire, which ends all tokens that were given.")
    if "do" in body:
        rotation.expire()
    rotation.life = life
    simulator.ground.changed("limits")


def sockets(simulator: "Simulator") -> Json:
    """How many of the app's sockets are open, and were opened."""
    lines = simulator.sockets
    return {"connected": lines.connected, "opened": lines.opened, "turned_away": lines.turned_away}


async def treat_sockets(simulator: "Simulator", body: Json) -> None:
    """Cut them, let them fall silent, or disconnect them for a reason."""
    match body.get("do"):
        case "cut":
            await simulator.sockets.cut()
        case "fall_silent":
            simulator.sockets.fall_silent()
        case "disconnect":
            reason = asked.text(body, "reason", "refresh_requested")
            if reason not in get_args(Reason):
                raise WrongOrder(f"`reason` is one of {', '.join(get_args(Reason))}.")
            await simulator.sockets.disconnect(reason)
        case _:
            raise WrongOrder("`do` is one of cut, fall_silent, disconnect.")


SETTINGS = {
    "clock": Setting(read=clock, change=move_clock, words=("seconds", "to")),
    "limits": Setting(read=limits, change=set_limits, words=LIMITS),
    "pace": Setting(read=pace, change=set_pace, words=("latency", "ack_deadline")),
    "habits": Setting(
        read=habits, change=set_habits, words=(*HABITS, "share_after", "delayed_events")
    ),
    "tokens": Setting(read=tokens, change=set_tokens, words=("life", "do")),
    "sockets": Setting(read=sockets, change=treat_sockets, words=("do", "reason")),
}
