"""Scripts of what people do: what is wrong is said with its place, and a sound one plays."""

import json
import re
import shlex
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from slack_bolt.async_app import AsyncAck, AsyncRespond, AsyncSay

from bot.clock import Clock
from bot.simulator import Simulator
from bot.simulator.model import Json
from bot.simulator.stories.deeds import ACTS
from bot.simulator.stories.playing import Playing
from bot.simulator.stories.reading import read_story, story_of
from bot.simulator.stories.script import DEEDS, StoryBroke, StoryIsWrong
from tests.simulator.words import (
    GENERAL,
    Ask,
    Bot,
    actions,
    button,
    entry,
    modal,
    options,
    section,
)

GUIDE = Path(__file__).parents[2] / "docs" / "simulator.md"

# -- reading -------------------------------------------------------------------------------------


def problems(text: str) -> tuple[str, ...]:
    with pytest.raises(StoryIsWrong) as wrong:
        story_of(text, name="s.yaml")
    return wrong.value.problems


@pytest.mark.parametrize(
    ("steps", "says"),
    [
        ("{who: ann, typed: hi, in: general}", "2:16: `typed` is not known here; did you mean `ty"),
        ("{who: ann, types: hi}", "2:5: `types` needs `in` as well"),
        ("{who: ann, types: '', in: general}", "2:23: `types` needs a text"),
        ("{types: hi, in: general}", "a step needs `who`: ann, bob"),
        ("{who: zoe, types: hi, in: general}", "2:11: there is nobody called 'zoe'; there is: ann"),
        ("{who: ann}", "say what they do: types, clicks"),
        ("{who: ann, sees: hi}", "say `in` which channel"),
        ("{who: ann, sees: [], in: [general]}", "`in` needs a text"),
        ("{who: ann, types: hi, clicks: Go, in: general}", "`types`, and `clicks` is next"),
        ("{who: ann, types: hi, in: general, form: x}", "2:40: `form` does not go with `types`"),
        ("{who: ann, submits: Send}", "`submits` must be a mapping"),
        ("{who: ann, submits: {a: b}, refused: title}", "`refused` must be a mapping"),
        ("{when: soon}", "2:12: `when` is how long after the beginning: +61 min"),
        ("{when: 5 minutes or so}", "`when` is how long"),
        ("{when: 10:30}", "2:12: `when` is how long after the beginning, not a time of day: in "),
        ("{when: '09:30'}", "in place of 09:30 write how much later that is, as 90 min or 1h 30m."),
        ("{when: 9999999 d}", "`when` is how long"),
        ("{when: 2h}\n  - {when: 1h}", "3:12: `when` is before that of an earlier step"),
        ("{chapter: One, who: ann}", "`chapter` is a step of its own; `who` is another"),
        (
            "{order: {target: '*', kind: storm}}",
            "There is no fault 'storm'; there is",
        ),
        ("{order: {kind: http, often: 3}}", "`often` is not known here"),
        ("{who: ann, who: bob}", "`who` stands here twice"),
        ("{}", "a step says `who` does what, or `chapter`, or `when`"),
        ("ann types", "a step must be a mapping"),
        ("&a {who: ann, types: hi, in: general}\n  - *a", "anchors are not read"),
        ("{who: ann, types: 'hi, in: general}", "found unexpected end of stream"),
        ("{who: ann, submits: {due: 2026-13-45}}", "2:31: `2026-13-45` is no timestamp"),
        ("{who: ann, submits: {a: !foo 1}}", "2:29: this kind of value is not known here"),
        ("{who: ann, submits: {a: !!python/name:os.system }}", "this kind of value is not known"),
        ("{who: ann, submits: {a: !!timestamp x}}", "`x` is no timestamp"),
        ("{who: ann, submits: {a: !!bool x}}", "`x` is no bool"),
        ("{who: ann, submits: {a: [!!int x]}}", "2:30: `x` is no int"),
        ("{who: ann, submits: {? [a] : b}}", "2:28: a key is a word, and this is a list"),
        ("{who: ann, submits: {a: {b: 1, b: 2}}}", "2:36: `b` stands here twice"),
        ("{who: ann, submits: {a: " + "[" * 400 + "]" * 400 + "}}", "2:37: this is nested deep"),
        ("{when: " + "99999999d" * 20 + "}", "`when` is how long"),
        ("{chapter: a\0b}", "2:16: this character cannot stand in a text"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(steps: str, says: str) -> None:
    told = "\n".join(problems(f"steps:\n  - {steps}"))

    assert says in told
    assert re.match(r"s\.yaml(:\d+:\d+)?: .*[.?]$", told.splitlines()[0])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "it is empty"),
        ("- hi", "a story must be a mapping"),
        ("story: x", "a story has `steps`"),
        ("steps: now", "`steps` must be a list"),
        ("stepps: []", "did you mean `steps`?"),
        ("people: [{name: Zoe}]\nsteps: []", "1:10: a person needs a `name` of small letters"),
        ("people: [{name: bob}]\nsteps: []", "there is a bob already"),
        ("people: [{name: zoe, role: owner}]\nsteps: []", "1:28: `role` is one of member, admin"),
        ("people: [{name: zoe, zone: Mars}]\nsteps: []", "`zone` is a time zone as in Europe"),
        ("people: [{name: zoe, age: 5}]\nsteps: []", "`age` is not known here"),
        ("people: zoe\nsteps: []", "`people` must be a list"),
        ("#" * 300_000, "longer than 256 kB"),
        ("steps:\n" + "  - {when: 1s}\n" * 2_001, "at most 2000 steps"),
    ],
)
def test_a_story_has_a_title_and_steps(text: str, says: str) -> None:
    assert any(says in each for each in problems(text))


def test_everything_that_is_wrong_is_said_at_once() -> None:
    told = problems("steps:\n  - {who: zoe, types: hi, in: x}\n  - {who: ann, clicks: ''}")

    assert [each.split(":")[1] for each in told] == ["2", "3"]


def test_every_example_of_the_guide_can_be_played() -> None:
    examples = re.findall(r"```yaml\n(.*?)```", GUIDE.read_text(), re.DOTALL)

    assert examples
    for example in examples:
        assert story_of(example).steps


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(StoryIsWrong, match=r"nowhere\.yaml cannot be read: No such file"):
        read_story(tmp_path / "nowhere.yaml")
    with pytest.raises(StoryIsWrong, match="is not a text in UTF-8"):
        read_story(tmp_path / "bytes.yaml")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        *((each, each) for each in ("9:30", "10:30", "09:30", "12:30:45", "yes", "on", "No")),
        *((each, each) for each in ("Is it up?", "why?so ?", "a ? b")),
        *((each, each) for each in ("007", "1_000", "0x1F", "1e3", "-9:30", "=", "<<")),
        ("12", 12), ("-1", -1), ("2.5", 2.5), ("true", True), ("~", None), ("", None),
        ("2026-03-02", date(2026, 3, 2)),
        ("2026-03-02 10:00:00Z", datetime(2026, 3, 2, 10, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_what_has_no_quotes_is_read_as_people_mean_it(written: str, meant: object) -> None:
    """YAML's first edition reads 10:30 as 630, and yes as true."""
    text = f"steps:\n  - {{who: ann, submits: {{at: {written}}}}}\n"
    told = story_of(text).steps[0].fields["at"]

    assert (told, type(told)) == (meant, type(meant))
    assert story_of(text.replace(f"at: {written}", f"at: '{written}'")).steps[0].fields == {
        "at": written
    }


def test_every_deed_can_be_done() -> None:
    assert list(ACTS) == list(DEEDS)


# -- playing -------------------------------------------------------------------------------------


@pytest.fixture
def shop(bot: Bot) -> Bot:
    """A bot with a form, a message with a button and a select, a shortcut and a home."""

    @bot.app.command("/tea")
    async def tea(ack: AsyncAck, body: Json) -> None:
        view = modal(entry("kind"), entry("cups", "number_input", element_is_decimal_allowed=False))
        await bot.client.views_open(trigger_id=body["trigger_id"], view=view)
        await ack("One moment.")

    @bot.app.view("form")
    async def handed_in(ack: AsyncAck, body: Json) -> None:
        values = body["view"]["state"]["values"]
        if values["kind"]["kind"]["value"] == "coffee":
            await ack(response_action="errors", errors={"kind": "Tea only, please."})
            return
        await ack()
        chosen = {"type": "static_select", "action_id": "milk", "options": options("none", "oat")}
        await bot.client.chat_postMessage(
            channel=GENERAL,
            text="Tea",
            blocks=[section("Tea is ready"), actions(button("Mine"), chosen)],
        )

    @bot.app.action("mine")
    async def mine(ack: AsyncAck, say: AsyncSay) -> None:
        await ack()
        await say("It is taken.")

    @bot.app.action("milk")
    async def milk(ack: AsyncAck, respond: AsyncRespond, action: Json) -> None:
        await ack()
        await respond(f"With {action['selected_option']['value']}.", replace_original=False)

    @bot.app.shortcut("remember")
    async def remember(ack: AsyncAck, say: AsyncSay, body: Json) -> None:
        await ack()
        await say(f"Remembered: {body['message']['text']}")

    @bot.app.middleware
    async def home(body: Json, next_: Callable[[], Awaitable[None]]) -> None:
        if body.get("event", {}).get("type") == "app_home_opened":
            view = {"type": "home", "blocks": [section("The kettle is on")]}
            await bot.client.views_publish(user_id=body["event"]["user"], view=view)
        await next_()

    return bot


EVERYTHING = """
story: Tea
people:
  - {name: zoe, real_name: Zoe Zimmer, title: Tea taster, zone: Asia/Tokyo}
steps:
  - chapter: Preparing
  - {who: zoe, types: Good evening, in: general}
  - {who: ann, invites: "@app", in: general}
  - {who: ann, types: /tea, in: general, sees: One moment.}
  - {who: ann, fills: {cups: "2"}, form: form}
  - {who: ann, submits: {kind: coffee}, refused: {kind: Tea only}}
  - {who: ann, submits: {kind: green}, form: form}
  - {who: bob, clicks: Mine, in: general, to: Tea is ready, sees: It is taken.}
  - {who: bob, chooses: {milk: oat}, in: general, sees: With oat.}
  - {who: carol, opens: home}
  - {who: carol, sees: The kettle is on, in: home}
  - {who: carol, opens: messages, does not see: The kettle}
  - chapter: Talking
  - {who: carol, types: Good tea, in: "#general"}
  - {who: bob, types: Very good, in: general, thread: Good tea}
  - {who: carol, edits: Good tea, into: Excellent tea, in: general, sees: Excellent tea}
  - {who: bob, reacts: tea, to: Excellent, in: general}
  - {who: bob, unreacts: tea, to: Excellent, in: general}
  - {who: bob, pins: Excellent, in: general}
  - {who: bob, unpins: Excellent, in: general}
  - {who: bob, uses: remember, to: Excellent, in: general, sees: "Remembered: Excellent tea"}
  - {who: bob, deletes: Very good, in: general}
  - chapter: Elsewhere
  - {who: ann, makes: tea-room}
  - {who: bob, joins: tea-room}
  - {who: bob, invites: carol, in: tea-*}
  - {who: carol, types: Hello, in: tea-*}
  - {who: bob, leaves: tea-room}
  - {who: ann, archives: tea-room}
  - {who: ann, types: /tea, in: general}
  - {who: ann, closes: form}
  - chapter: Trouble
  - {order: {target: message, kind: lost}}
  - {who: ann, types: Nobody hears this, in: general}
  - heals: true
  - {when: 90 min}
  - {when: +2h, who: ann, types: Two hours later, in: general}
"""


async def play(sim: Simulator, text: str, clock: Clock) -> list[str]:
    told: list[str] = []

    async def pause(seconds: float) -> None:
        clock.advance(timedelta(seconds=seconds))

    playing = Playing(simulator=sim, tell=told.append, pause=pause, patience=30)
    await playing.play(story_of(text, name="tea.yaml"))
    return told


@pytest.mark.usefixtures("shop")
async def test_a_story_with_every_deed_plays_to_its_end(sim: Simulator, clock: Clock) -> None:
    began = clock.now()

    told = await play(sim, EVERYTHING, clock)

    assert {deed for deed in DEEDS if re.search(rf"\b{deed}:", EVERYTHING)} == set(DEEDS)
    assert "   → only Ann sees: Tea only, please." in "\n".join(told)
    assert "09:30  Ann     /tea" not in told[0]
    assert any(line.endswith("Bob     clicks Mine") for line in told)
    assert "       → #general: Excellent tea" not in told
    assert any("→ #general: carol: Excellent tea" in line for line in told)
    opened = [d.payload["event"] for d in sim.deliveries if d.name == "app_home_opened"]
    assert [each["tab"] for each in opened] == ["home", "messages"]
    assert [d.fault for d in sim.deliveries if "Nobody hears" in str(d.payload)] == ["lost"]
    assert list(sim.faults) == []
    assert sum("the clock is moved" in line for line in told) == 2
    assert clock.now() - began >= timedelta(hours=2)
    assert "Two hours later" in sim.person("dan").sees("general")
    assert sim.person("zoe").user.tz == "Asia/Tokyo"
    assert "zoe: Good evening" in sim.person("dan").sees("general")


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("step", "says"),
    [
        ("{who: ann, clicks: Mine, in: general}", "ann finds no 'Mine' in general"),
        ("{who: ann, types: /coffee, in: general}", "/coffee failed with the error"),
        ("{who: eve, types: hi, in: general}", "eve is deactivated"),
        ("{who: ann, opens: door}", "only `home` and `messages`, the tabs of the app, can"),
        ("{who: ann, types: /tea, in: general}\n  - {who: ann, submits: {kind: coffee, cups: '1'}}",
         "tea.yaml:3:5: “Form” is refused: kind: Tea only, please."),
        ("{who: ann, types: /tea, in: general}\n  - {who: ann, submits: {kind: '1', cups: '1'}, refused: {kind: No}}",  # noqa: E501 - one step
         "“Form” should be refused for kind, but it was taken"),
        ("{who: ann, types: /tea, in: general}\n  - {who: ann, submits: {kind: '1', cups: '1'}, refused: {Kind: No}}",  # noqa: E501 - one step
         "“Form” should be refused for kind, but it was taken"),
        ("{who: ann, types: hello, in: general, does not see: hello}",
         "ann still sees 'hello' in general"),
        ("{who: bob, uses: remember, to: hello, in: nowhere}", "there is no channel 'nowhere'"),
        ("{who: bob, sees: hello, in: general}", "'hello' in general by bob was not seen within"),
        ("{who: finn, types: hello, in: random}", "finn cannot see #random"),
    ],
)  # fmt: skip
async def test_a_story_that_breaks_says_where_and_why(sim: Simulator, step: str, says: str) -> None:
    seconds = 30 if "/tea" in step else 0.5  # what nobody answers is not waited for
    sim.ack_deadline = seconds

    playing = Playing(simulator=sim, tell=print, pause=_no_time, patience=seconds)
    with pytest.raises(StoryBroke) as broke:
        await playing.play(story_of(f"steps:\n  - {step}", name="tea.yaml"))

    assert str(broke.value).startswith("tea.yaml:")
    assert says in str(broke.value)


@pytest.mark.usefixtures("shop")
async def test_what_never_struck_is_told_and_home_is_where_home_is_seen(
    sim: Simulator, clock: Clock
) -> None:
    steps = """
story: Quiet
steps:
  - {order: {target: pins.add, kind: error}}
  - {who: ann, types: hello, in: general, sees: hello, does not see: [bye, adieu]}
  - {who: ann, opens: home, does not see: Nothing of the kind}
"""
    told = await play(sim, steps, clock)

    assert any("never met what was ordered: error for pins.add" in line for line in told)
    assert "       → does not see “adieu”" in told


async def test_a_story_is_played_in_the_workspace_that_it_names(
    sim: Simulator, clock: Clock
) -> None:
    story = """
workspace: Beta
people: [{name: zoe}]
steps:
  - {who: zoe, types: hello, in: general}
  - {who: ann, sees: hello, in: general}
"""
    with pytest.raises(StoryBroke, match=r"no workspace 'Beta'; .*--workspace` opens one\."):
        await play(sim, story, clock)
    beta = sim.open_workspace("Beta")
    await play(sim, story, clock)

    assert "zoe: hello" in beta.person("bob").sees("general")
    assert "hello" not in sim.person("bob").sees("general")


async def _no_time(_seconds: float) -> None: ...


# -- over HTTP -----------------------------------------------------------------------------------


@pytest.mark.usefixtures("shop")
async def test_every_deed_is_done_over_http(ask: Ask, sim: Simulator) -> None:
    """A story, step by step, as a test in another language plays it."""
    story = yaml.safe_load(EVERYTHING)
    persona = story["people"][0]
    _, hired = await ask("POST /control/people", persona)
    assert {**persona, "role": "member"}.items() <= hired["person"].items()
    replies: list[str] = []
    seen: list[str] = []
    for step in story["steps"]:
        done = {word: value for word, value in step.items() if word not in ("who", "when")}
        if "who" not in step:
            continue
        status, answer = await ask(f"POST /control/people/{step['who']}?patience=30", done)
        assert status == 200, answer
        replies += [answer["reply"]] if answer["reply"] else []
        seen += answer["seen"]

    assert replies == ["One moment.", "Tea only, please.", "One moment."]
    assert "#general: carol: Excellent tea (edited)" in seen
    assert "Two hours later" in sim.person("dan").sees("general")


@pytest.mark.usefixtures("shop")
async def test_the_guides_calls_do_what_it_says(ask: Ask, sim: Simulator) -> None:
    calls = [shlex.split(line) for line in GUIDE.read_text().splitlines()
             if line.startswith("curl ") and "/control/people" in line]  # fmt: skip
    await sim.person("ann").invites("@app", "general")

    answer: Json = {}
    for _, *data, url in calls:
        path = url.removeprefix("http://127.0.0.1:8100")
        body = json.loads(data[1]) if data else None
        status, answer = await ask(f"{'POST' if data else 'GET'} {path}", body)
        assert status == 200, answer

    assert len(calls) == 5
    assert "general" in answer["channels"]
    assert any("Tea is ready" in each["text"] and ":tea: 1" in each["text"]
               for each in answer["messages"])  # fmt: skip


@pytest.mark.usefixtures("shop")
async def test_what_somebody_sees_is_read_over_http(ask: Ask, sim: Simulator) -> None:
    for each in ({"types": "/tea", "in": "general"}, {"submits": {"kind": "coffee"}}):
        await ask("POST /control/people/ann", each)
    sim.open_workspace("Beta")

    _, refused = await ask("GET /control/people/ann?in=general&limit=1")
    _, elsewhere = await ask("GET /control/people/ann?workspace=Beta")
    _, gone = await ask("DELETE /control/people/bob")
    _, listed = await ask("GET /control/people")

    modal = refused["modal"]
    assert (modal["title"], modal["fields"], modal["errors"]) == (
        "Form", {"kind": "coffee", "cups": None}, {"cups": "Please complete this required field."},
    )  # fmt: skip
    assert [(each["ephemeral"], each["text"]) for each in refused["messages"]] == [
        (True, "(only you) One moment.")
    ]
    assert (elsewhere["modal"], elsewhere["home"]) == (None, "")
    assert gone["person"]["deactivated"]
    assert [each["role"] for each in listed["people"]] == [
        "admin", "member", "member", "guest", "member", "guest",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "body", "says"),
    [
        ("ann", {}, "say what they do: types, clicks"),
        ("ann", {"types": "hi"}, "`types` needs `in` as well."),
        ("ann", {"types": "hi", "clicks": "Go", "in": "general"}, "one step has one deed: `types`"),
        ("ann", {"who": "bob", "types": "hi"}, "'who' is not known here; known is: types, clicks"),
        ("ann", {"types": ["hi"], "in": "general"}, "`types` needs a text."),
        ("ann", {"clicks": "\ud800"}, "ann finds no '\\ud800' in anything they see."),
        ("eve", {"opens": "home"}, "eve is deactivated."),
        ("zoe", {"types": "hi", "in": "general"}, "nobody here is called 'zoe'; there is: ann, "),
        (
            "U0BOT",
            {"types": "hi", "in": "general"},
            "is the app: only people act here.",
        ),
        ("ann?patience=61", {"opens": "home"}, "`patience` is in seconds, from 1 to 60."),
        ("ann?workspace=Beta", {"opens": "home"}, "There is no workspace 'Beta'; "),
        ("", {"name": "bob"}, "there is a bob already; choose another name."),
        ("", {"name": "zoe", "role": "owner"}, "`role` is one of member, admin, guest."),
    ],
)
async def test_what_cannot_be_done_over_http_is_said(
    ask: Ask, line: str, body: Json, says: str
) -> None:
    path = f"POST /control/people/{line}".rstrip("/")
    patience = "" if "?" in line or not line else "?patience=1"

    status, answer = await ask(path + patience, body)

    assert (status, answer["ok"]) == (400, False)
    assert says in answer["error"]
