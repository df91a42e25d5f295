"""Triggers, response URLs and the payloads of interactions (contract §4, §6)."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.simulator import answers, shapes
from bot.simulator.deeds import messages
from bot.simulator.deeds.messages import Content
from bot.simulator.errors import SlackError
from bot.simulator.model import Channel, Ephemeral, Json, Message, User, View
from bot.simulator.workspace import Workspace

TRIGGER_LIFE = 3.0
RESPONSE_LIFE = 30 * 60.0
RESPONSE_USES = 5
REMEMBERED = 5_000


@dataclass(kw_only=True, slots=True)
class Trigger:
    """The right to open one view for a person, for three seconds."""

    id: str
    user: str
    channel: str
    born: float
    spent: bool = False
    opened: str | None = None  # the id of the view it opened


class Triggers:
    """Issues and redeems triggers, on wall time."""

    def __init__(self, chance: random.Random, wall: Callable[[], float] = time.monotonic) -> None:
        self._chance = chance
        self._wall = wall
        self._triggers: dict[str, Trigger] = {}
        self._minted = 0
        self.life = TRIGGER_LIFE

    def mint(self, user: str, channel: str = "") -> Trigger:
        self._minted += 1
        number = 10**12 + self._minted
        trigger = Trigger(
            id=f"{number}.{self._chance.randrange(10**12)}.{self._chance.randbytes(16).hex()}",
            user=user,
            channel=channel,
            born=self._wall(),
        )
        self._triggers[trigger.id] = trigger
        _forget_oldest(self._triggers)
        return trigger

    def spend(self, trigger_id: str) -> Trigger:
        """Take a trigger for opening a view."""
        trigger = self._triggers.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.spent:
            raise SlackError("exchanged_trigger_id")
        if self._wall() - trigger.born > self.life:
            raise SlackError("expired_trigger_id")
        trigger.spent = True
        return trigger


@dataclass(kw_only=True, slots=True)
class ResponseUrl:
    """One response URL; `origin` is the message that was acted upon."""

    channel: str
    user: str
    born: float
    origin: Message | Ephemeral | None = None
    uses: int = 0
    seen: list[Json] = field(default_factory=list)


def _forget_oldest(known: dict[str, Any]) -> None:
    while len(known) > REMEMBERED:
        del known[next(iter(known))]


class ResponseUrls:
    """Five uses within thirty minutes each (contract §4.5)."""

    def __init__(self, workspace: Workspace, wall: Callable[[], float] = time.monotonic) -> None:
        self._workspace = workspace
        self._wall = wall
        self._urls: dict[str, ResponseUrl] = {}
        self._minted = 0

    def mint(
        self, kind: str, user: User, room: Channel, origin: Message | Ephemeral | None = None
    ) -> str:
        """An address under /commands or /actions."""
        team = self._workspace.team.id
        self._minted += 1
        path = f"{kind}/{team}/{self._minted}/{self._workspace.mint_secret(12)}"
        self._urls[path] = ResponseUrl(
            channel=room.id, user=user.id, born=self._wall(), origin=origin
        )
        _forget_oldest(self._urls)
        return f"{self._workspace.base_url}/{path}"

    def place(self, path: str) -> str:
        """The id of the channel it answers in; nothing for an address that was never given."""
        url = self._urls.get(path.strip("/"))
        return url.channel if url else ""

    def use(self, path: str, body: object) -> tuple[int, str]:
        """Answer a POST: the HTTP status and the text."""
        url = self._urls.get(path.strip("/"))
        if url is None:
            return 404, "no_such_url"
        if url.uses >= RESPONSE_USES:
            return 404, "used_url"
        if self._wall() - url.born > RESPONSE_LIFE:
            return 404, "expired_url"
        if not isinstance(body, dict):
            return 400, "invalid_payload"
        try:
            content = answers.content(body)
        except SlackError as refused:
            return 400, refused.error
        if content is None and not body.get("delete_original"):
            return 400, "no_text"
        url.uses += 1
        self._respond(url, body, content)
        return 200, "ok"

    def _respond(self, url: ResponseUrl, body: Json, content: Content | None) -> None:
        room = self._workspace.channels[url.channel]
        if body.get("delete_original") or content is None:
            self._remove(room, url.origin)
        elif body.get("replace_original") and url.origin is not None:
            self._replace(room, url.origin, content)
        else:
            in_channel = body.get("response_type") == "in_channel"
            thread = answers.thread(body, room)
            show(self._workspace, room, content, url.user, in_channel=in_channel, thread=thread)

    def _remove(self, room: Channel, origin: Message | Ephemeral | None) -> None:
        if isinstance(origin, Message):
            if origin.ts in room.messages:
                messages.delete(self._workspace, room, origin)
        elif origin is not None and origin in self._workspace.ephemerals:
            self._workspace.ephemerals.remove(origin)
            self._workspace.changed("ephemeral", channel=room.id, user=origin.user)

    def _replace(self, room: Channel, origin: Message | Ephemeral, content: Content) -> None:
        workspace = self._workspace
        blocks = messages.with_block_ids(content.blocks, origin.ts[-5:]) if content.blocks else None
        attachments = messages.with_attachment_ids(content.attachments, origin.ts)
        if isinstance(origin, Ephemeral):
            origin.text, origin.blocks = content.text, blocks
            origin.attachments = attachments
            if origin not in workspace.ephemerals:
                workspace.ephemerals.append(origin)
            workspace.changed("ephemeral", channel=room.id, ts=origin.ts, user=origin.user)
        elif origin.ts in room.messages:
            before = shapes.message(workspace, origin)
            origin.text, origin.blocks = content.text, blocks
            origin.attachments = attachments
            messages.change(workspace, room, origin, before)


def show(
    workspace: Workspace,
    room: Channel,
    content: Content,
    user: str,
    *,
    in_channel: bool = False,
    thread: str | None = None,
) -> Message | Ephemeral:
    """Show an app's answer to one person or to all; the app need not be a member."""
    if in_channel:
        return messages.post(workspace, room, content, user=workspace.bot.user_id, thread_ts=thread)
    return messages.post_ephemeral(workspace, room, content, user=user, thread_ts=thread)


# -- payloads ----------------------------------------------------------------------------------


def channel_name(room: Channel) -> str:
    """How payloads name the place (contract §4.1)."""
    if room.kind == "im":
        return "directmessage"
    return "privategroup" if room.kind == "channel" and room.is_private else room.name


def slash_command(
    workspace: Workspace,
    user: User,
    room: Channel,
    command: str,
    text: str,
    *,
    response_url: str,
    trigger: Trigger,
) -> Json:
    """The fields of a slash command, all of them texts."""
    return {
        "token": workspace.app.verification_token,
        "team_id": workspace.team.id,
        "team_domain": workspace.team.domain,
        "channel_id": room.id,
        "channel_name": channel_name(room),
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": text,
        "api_app_id": workspace.app.id,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger.id,
    }


def common(workspace: Workspace, kind: str, user: User, trigger: Trigger | None) -> Json:
    """What every interaction carries."""
    body: Json = {
        "type": kind,
        "token": workspace.app.verification_token,
        "api_app_id": workspace.app.id,
        "team": {"id": workspace.team.id, "domain": workspace.team.domain},
        "enterprise": None,
        "is_enterprise_install": False,
        "user": {
            "id": user.id,
            "username": user.name,
            "name": user.name,
            "team_id": user.team_id,
        },
    }
    if trigger is not None:
        body["trigger_id"] = trigger.id
    return body


def place_of(workspace: Workspace, origin: Message | Ephemeral | View, block: Json) -> Json:
    """Where an action in this block took place: container, and the message or the view itself."""
    if isinstance(origin, View):
        return {
            "container": {"type": "view", "view_id": origin.id},
            "view": shapes.view(workspace, origin),
        }
    room = workspace.channels[origin.channel]
    container = {
        "type": "message",
        **_attachment_of(origin, block),
        "message_ts": origin.ts,
        "channel_id": room.id,
        "is_ephemeral": isinstance(origin, Ephemeral),
    }
    if origin.thread_ts:
        container["thread_ts"] = origin.thread_ts
    body: Json = {"container": container, "channel": {"id": room.id, "name": channel_name(room)}}
    if isinstance(origin, Message):
        body["message"] = shapes.message(workspace, origin)
    return body


def _attachment_of(origin: Message | Ephemeral, block: Json) -> Json:
    """How the container names the attachment that holds the block, if one does."""
    for each in origin.attachments or ():
        if any(held is block for held in each.get("blocks") or ()):
            named = {key: each[key] for key in ("app_unfurl_url",) if key in each}
            is_preview = bool(each.get("is_app_unfurl"))
            link = {"app_unfurl_url": each["app_unfurl_url"]} if is_preview else {}
            named = {"attachment_id": each["id"], "is_app_unfurl": is_preview}
            return {"type": "message_attachment", **named, **link}
    return {}


def response_urls(workspace: Workspace, urls: ResponseUrls, user: User, view: View) -> list[Json]:
    """For modals whose channel select asks for one (contract §4.5)."""
    found = []
    for block in view.body.get("blocks", ()):
        element = block.get("element") or {}
        if not element.get("response_url_enabled"):
            continue
        value = view.state[block["block_id"]][element["action_id"]]
        chosen = value.get("selected_conversation") or value.get("selected_channel")
        if chosen:
            found.append(
                {
                    "block_id": block["block_id"],
                    "action_id": element["action_id"],
                    "channel_id": chosen,
                    "response_url": urls.mint("app", user, workspace.channels[chosen]),
                }
            )
    return found
