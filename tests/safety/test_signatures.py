"""HTTP mode: nothing is read that Slack did not sign within five minutes, and nothing twice."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.commands import AddFollowup, Declare
from bot.domain.values import Text
from bot.slack.http import genuine, read
from bot.slack.messages.deeds import deed
from tests.safety.signed import Door, a_door, signature

pytestmark = pytest.mark.faults("requests with bad, stale or replayed signatures")

BROKEN = b"\xff\xfe{[[[payload=%%"
"""No parser gets through this."""


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    async with a_door(tmp_path) as opened:
        yield opened


async def test_what_slack_did_not_sign_is_refused_unread(door: Door) -> None:
    now = int(time.time())
    for body in (door.command("declare forged", trigger_id="1.2"), BROKEN, b""):
        good = door.signs(body)
        for headers in (
            {},
            {"X-Slack-Signature": good["X-Slack-Signature"]},
            {"X-Slack-Request-Timestamp": str(now)},
            signature("another secret", body, now),
            signature("", body, now),
            door.signs(body + b"&x=1"),
            door.signs(body, now - 302),
            door.signs(body, now + 1_000),  # still far ahead when it is sent
            {**good, "X-Slack-Signature": "v0="},
            {**good, "X-Slack-Signature": good["X-Slack-Signature"].removeprefix("v0=")},
            {**good, "X-Slack-Signature": good["X-Slack-Signature"].replace("v0", "v1")},
            {**good, "X-Slack-Signature": "v0=ü"},
            *(door.signs(body, at) for at in ("", "-1", "1e9", "9" * 40, f"{now}.0", f"+{now}")),
            *(door.signs(body, at) for at in (f"{now}٣", "nan", f" {now - 400}")),
        ):
            assert await door.takes(body, headers) == 401, headers
    assert door.world.channels("inc-") == ["inc-1-checkout-is-down"]


async def test_what_is_signed_and_cannot_be_read_is_refused(door: Door) -> None:
    for body, kind in (
        (BROKEN, "application/x-www-form-urlencoded"),
        (b"payload=nonsense", "application/x-www-form-urlencoded"),
        (b"{", "application/json"),
        (b"[" * 100_000, "application/json"),
        (b"&".join(b"f%d=" % n for n in range(200)), "application/x-www-form-urlencoded"),
    ):
        assert await door.takes(body, door.signs(body), kind) == 400, body[:40]
    body = door.command("declare signed", trigger_id="9.9")
    for kind in ("text/plain", "multipart/form-data; boundary=x", "application/xml"):
        assert await door.takes(body, door.signs(body), kind) == 415, kind


async def test_it_takes_no_other_method_and_no_endless_body(door: Door) -> None:
    body = door.command("declare signed", trigger_id="9.9")
    for method in ("GET", "PUT", "DELETE", "HEAD"):
        assert await door.takes(body, door.signs(body), method=method) == 405, method
    large = b"x" * (1024 * 1024 + 1)
    assert await door.takes(large, door.signs(large)) == 413
    assert door.world.channels("inc-") == ["inc-1-checkout-is-down"]


async def test_headers_that_nobody_signs_decide_nothing(door: Door) -> None:
    body = door.command("declare search is slow", trigger_id="5.5")
    lazy = {"X-Slack-Bolt-Lazy-Only": "1", "X-Slack-Bolt-Lazy-Function-Name": "command"}
    assert await door.takes(body, {**door.signs(body), **lazy}) == 200
    assert len(door.world.channels("inc-")) == 2


TWICE = (
    "declare search is slow",
    "declare payroll leaks --private",
    "note inc-1 it is the cache",
    "decision inc-1 go back",
    "update inc-1 we look",
    "followup inc-1 add an alert",
    "role inc-1 scribe",
    "severity inc-1 1 worse",
    "status inc-1 investigating",
    "cancel inc-1 a test",
)


@pytest.mark.parametrize("trigger", [{"trigger_id": "7.7"}, {}], ids=["trigger", "no identity"])
async def test_a_signed_body_that_is_sent_again_has_no_second_effect(
    door: Door, trigger: dict[str, str]
) -> None:
    for nth, line in enumerate(TWICE):
        named = {name: f"{value}{nth}" for name, value in trigger.items()}
        body = door.command(line, **named)
        headers = door.signs(body)
        assert await door.takes(body, headers) == 200
        before = await _all(door)
        assert await door.takes(body, headers) == 200
        assert await _all(door) == before, line


async def test_a_button_without_an_identity_is_pressed_once(door: Door) -> None:
    stream = (await door.world.incident()).stream
    for command in (AddFollowup(text=Text("an alert")), Declare(title=Text("another"), again=True)):
        action = {"action_id": "do", "value": deed(stream, command)}
        body = door.payload(type="block_actions", actions=[action])
        headers = door.signs(body)
        assert await door.takes(body, headers) == 200
        before = await _all(door)
        assert await door.takes(body, headers) == 200
        assert await _all(door) == before
    assert len((await door.world.incident()).followups) == 1
    assert len(door.world.channels("inc-")) == 2


async def _all(door: Door) -> tuple[object, ...]:
    """What there is, and what was said about it in all rooms; an answer may be given again."""
    world = door.world
    posted = (call.args for call in world.calls("chat.postMessage"))
    posts = [args.get("text") for args in posted if str(args["channel"]).startswith("C")]
    return (await world.incident()).version, world.channels("inc-"), posts


def test_the_signature_is_the_one_that_slack_documents() -> None:
    secret = "8f742231b10e8888abcd99yyyzzz85a5"
    body = b"token=xyzz0WbapA4vBCDEFasx0q6G&text="
    headers = signature(secret, body, 1531420618)
    assert genuine(secret, headers, body, 1531420618 + 299)
    assert not genuine(secret, headers, body, 1531420618 + 301)
    assert not genuine(secret, headers, body + b" ", 1531420618)


def test_of_two_payloads_the_one_that_is_checked_is_the_one_that_is_used() -> None:
    body = b'payload={"a":1}&payload={"b":2}'
    assert read(body, "application/x-www-form-urlencoded")[1] == {"b": 2}
