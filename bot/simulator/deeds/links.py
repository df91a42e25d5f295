"""Links to the app's own domains: emits link_shared and unfurls them (§1.7, §5.3)."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from bot.simulator.deeds import messages
from bot.simulator.errors import SlackError
from bot.simulator.model import App, Channel, Json, Message
from bot.simulator.workspace import Workspace

LINK = re.compile(r"<(https?://[^|>\s]+)(?:\|[^>]*)?>|(https?://[^\s<>|]+)")


def links_in(text: str) -> list[str]:
    """The addresses in a message's text, each once."""
    return list(dict.fromkeys(match[1] or match[2] for match in LINK.finditer(text)))


def tell(workspace: Workspace, room: Channel, said: Message) -> None:
    """Tell the app of links to its domains; never of those that it wrote itself."""
    found = list(_own(workspace.app, said.text))
    bot = workspace.bot.user_id
    if said.by_app or not found or not room.is_there_for(bot):
        return
    event: Json = {
        "type": "link_shared",
        "channel": room.id,
        "user": said.user,
        "message_ts": said.ts,
        "links": found,
        "unfurl_id": unfurl_id(said),
        "source": "conversations_history",
        "is_bot_user_member": room.is_member(bot),
        "event_ts": workspace.mint_event_ts(),
    }
    if said.is_reply:
        event["thread_ts"] = said.thread_ts
    workspace.happened(event, room)


def _own(app: App, text: str) -> Iterator[Json]:
    for url in links_in(text):
        try:
            host = urlsplit(url).hostname or ""
        except ValueError:  # no address after all
            continue
        for domain in app.unfurl_domains:
            if host == domain or host.endswith(f".{domain}"):
                yield {"domain": domain, "url": url}


def unfurl_id(said: Message) -> str:
    """What stands for channel and ts."""
    return f"{said.channel}.{said.ts}"


def unfurl(workspace: Workspace, room: Channel, said: Message, previews: dict[str, Json]) -> None:
    """Show links in a message with what the app says they are."""
    present = links_in(said.text)
    if not all(url in present for url in previews):
        raise SlackError("cannot_unfurl_message")
    messages.unfurl(
        workspace,
        room,
        said,
        *(
            {
                **preview,
                "from_url": url,
                "app_unfurl_url": url,
                "is_app_unfurl": True,
                "app_id": workspace.app.id,
                "bot_id": workspace.bot.id,
            }
            for url, preview in previews.items()
        ),
    )
