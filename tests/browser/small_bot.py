"""A small bot on the real slack_bolt, for the page to be used with."""

import re
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncSay
from slack_sdk.web.async_client import AsyncWebClient

Json = dict[str, Any]
HOSTILE = "<img src=x onerror=\"document.title='broken'\"><script>document.title='broken'</script>"
MANIFEST: Json = {
    "features": {
        "slash_commands": [
            {"command": "/ship", "description": "Send a ship", "usage_hint": "[form|card|hello]"}
        ],
        "shortcuts": [
            {"name": "Add to log", "type": "message", "callback_id": "add_to_log"},
            {"name": "New voyage", "type": "global", "callback_id": "new_voyage"},
        ],
    }
}


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def option(label: str, value: str, about: str = "") -> Json:
    return {
        "text": plain(label),
        "value": value,
        **({"description": plain(about)} if about else {}),
    }


def button(label: str, action: str, **more: object) -> Json:
    return {"type": "button", "text": plain(label), "action_id": action, "value": label, **more}


def field(name: str, kind: str, **more: object) -> Json:
    """An input block whose `optional`, `hint` and `dispatch_action` are the block's own."""
    blocks_own = ("optional", "hint", "dispatch_action")
    own: Json = {key: more.pop(key) for key in blocks_own if key in more}
    element = {"type": kind, "action_id": name, **more}
    label = plain(name.replace("_", " ").capitalize())
    return {"type": "input", "block_id": name, "label": label, "element": element, **own}


def form(note: str = "Where does it go? Ask in <#C0RANDOM>.") -> Json:
    """A modal with every kind of input."""
    colours = [option("Red", "red", "Seen from afar"), option("Blue", "blue"), option("Green", "g")]
    blocks = [
        {"type": "section", "block_id": "note", "text": mrkdwn(note)},
        field("name", "plain_text_input", max_length=60, hint=plain("Four letters or more")),
        field("colour", "static_select", options=colours, placeholder=plain("Choose a colour")),
        field("flags", "multi_static_select", options=colours, optional=True),
        field("captain", "users_select", optional=True),
        field("cargo", "plain_text_input", multiline=True, optional=True),
        field("size", "radio_buttons", options=[option("Small", "s"), option("Large", "l")]),
        field("extras", "checkboxes", options=[option("Music", "music")], optional=True),
        field("day", "datepicker", optional=True),
        field("hour", "timepicker", optional=True),
        field("departure", "datetimepicker", optional=True),
        field("harbour", "external_select", min_query_length=0, optional=True),
        {
            "type": "actions",
            "block_id": "more",
            "elements": [button("Check the name", "check"), button("Add a stop", "stop")],
        },
    ]
    return {
        "type": "modal",
        "callback_id": "ship",
        "notify_on_close": True,
        "title": plain("Send a ship"),
        "submit": plain("Send"),
        "close": plain("Stay"),
        "blocks": blocks,
    }


def rare_form() -> Json:
    """A modal with the kinds of input that the other does not have."""
    ports = [{"label": plain("North"), "options": [option("Bergen", "b"), option("Oslo", "o")]}]
    blocks = [
        field("mail", "email_text_input"),
        field("site", "url_text_input"),
        field("crew", "number_input", is_decimal_allowed=False, min_value="1", max_value="40"),
        field("story", "rich_text_input"),
        field("letters", "file_input", filetypes=["txt", "png"], max_files=2),
        field("room", "conversations_select"),
        field("post", "channels_select"),
        field("mates", "multi_users_select", max_selected_items=2),
        field("halls", "multi_conversations_select", optional=True),
        field("docks", "multi_channels_select", optional=True),
        field("port", "static_select", option_groups=ports),
        field("harbours", "multi_external_select", min_query_length=0),
        field("ready", "radio_buttons", options=[option("Yes", "y")], optional=True),
    ]
    view: Json = {"type": "modal", "callback_id": "rare", "title": plain("Papers")}
    return {**view, "submit": plain("Send"), "blocks": blocks}


def card(captain: str = "") -> list[Json]:
    """A message with buttons."""
    sinking = {
        "title": plain("Sink it?"),
        "text": plain("It will not come back."),
        "confirm": plain("Sink"),
        "deny": plain("Keep"),
        "style": "danger",
    }
    return [
        {"type": "header", "text": plain("A ship")},
        {"type": "section", "text": mrkdwn(captain or "It has *no captain*.")},
        {
            "type": "actions",
            "elements": [
                button("Take the helm", "helm", style="primary"),
                button("Sink", "sink", style="danger", confirm=sinking),
                button("Nobody answers", "deaf"),
                {
                    "type": "static_select",
                    "action_id": "colour",
                    "placeholder": plain("Paint it"),
                    "options": [option("Red", "red"), option("Blue", "blue")],
                },
                {
                    "type": "overflow",
                    "action_id": "more",
                    "options": [option("Rename", "rename"), option("Sell", "sell")],
                },
            ],
        },
    ]


def quick_form(known: str = "") -> Json:
    """A form that looks for similar names while one is typed."""
    each = {"dispatch_action_config": {"trigger_actions_on": ["on_character_entered"]}}
    blocks = [field("quick_name", "plain_text_input", dispatch_action=True, **each)]
    if known:
        blocks.insert(0, {"type": "section", "block_id": "known", "text": mrkdwn(known)})
    view: Json = {"type": "modal", "callback_id": "quick", "title": plain("Quick")}
    return {**view, "submit": plain("Go"), "blocks": blocks}


class SmallBot:
    """Registers its listeners on an app, and remembers what was submitted."""

    def __init__(self, app: AsyncApp, client: AsyncWebClient) -> None:
        self.client = client
        self.submitted: list[Json] = []
        self.closed: list[str] = []
        app.command("/ship")(self.command)
        app.view("ship")(self.sent)
        app.view_closed("ship")(self.stayed)
        app.view("stop")(self.stopped)
        app.view("rare")(self.filed)
        app.action("helm")(self.helm)
        app.action("sink")(self.sink)
        app.action("check")(self.check)
        app.action("stop")(self.stop)
        app.action("quick_name")(self.compare)
        app.action("colour")(self.paint)
        app.action("more")(self.choose)
        app.options("harbour")(self.harbours)
        app.options("harbours")(self.harbours)
        app.shortcut("add_to_log")(self.log)
        app.event("app_home_opened")(self.home)
        app.event(re.compile(".*"))(self.anything)

    async def command(self, ack: AsyncAck, command: Json) -> None:
        match command["text"].split()[:1]:
            case ["form"]:
                await ack()
                await self.client.views_open(trigger_id=command["trigger_id"], view=form())
            case ["quick"]:
                await ack()
                await self.client.views_open(trigger_id=command["trigger_id"], view=quick_form())
            case ["rare"]:
                await ack()
                await self.client.views_open(trigger_id=command["trigger_id"], view=rare_form())
            case ["card"]:
                await ack()
                await self.client.chat_postMessage(
                    channel=command["channel_id"], text="A ship", blocks=card()
                )
            case ["deaf"]:
                pass
            case _:
                await ack(f"Ahoy <@{command['user_id']}>, you said: {command['text']}")

    async def sent(self, ack: AsyncAck, view: Json, body: Json) -> None:
        values = view["state"]["values"]
        name = values["name"]["name"]["value"]
        if len(name) < 4:
            await ack(response_action="errors", errors={"name": "That is too short for a ship."})
            return
        self.submitted.append(values)
        await ack()
        await self.client.chat_postMessage(
            channel="C0GENERAL", text=f"{name} sails, sent by <@{body['user']['id']}>"
        )

    async def filed(self, ack: AsyncAck, view: Json) -> None:
        self.submitted.append(view["state"]["values"])
        await ack()

    async def stayed(self, ack: AsyncAck, view: Json) -> None:
        self.closed.append(view["callback_id"])
        await ack()

    async def stopped(self, ack: AsyncAck) -> None:
        await ack(response_action="clear")

    async def helm(self, ack: AsyncAck, body: Json) -> None:
        await ack()
        await self.client.chat_update(
            channel=body["channel"]["id"],
            ts=body["message"]["ts"],
            text="A ship",
            blocks=card(f"<@{body['user']['id']}> is the captain."),
        )

    async def sink(self, ack: AsyncAck, body: Json) -> None:
        await ack()
        await self.client.chat_delete(channel=body["channel"]["id"], ts=body["message"]["ts"])

    async def check(self, ack: AsyncAck, body: Json) -> None:
        """Update the view while it is being filled in."""
        await ack()
        typed = body["view"]["state"]["values"]["name"]["name"]["value"]
        await self.client.views_update(view_id=body["view"]["id"], view=form(f"“{typed}” is free."))

    async def compare(self, ack: AsyncAck, body: Json) -> None:
        await ack()
        typed = body["actions"][0]["value"]
        view = quick_form(f"Like *{typed}*: Argo, Argonaut")
        await self.client.views_update(view_id=body["view"]["id"], view=view)

    async def paint(self, ack: AsyncAck, body: Json, say: AsyncSay) -> None:
        await ack()
        await say(f"Painted {body['actions'][0]['selected_option']['value']}")

    async def choose(self, ack: AsyncAck, body: Json, say: AsyncSay) -> None:
        await ack()
        await say(f"Chosen: {body['actions'][0]['selected_option']['value']}")

    async def stop(self, ack: AsyncAck, body: Json) -> None:
        await ack()
        view = {
            "type": "modal",
            "callback_id": "stop",
            "title": plain("A stop"),
            "submit": plain("Add"),
            "blocks": [field("port", "plain_text_input", optional=True)],
        }
        await self.client.views_push(trigger_id=body["trigger_id"], view=view)

    async def harbours(self, ack: AsyncAck, payload: Json) -> None:
        wanted = payload["value"].lower()
        known = ("Bergen", "Bremen", "Porto")
        await ack(options=[option(each, each) for each in known if wanted in each.lower()])

    async def log(self, ack: AsyncAck, shortcut: Json, say: AsyncSay) -> None:
        await ack()
        await say(f"In the log: {shortcut['message']['text']}")

    async def home(self, event: Json) -> None:
        blocks: list[Json] = [
            {"type": "header", "text": plain("Your fleet")},
            {"type": "section", "text": mrkdwn(f"Harbour of <@{event['user']}>")},
        ]
        view = {"type": "home", "blocks": blocks}
        await self.client.views_publish(user_id=event["user"], view=view)

    async def anything(self) -> None:
        """Events nobody waits for are acknowledged."""
