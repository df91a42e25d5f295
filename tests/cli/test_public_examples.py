"""What bolt-python's public examples do works here, listener by listener: §8.

The bot is a process of its own, over a socket and over HTTP; only the base address is told to it.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.clock import Clock
from bot.demo.running import free_port
from bot.simulator import Simulator
from bot.simulator.model import Message
from bot.simulator.people import Person
from bot.simulator.serve import knock, running
from tests.cli.bots import the_bot
from tests.cli.terminal import PATIENCE

BOT = Path(__file__).parent / "mirrored_bot.py"
MANIFEST: dict[str, Any] = {
    "display_information": {"name": "Mirrored"},
    "features": {
        "app_home": {"messages_tab_enabled": True},
        "bot_user": {"display_name": "mirrored"},
        "slash_commands": [
            {"command": "/mirrored", "description": "A form"},
            {"command": "/mirrored-at-once", "description": "An answer"},
        ],
        "shortcuts": [
            {"name": "Animals", "type": "global", "callback_id": "mirrored-shortcut",
             "description": "A form, opened late"},
        ],
    },
    "oauth_config": {"scopes": {"bot": [
        "app_mentions:read", "channels:history", "chat:write", "commands", "files:read",
        "im:write", "reactions:write",
    ]}},
    "settings": {
        "event_subscriptions": {"bot_events": ["app_mention", "message.channels"]},
        "interactivity": {"is_enabled": True},
    },
}  # fmt: skip


@asynccontextmanager
async def the_mirrored(folder: Path, *, over_http: bool) -> AsyncIterator[Simulator]:
    """A workspace whose #general the bot is in, and listens to."""
    port = free_port()
    http = f"http://127.0.0.1:{port}/slack/events" if over_http else None
    async with running(Clock(), manifest=MANIFEST, http=http) as simulator:
        settings = {"SLACK_API_URL": simulator.api_url, "SLACK_BOT_TOKEN": simulator.bot_token}
        if over_http:
            settings |= {"SLACK_SIGNING_SECRET": simulator.signing_secret, "PORT": str(port)}
        else:
            settings["SLACK_APP_TOKEN"] = simulator.app_token
        async with the_bot(BOT, folder, **settings):
            if over_http:
                await knock(simulator)
            else:
                await simulator.wait_connected(within=PATIENCE)
            await simulator.person("ann").invites("@app", "general")
            yield simulator


@pytest.mark.parametrize("over_http", [False, True], ids=["socket", "http"])
async def test_what_the_public_examples_do_works_here(tmp_path: Path, *, over_http: bool) -> None:
    """§3.2, §4.3: the bot's listeners are heard one after the other, as people would."""
    async with the_mirrored(tmp_path, over_http=over_http) as simulator:
        ann = simulator.person("ann")
        await getting_started(ann)
        await modals(ann)
        await a_command_a_mention_a_shortcut(ann)
        await message_events(simulator, ann)
        await simulator.all_acknowledged(within=PATIENCE)
        assert {len(each.attempts) for each in simulator.deliveries} == {1}
        assert {call.status for call in simulator.calls} == {200}


async def sees(person: Person, words: str, *, in_: str = "general") -> Message:
    """The message, once it is there."""
    seen = await person.waits_to_see(words, in_=in_, within=PATIENCE)
    assert isinstance(seen, Message)
    return seen


async def getting_started(ann: Person) -> None:
    """§5.2 a message, §6 a button in the answer."""
    await ann.posts("general", "hello there")
    await sees(ann, "Good day, @ann")
    assert (await ann.clicks("Press", in_="general")).ok
    await sees(ann, "@ann pressed it.")


async def modals(ann: Person) -> None:
    """§6: blocks as an acknowledgement, a response URL, suggestions in options and groups."""
    reply = await ann.types("general", "/mirrored")
    assert "Taken" in reply
    form = await ann.sees_modal("chosen", within=PATIENCE)
    assert await ann.is_offered("es_a", "", in_="modal") == ["Tama"]
    assert await ann.is_offered("mes_a", "", in_="modal") == ["One", "Two", "Three"]
    words = form.view.body["blocks"][0]["block_id"]
    incomplete = await ann.submits({"es_b": "Tama"})
    assert (incomplete.result, set(incomplete.errors)) == ("incomplete", {words, "mes_b"})
    assert (await ann.submits({"Words": "soft", "mes_b": ["One", "Three"]})).result == "closed"
    await sees(ann, "soft, tama, 1-1 and 2-1", in_="@app")

    await ann.waits_to_see("There is more.", in_="general", within=PATIENCE)
    assert (await ann.clicks("More", in_="general")).ok
    await sees(ann, "@ann wanted more")
    await ann.waits_to_see("That was all.", in_="general", within=PATIENCE)
    assert "There is more." in ann.sees("general")


async def a_command_a_mention_a_shortcut(ann: Person) -> None:
    """§6: text as an acknowledgement; §5.1 `app_mention`; a form that a lazy listener opens."""
    assert (await ann.types("general", "/mirrored-at-once")).text == "At once, @ann"
    await ann.posts("general", "@mirrored are you there?")
    await sees(ann, "You called, @ann?")

    assert (await ann.uses_shortcut("mirrored-shortcut")).ok
    await ann.sees_modal("animals", within=PATIENCE)
    assert len(await ann.is_offered("animal", "", in_="modal")) == 3
    assert await ann.is_offered("animal", "Ox", in_="modal") == ["Ox"]
    assert (await ann.submits({"q1": "furry", "q2": "Ox"})).result == "closed"


async def message_events(simulator: Simulator, ann: Person) -> None:
    """§5.2: by words, by pattern, in a thread, deleted, with a file."""
    await ann.posts("general", "is the kettle on?")
    await sees(ann, "The kettle is on.")
    await ann.posts("general", "a pipe burst")
    await sees(ann, "Shall I call somebody?")

    said = await ann.posts("general", "what a night")
    room = simulator.workspace.channels[said.channel]

    def answered() -> bool:
        return any(
            each.text == "Go on." and each.thread_ts == said.ts for each in room.messages.values()
        )

    await simulator.workspace.wait_for(answered, within=PATIENCE, what="an answer in the thread")

    await ann.deletes(await ann.posts("general", "hello, nobody"))
    await sees(ann, "This is gone: hello, nobody")

    file = await ann.posts("general", "", files=[("pipe.txt", b"wet")])
    await simulator.workspace.wait_for(
        lambda: list(file.reactions) == ["page_facing_up"],
        within=PATIENCE,
        what="a reaction to the file",
    )
