"""What people read: mentions as names, dates in their own zone, blocks as lines (contract §2.2)."""

from datetime import timedelta

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.simulator import Simulator
from bot.simulator.rendering import mrkdwn, render_blocks
from bot.simulator.workspace import NotSeen
from tests.simulator.words import ANN, CAROL, actions, button, options, plain, section


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<@U0BOB> in <#C0GENERAL|general>", "@bob in #general"),
        ("<!subteam^S0ONCALL|@oncall> <!here>", "@oncall @here"),
        ("<https://x.example|the page> <https://y.example>", "the page https://y.example"),
        ("a &amp; b &lt;c&gt;", "a & b <c>"),
        ("*bold* _soft_ ~gone~ 2*3*4 snake_case_name", "bold soft gone 2*3*4 snake_case_name"),
        ("`*code*`", "*code*"),
        ("&lt;!channel&gt;", "<!channel>"),
        ("<!date^1772443800^{date_num} {time_secs}|x>", "2026-03-02 10:30:00 AM"),
        ("<!date^1772443800^{date}|x>", "March 2nd, 2026"),
        ("<!date^1772443800^{date_long}|x>", "Monday, March 2nd, 2026"),
        ("<!date^1772443800^{date_short_pretty} at {time}|x>", "today at 10:30 AM"),
        ("<!date^1772443200^{ago}|x>", "10 minutes ago"),
        ("<!date^1772447400^in full: {ago}|x>", "in full: in 1 hour"),
        ("<!date^soon^{ago}|later>", "later"),
        ("<!date^1772443200^{ago}>", "<!date^1772443200^{ago}>"),
        ("<!date^1772443200^{ago}^today|x>", "<!date^1772443200^{ago}^today|x>"),
    ],
)
def test_markup_reads_as_words(sim: Simulator, text: str, shown: str) -> None:
    assert mrkdwn(sim.workspace, text, sim.person("ann").user) == shown


BLOCKS: list[tuple[dict[str, object], str]] = [
    ({"type": "header", "text": plain("*Head*")}, "*Head*"),
    ({"type": "section", "fields": [plain("one"), plain("two")]}, "one\ntwo"),
    (section("x", accessory={"type": "overflow", "options": []}), "x\n[…]"),
    (section("x", accessory={"type": "image", "alt_text": "graph"}), "x\n(graph)"),
    ({"type": "image", "alt_text": "graph"}, "(graph)"),
    ({"type": "markdown", "text": "# Title"}, "# Title"),
    ({"type": "video"}, "(video)"),
    (actions({"type": "checkboxes", "options": options("a", "b")}), "(A) (B)"),
    (
        actions({"type": "static_select", "placeholder": plain("Which"), "options": options("a")}),
        "[Which ▾]",
    ),
    (
        {"type": "context", "elements": [plain("by"), {"type": "image", "alt_text": "face"}]},
        "by (face)",
    ),
    (
        {"type": "input", "label": plain("Title"), "element": {"type": "plain_text_input"}},
        "Title\n[]",
    ),
    (
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [
                        {"type": "text", "text": "hi "},
                        {"type": "user", "user_id": "U0BOB"},
                        {"type": "channel", "channel_id": "C0RANDOM"},
                        {"type": "usergroup", "usergroup_id": "S0ONCALL"},
                        {"type": "broadcast", "range": "here"},
                        {"type": "emoji", "name": "eyes"},
                        {"type": "link", "url": "https://x.example"},
                        {"type": "unknown"},
                    ],
                },
                {"type": "rich_text_quote", "elements": [{"type": "text", "text": "quoted"}]},
            ],
        },
        "hi @bob#random@oncall@here:eyes:https://x.example\nquoted",
    ),
]


@pytest.mark.parametrize(("block", "shown"), BLOCKS)
def test_blocks_read_as_lines(sim: Simulator, block: dict[str, object], shown: str) -> None:
    assert render_blocks(sim.workspace, [block], sim.person("ann").user) == shown


async def test_everybody_reads_times_in_their_own_zone_as_time_goes_by(
    sim: Simulator, client: AsyncWebClient, clock: Clock
) -> None:
    """§2.2 "timezone is the viewer's device"."""
    channel = (await client.conversations_create(name="room"))["channel"]["id"]
    await client.conversations_invite(channel=channel, users=[ANN, CAROL])
    due = "<!date^1772445600^{time} ({ago})|later>"
    await client.chat_postMessage(
        channel=channel, text="x", blocks=[section(f"*Due* {due}"), actions(button("Send"))]
    )

    assert "Due 11:00 AM (in 30 minutes)\n[Send]" in sim.person("ann").sees("room")
    assert "Due 5:00 AM (in 30 minutes)" in sim.person("carol").sees("room")
    clock.advance(timedelta(minutes=45))
    assert "Due 11:00 AM (15 minutes ago)" in sim.person("ann").sees("room")


async def test_a_channel_reads_like_a_conversation(sim: Simulator) -> None:
    ann = sim.person("ann")
    parent = await ann.posts("general", "*look* @bob", files=[("log.txt", b"x")])
    await sim.person("bob").posts("general", "seen", thread=parent)
    await sim.person("bob").reacts("eyes", to=parent)

    assert sim.person("carol").sees("general") == (
        "ann: *look* @bob\n[log.txt]\n:eyes: 1\n↳ bob: seen"
    )


async def test_waiting_for_words_ends_when_they_appear_or_time_is_up(sim: Simulator) -> None:
    ann, bob = sim.person("ann"), sim.person("bob")
    said = await ann.posts("general", "hello world")

    assert await bob.waits_to_see("hello", in_="general") is said
    with pytest.raises(NotSeen, match="'goodbye' in general by bob"):
        await bob.waits_to_see("goodbye", in_="general", within=0.01)
