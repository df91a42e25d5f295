"""A bot as people write them with bolt-python: one person asks who wants tea, the others join in.

It runs on Slack and on the simulator alike; only SLACK_API_URL says which. docs/simulator.md tells
how. With PORT it listens for HTTP, without it opens a socket.
"""

import os
from typing import Any

from slack_bolt import Ack, App, Respond, Say
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

KINDS = ("black", "green", "mint")

app = App(
    client=WebClient(
        os.environ["SLACK_BOT_TOKEN"],
        base_url=os.environ.get("SLACK_API_URL", "https://slack.com/api/"),
    ),
    signing_secret=os.environ.get("SLACK_SIGNING_SECRET"),
)
rounds: dict[str, list[str]] = {}  # ts of the message → who drinks


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def form(channel: str) -> dict[str, Any]:
    kinds = [{"text": plain(kind.title()), "value": kind} for kind in KINDS]
    select = {"type": "static_select", "action_id": "kind", "options": kinds}
    minutes = {"type": "plain_text_input", "action_id": "minutes"}
    return {
        "type": "modal",
        "callback_id": "round",
        "private_metadata": channel,
        "title": plain("A round of tea"),
        "submit": plain("Ask"),
        "blocks": [
            {"type": "input", "block_id": "kind", "label": plain("Which"), "element": select},
            {
                "type": "input",
                "block_id": "minutes",
                "label": plain("Ready in"),
                "element": minutes,
            },
        ],
    }


def card(text: str, drinkers: list[str]) -> list[dict[str, Any]]:
    people = ", ".join(f"<@{each}>" for each in drinkers)
    button = {"type": "button", "action_id": "me_too", "text": plain("Me too"), "value": text}
    return [
        {"type": "section", "text": {"type": "mrkdwn", "text": f"*{text}*\nFor {people}"}},
        {"type": "actions", "elements": [button]},
    ]


@app.command("/tea")
def tea(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
    if body["text"] == "count":
        ack(f"There were {len(rounds)} rounds so far.")
        return
    ack()
    client.views_open(trigger_id=body["trigger_id"], view=form(body["channel_id"]))


@app.view("round")
def asked(ack: Ack, body: dict[str, Any], view: dict[str, Any], client: WebClient) -> None:
    values = view["state"]["values"]
    minutes = values["minutes"]["minutes"]["value"]
    if not minutes.isdigit():
        ack(response_action="errors", errors={"minutes": "Say it in minutes, as a number."})
        return
    ack()
    kind = values["kind"]["kind"]["selected_option"]["value"]
    text = f"{kind.title()} tea in {minutes} minutes"
    drinkers = [body["user"]["id"]]
    posted = client.chat_postMessage(
        channel=view["private_metadata"], text=text, blocks=card(text, drinkers)
    )
    rounds[posted["ts"]] = drinkers


@app.action("me_too")
def me_too(ack: Ack, body: dict[str, Any], respond: Respond, client: WebClient) -> None:
    ack()
    ts, user = body["message"]["ts"], body["user"]["id"]
    drinkers = rounds.setdefault(ts, [])
    if user in drinkers:
        respond("You have a cup already.", replace_original=False)
        return
    drinkers.append(user)
    text = body["actions"][0]["value"]
    client.chat_update(channel=body["channel"]["id"], ts=ts, text=text, blocks=card(text, drinkers))


@app.event("app_home_opened")
def home(event: dict[str, Any], client: WebClient) -> None:
    mine = sum(event["user"] in drinkers for drinkers in rounds.values())
    text = {"type": "mrkdwn", "text": f"You had *{mine}* cups of tea."}
    view = {"type": "home", "blocks": [{"type": "section", "text": text}]}
    client.views_publish(user_id=event["user"], view=view)


@app.event("app_mention")
def mentioned(event: dict[str, Any], say: Say) -> None:
    say("Type `/tea` to ask who wants some.", thread_ts=event["ts"])


@app.message("tea is ready")
def ready(message: dict[str, Any], client: WebClient) -> None:
    client.reactions_add(channel=message["channel"], timestamp=message["ts"], name="tea")


@app.event("message")
def anything_else() -> None:
    """Other messages are none of its business, and acknowledged all the same."""


if __name__ == "__main__":
    if "PORT" in os.environ:
        app.start(port=int(os.environ["PORT"]))
    else:
        SocketModeHandler(app, os.environ["SLACK_APP_TOKEN"]).start()
