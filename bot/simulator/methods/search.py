"""assistant.search.context: what a bot may search, which is public channels (contract §1.4)."""

from collections.abc import Iterator
from itertools import islice

from bot.simulator.api import ApiCall, Method
from bot.simulator.errors import SlackError
from bot.simulator.methods.common import decode_cursor, encode_cursor
from bot.simulator.model import Channel, Json, Message

LONGEST_QUERY = 1000
MOST = 20
SCOPES = {
    "private_channel": "search:read.private",
    "mpim": "search:read.mpim",
    "im": "search:read.im",
}  # scopes of user tokens only


def context(call: ApiCall) -> Json:
    """Messages with all the words of the query, the newest first."""
    query = call.text("query")
    if not query.strip():
        raise SlackError("missing_query")
    if len(query) > LONGEST_QUERY:
        raise SlackError("query_too_long")
    for each in call.listing("channel_types"):
        if each in SCOPES:
            call.need(SCOPES[each])
    limit = call.number("limit", MOST, most=MOST)
    found = list(islice(_found(call, query), limit + 1))
    some, more = found[:limit], len(found) > limit
    cursor = encode_cursor("after", f"{some[-1].ts}.{some[-1].channel}") if more else ""
    return {
        "results": {"messages": [_shape(call, each) for each in some]},
        "response_metadata": {"next_cursor": cursor},
    }


def _found(call: ApiCall, query: str) -> Iterator[Message]:
    archived = call.flag("include_archived_channels")
    bots = call.flag("include_bots")
    oldest, latest = _bound(call, "after"), _bound(call, "before")

    def sees(room: Channel) -> bool:
        return room.kind == "channel" and not room.is_private and (archived or not room.is_archived)

    after = None
    if call.text("cursor"):
        seconds, _, rest = decode_cursor(call.text("cursor"), "after").partition(".")
        micros, _, channel = rest.partition(".")
        after = (f"{seconds}.{micros}", channel)
    finder, ascending = call.backstage.finder, call.text("sort_dir") == "asc"
    for said in finder.find(query, sees, after=after, oldest_first=ascending):
        at = float(said.ts)
        if (bots or not said.by_app) and oldest <= at <= latest:
            yield said


def _bound(call: ApiCall, name: str) -> float:
    try:
        return float(call.text(name, "-inf" if name == "after" else "inf"))
    except ValueError:
        raise SlackError("invalid_arguments") from None


def _shape(call: ApiCall, said: Message) -> Json:
    author = call.workspace.users.get(said.user)
    body: Json = {
        "author_name": author.real_name if author else "",
        "author_user_id": said.user,
        "team_id": call.workspace.team.id,
        "channel_id": said.channel,
        "channel_name": call.workspace.channels[said.channel].name,
        "message_ts": said.ts,
        "content": said.text,
        "is_author_bot": said.by_app,
        "permalink": call.workspace.permalink(said),
    }
    if call.flag("include_message_blocks") and said.blocks:
        body["blocks"] = said.blocks
    return body


METHODS = (
    Method(name="assistant.search.context", answer=context, scopes=("search:read.public",), tier=0),
)
