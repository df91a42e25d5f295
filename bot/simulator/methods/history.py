"""conversations.history and .replies: reading what was said (contract §1.6)."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from bot.simulator import shapes
from bot.simulator.api import ApiCall, Method
from bot.simulator.errors import SlackError
from bot.simulator.limits import SOLD_PAGE
from bot.simulator.methods.common import decode_cursor, encode_cursor, inside, need_for, page_size
from bot.simulator.model import Channel, Json

NOT_THREADS = frozenset({"channel_join", "channel_leave"})


def _room(call: ApiCall) -> Channel:
    room = call.channel()
    need_for(call, room, "history")
    return inside(call, room)


def _normal(ts: str, error: str) -> str:
    """A ts as stored ones are written, so that texts compare as times do."""
    seconds, _, micros = ts.partition(".")
    if not seconds.isdigit() or (micros and not micros.isdigit()):
        raise SlackError(error)
    return f"{int(seconds):010d}.{micros[:6]:0<6}"


def _page(call: ApiCall, default: int, most: int) -> int:
    """How many messages a page holds; few of them for an app that is sold (contract §1.2)."""
    if call.backstage.limits.sold:
        default = most = SOLD_PAGE
    return page_size(call, default, most)


def _between(call: ApiCall, sorted_ts: Sequence[str]) -> tuple[int, int]:
    """The slice within oldest and latest, bounds left out unless `inclusive`."""
    oldest, latest = call.text("oldest"), call.text("latest")
    inclusive = call.flag("inclusive")
    start, end = 0, len(sorted_ts)
    if oldest:
        place = bisect_left if inclusive else bisect_right
        start = place(sorted_ts, _normal(oldest, "invalid_ts_oldest"))
    if latest and latest != "now":
        place = bisect_right if inclusive else bisect_left
        end = place(sorted_ts, _normal(latest, "invalid_ts_latest"))
    return start, max(start, end)


def _told(call: ApiCall, room: Channel, some: Sequence[str]) -> list[Json]:
    everything = call.flag("include_all_metadata")
    return [
        shapes.message(call.workspace, room.messages[ts], all_metadata=everything) for ts in some
    ]


def history(call: ApiCall) -> Json:
    """A channel's messages, newest first, without replies that were not broadcast."""
    room = _room(call)
    limit = _page(call, 100, 999)
    start, end = _between(call, room.top)
    if call.text("cursor"):
        end = min(end, bisect_left(room.top, decode_cursor(call.text("cursor"), "next_ts")))
    first = max(start, end - limit)
    some = room.top[first:end]
    body: Json = {
        "messages": _told(call, room, some[::-1]),
        "has_more": first > start,
        "pin_count": len(room.pins),
        "channel_actions_ts": None,
        "channel_actions_count": 0,
    }
    if first > start:
        body["response_metadata"] = {"next_cursor": encode_cursor("next_ts", some[0])}
    return body


def replies(call: ApiCall) -> Json:
    """A thread, oldest first, with its parent in front of every page."""
    room = _room(call)
    said = room.messages.get(call.text("ts"))
    if said is None or said.subtype in NOT_THREADS:
        raise SlackError("thread_not_found")
    parent = room.messages.get(said.thread_ts or said.ts, said)
    limit = _page(call, 1000, 1000)
    start, end = _between(call, parent.replies)
    if call.text("cursor"):
        start = max(
            start, bisect_left(parent.replies, decode_cursor(call.text("cursor"), "next_ts"))
        )
    last = min(end, start + max(1, limit - 1))
    some = [parent.ts, *parent.replies[start:last]]
    body: Json = {"messages": _told(call, room, some), "has_more": last < end}
    if last < end:
        following = encode_cursor("next_ts", parent.replies[last])
        body["response_metadata"] = {"next_cursor": following}
    return body


METHODS = (
    Method(name="conversations.history", answer=history, required=("channel",)),
    Method(name="conversations.replies", answer=replies, required=("channel", "ts")),
)
