"""A bot with the same listeners as the examples that come with bolt-python, in words of its own.

Getting started, modals, Socket Mode, message events: each listener of theirs has one here that is
registered the same way and answers the same way. It knows no more of the simulator than an address.
"""

import os
import re
from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, App, BoltContext, Respond, Say
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

Json = dict[str, Any]

app = App(
    client=WebClient(os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"]),
    signing_secret=os.environ.get("SLACK_SIGNING_SECRET"),
)
heard: list[str] = []
"""What the middleware let through."""


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def section(text: str, **more: Any) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(label: str, action_id: str, **more: Any) -> Json:
    return {"type": "button", "action_id": action_id, "text": plain(label), **more}


def modal(callback_id: str, title: str, *blocks: Json) -> Json:
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title),
        "submit": plain("Send"),
        "close": plain("Never mind"),
        "blocks": list(blocks),
    }


def asks(label: str, element: Json, **more: Any) -> Json:
    return {"type": "input", "label": plain(label), "element": element, **more}


def outside(kind: str, action_id: str) -> Json:
    """A select whose options come from the bot."""
    hint = plain("Choose one")
    return {"type": kind, "action_id": action_id, "placeholder": hint, "min_query_length": 0}


def option(label: str, value: str) -> Json:
    return {"text": plain(label), "value": value}


@app.middleware
def keep(body: Json, next: Callable[[], Any]) -> Any:  # noqa: A002 - Bolt passes it by this name
    heard.append(str(body.get("type")))
    return next()


# Getting started: a word, and a button in the answer


@app.message("hello")
def greeted(message: Json, say: Say) -> None:
    text = f"Good day, <@{message['user']}>."
    say(blocks=[section(text, accessory=button("Press", "button_click"))], text=text)


@app.action("button_click")
def pressed(body: Json, ack: Ack, say: Say) -> None:
    ack()
    say(f"<@{body['user']['id']}> pressed it.")


# Modals: a command with blocks in its answer, a response URL, selects filled from outside


@app.command("/mirrored")
def command(body: Json, ack: Ack, respond: Respond, client: WebClient) -> None:
    ack(text="Taken", blocks=[section(":white_check_mark: Taken", block_id="b")])
    press = button("More", "a", value="m-1")
    respond(blocks=[section("There is more.", block_id="b", accessory=press)])
    client.views_open(
        trigger_id=body["trigger_id"],
        view=modal(
            "chosen",
            "What is it",
            asks("Words", {"type": "plain_text_input"}),
            asks("Cat", outside("external_select", "es_a"), block_id="es_b"),
            asks("Numbers", outside("multi_external_select", "mes_a"), block_id="mes_b"),
        ),
    )


@app.options("es_a")
def cats(ack: Ack) -> None:
    ack({"options": [option("Tama", "tama")]})


@app.options("mes_a")
def numbers(ack: Ack) -> None:
    ack({"option_groups": [
        {"label": plain("First"), "options": [option("One", "1-1"), option("Two", "1-2")]},
        {"label": plain("Second"), "options": [option("Three", "2-1")]},
    ]})  # fmt: skip


@app.view("chosen")
def chosen(ack: Ack, body: Json, client: WebClient) -> None:
    ack()
    values = body["view"]["state"]["values"]
    words = next(
        each["value"] for block in values.values() for each in block.values() if "value" in each
    )
    cat = values["es_b"]["es_a"]["selected_option"]["value"]
    some = [each["value"] for each in values["mes_b"]["mes_a"]["selected_options"]]
    client.chat_postMessage(
        channel=body["user"]["id"], text=f"{words}, {cat}, {' and '.join(some)}"
    )


@app.action("a")
def more(ack: Ack, body: Json, respond: Respond) -> None:
    ack()
    text = f"<@{body['user']['id']}> wanted more"
    respond({"response_type": "in_channel", "replace_original": False, "text": text})
    respond(replace_original=False, text="That was all.")


# Socket Mode: a command answered at once, a mention, a global shortcut with a lazy listener


@app.command("/mirrored-at-once")
def at_once(ack: Ack, body: Json) -> None:
    ack(f"At once, <@{body['user_id']}>")


@app.event("app_mention")
def mentioned(event: Json, say: Say) -> None:
    say(f"You called, <@{event['user']}>?")


def seen(ack: Ack) -> None:
    ack()


def open_it(body: Json, client: WebClient) -> None:
    animal = outside("external_select", "animal")
    view = modal(
        "animals",
        "Animals",
        asks("Anything", {"type": "plain_text_input", "action_id": "words"}, block_id="q1"),
        asks("Which", animal, block_id="q2"),
    )
    client.views_open(trigger_id=body["trigger_id"], view=view)


app.shortcut("mirrored-shortcut")(ack=seen, lazy=[open_it])

ANIMALS = [option(":owl: Owl", "owl"), option(":fox_face: Fox", "fox"), option("Ox", "ox")]


@app.options("animal")
def animals(ack: Ack, body: Json) -> None:
    typed = body.get("value") or ""
    ack(options=[each for each in ANIMALS if typed in each["text"]["text"]])


@app.view("animals")
def taken(ack: Ack) -> None:
    ack()


# Message events: by words, by pattern, by subtype, with middleware and matchers of a listener


@app.message("kettle")
def kettle(say: Say) -> None:
    say("The kettle is on.")


@app.message(re.compile("broken|burst"))
def broken(say: Say) -> None:
    say("Shall I call somebody?")


def which_kind(body: Json, context: BoltContext, next: Callable[[], Any]) -> None:  # noqa: A002 - as above
    context["kind"] = body.get("event", {}).get("subtype")
    next()


@app.event({"type": "message", "subtype": None})
def newly_said(body: Json, say: Say) -> None:
    event = body["event"]
    say(text="Go on.", thread_ts=event.get("thread_ts") or event["ts"])


GONE = "This is gone: "


@app.event(
    event={"type": "message", "subtype": "message_deleted"},
    matchers=[lambda body: GONE not in body["event"]["previous_message"]["text"]],
)
def deleted(say: Say, body: Json) -> None:
    say(f"{GONE}{body['event']['previous_message']['text']}")


SHARED: dict[str, Any] = {"type": "message", "subtype": re.compile("(me_message)|(file_share)")}


@app.event(event=SHARED, middleware=[which_kind])
def shared(body: Json, client: WebClient, context: BoltContext) -> None:
    name = {"file_share": "page_facing_up"}.get(context["kind"], "eyes")
    client.reactions_add(channel=body["event"]["channel"], timestamp=body["event"]["ts"], name=name)


@app.event({"type": "message"}, middleware=[which_kind])
def any_other(context: BoltContext) -> None:
    heard.append(str(context["kind"]))


if __name__ == "__main__":
    if "PORT" in os.environ:
        app.start(port=int(os.environ["PORT"]))
    else:
        SocketModeHandler(app, os.environ["SLACK_APP_TOKEN"]).start()  # type: ignore[no-untyped-call]
