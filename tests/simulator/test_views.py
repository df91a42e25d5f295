"""Contract §1.8, §4.5: modals and App Homes, by the API and by the people who fill them in."""

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncAck

from bot.clock import Clock
from bot.simulator import Simulator, interactions
from bot.simulator.errors import CannotDo
from bot.simulator.serve import running
from tests.simulator.words import (
    ANN,
    Bot,
    actions,
    button,
    entry,
    error_of,
    modal,
    options,
    plain,
    refused,
    section,
)

HOME = {"type": "home", "blocks": [section("Welcome")]}


@pytest.fixture
def triggers(bot: Bot) -> list[str]:
    """The triggers of the commands typed so far; `/open` opens nothing by itself."""
    caught: list[str] = []

    @bot.app.command("/open")
    async def catch(ack: AsyncAck, body: dict[str, str]) -> None:
        caught.append(body["trigger_id"])
        await ack()

    return caught


async def test_a_trigger_opens_one_view(sim: Simulator, bot: Bot, triggers: list[str]) -> None:
    """§4.5 "single use"; §1.8 `exchanged_trigger_id`."""
    await sim.person("ann").types("general", "/open")
    [trigger] = triggers

    view = (await bot.client.views_open(trigger_id=trigger, view=modal(entry("title"))))["view"]

    blank = {"type": "plain_text_input", "value": None}
    assert view["state"]["values"] == {"title": {"title": blank}}
    assert view["root_view_id"] == view["id"]
    again = bot.client.views_open(trigger_id=trigger, view=modal())
    assert await error_of(again) == "exchanged_trigger_id"
    made_up = bot.client.views_open(trigger_id="1.2.3", view=modal())
    assert await error_of(made_up) == "invalid_trigger_id"


async def test_a_trigger_is_good_for_three_seconds(
    sim: Simulator, bot: Bot, triggers: list[str]
) -> None:
    """§4.5 `expired_trigger_id`."""
    assert sim.backstage.triggers.life == interactions.TRIGGER_LIFE
    await sim.person("ann").types("general", "/open")
    sim.backstage.triggers.life = 0.0

    late = bot.client.views_open(trigger_id=triggers[0], view=modal())
    assert await error_of(late) == "expired_trigger_id"


async def test_a_view_that_is_not_legal_leaves_the_trigger_usable(
    sim: Simulator, bot: Bot, triggers: list[str]
) -> None:
    """§1.1 `invalid_arguments` with messages."""
    await sim.person("ann").types("general", "/open")
    wrong = modal(entry("title"), title=plain("x" * 25))

    answer = await refused(bot.client.views_open(trigger_id=triggers[0], view=wrong))

    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"
    ]
    await bot.client.views_open(trigger_id=triggers[0], view=modal())


async def test_views_stack_three_deep(sim: Simulator, bot: Bot, triggers: list[str]) -> None:
    """§1.8 push."""
    ann = sim.person("ann")
    for _ in range(4):
        await ann.types("general", "/open")
    first = (await bot.client.views_open(trigger_id=triggers[0], view=modal()))["view"]

    second = (await bot.client.views_push(trigger_id=triggers[1], view=modal()))["view"]
    await bot.client.views_push(trigger_id=triggers[2], view=modal())

    assert (second["root_view_id"], second["previous_view_id"]) == (first["id"], first["id"])
    fourth = bot.client.views_push(trigger_id=triggers[3], view=modal())
    assert await error_of(fourth) == "push_limit_reached"


async def test_an_update_keeps_what_was_typed_where_the_ids_stay(
    sim: Simulator, bot: Bot, triggers: list[str]
) -> None:
    """§1.8 "keeps typed values when `block_id`+`action_id` are unchanged"."""
    ann = sim.person("ann")
    await ann.types("general", "/open")
    view = (
        await bot.client.views_open(
            trigger_id=triggers[0], view=modal(entry("title"), entry("impact"), external_id="ours")
        )
    )["view"]
    await ann.fills({"title": "typed", "impact": "too"})

    await bot.client.views_update(external_id="ours", view=modal(entry("title"), entry("summary")))

    fields = (await ann.sees_modal()).fields
    assert fields == {"title": "typed", "summary": None}
    stale = bot.client.views_update(view_id=view["id"], hash=view["hash"], view=modal())
    assert await error_of(stale) == "hash_conflict"


async def test_a_closed_view_cannot_be_updated(
    sim: Simulator, bot: Bot, triggers: list[str]
) -> None:
    """§1.8 `not_found`."""
    ann = sim.person("ann")
    await ann.types("general", "/open")
    view = (await bot.client.views_open(trigger_id=triggers[0], view=modal()))["view"]
    await ann.closes_modal()

    gone = bot.client.views_update(view_id=view["id"], view=modal())
    assert await error_of(gone) == "not_found"


async def test_a_home_is_published_for_a_person(sim: Simulator, bot: Bot) -> None:
    """§1.8 publish; §5.3 app_home_opened."""
    ann = sim.person("ann")
    assert await ann.opens_home() is None
    event = await bot.hears("app_home_opened", user=ANN)
    assert event["tab"] == "home"
    assert "view" not in event

    await bot.client.views_publish(user_id=ANN, view=HOME)
    assert ann.sees_home() == "Welcome"
    stale = bot.client.views_publish(user_id=ANN, view=HOME, hash="old")
    assert await error_of(stale) == "hash_conflict"
    await ann.opens_home()
    await bot.hears("app_home_opened", view=bot.heard[-1].get("view"))


async def test_coming_to_either_tab_on_the_page_is_heard_each_time(clock: Clock) -> None:
    """§5.1 app_home_opened: every opening of the Home or Messages tab; §5.3 tab."""
    async with (
        running(clock) as simulator,
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{simulator.url}/page/socket") as line,
        asyncio.timeout(30),
    ):
        with_app, with_bob = (simulator.person("ann").room(who).id for who in ("@app", "@bob"))

        async def looks(at: str) -> None:
            await line.send_json({"ask": 1, "do": "look", "as": ANN, "at": at})
            while "answer" not in await line.receive_json():
                pass

        for place in ("home", with_app, with_app, with_bob, with_app):
            await looks(place)
        simulator.workspace.app.messages_tab = False
        for place in (with_bob, with_app):
            await looks(place)

        told = [each.payload["event"] for each in simulator.deliveries]
    opened = [event for event in told if event["type"] == "app_home_opened"]
    assert [event["tab"] for event in opened] == ["home", "messages", "messages"]
    assert {event["channel"] for event in opened} == {with_app}


# -- filling in ----------------------------------------------------------------------------------

FORM = modal(
    entry("title", element_max_length=20),
    entry(
        "severity",
        "static_select",
        optional=True,
        element_options=options("sev1", "sev2", "sev3"),
        element_initial_option=options("sev3")[0],
    ),
    entry("services", "multi_static_select", optional=True, element_options=options("web", "db")),
    entry("lead", "users_select", optional=True),
    entry("day", "datepicker", optional=True),
    entry("flags", "checkboxes", optional=True, element_options=options("drill", "private")),
)


@pytest.fixture
def form(bot: Bot) -> list[dict[str, Any]]:
    """`/form` opens the form; what is submitted is kept, and a title of `bad` is refused."""
    submitted: list[dict[str, Any]] = []

    @bot.app.command("/form")
    async def show(ack: AsyncAck, body: dict[str, str]) -> None:
        await bot.client.views_open(trigger_id=body["trigger_id"], view=FORM)
        await ack()

    @bot.app.view("form")
    async def take(ack: AsyncAck, view: dict[str, Any]) -> None:
        submitted.append(view)
        match view["state"]["values"]["title"]["title"]["value"]:
            case "bad":
                await ack(response_action="errors", errors={"title": "Another one, please"})
            case "odd":
                await ack(response_action="errors", errors={"no_such_block": "?"})
            case "more":
                await ack(response_action="push", view=modal(section("More")))
            case "next":
                await ack(response_action="update", view=modal(section("Declared"), submit=None))
            case _:
                await ack()

    return submitted


@pytest.mark.usefixtures("bot")
async def test_a_form_is_filled_in_and_submitted(
    sim: Simulator, form: list[dict[str, Any]]
) -> None:
    """§6 view_submission, values of each element."""
    ann = sim.person("ann")
    reply = await ann.types("general", "/form")
    assert reply.view is not None
    shown = await ann.sees_modal("form")
    assert shown.title == "Form"
    assert shown.fields["severity"] == "sev3"
    assert shown.options("severity") == ["Sev1", "Sev2", "Sev3"]

    done = await ann.submits(
        {
            "title": "checkout",
            "services": ["web", "Db"],
            "lead": "bob",
            "day": "2026-03-02",
            "flags": ["drill"],
        }
    )

    assert done.result == "closed"
    assert ann.modal is None
    values = {key: held[key] for key, held in form[0]["state"]["values"].items()}
    assert values["title"] == {"type": "plain_text_input", "value": "checkout"}
    assert values["severity"]["selected_option"]["value"] == "sev3"
    assert [each["value"] for each in values["services"]["selected_options"]] == ["web", "db"]
    assert values["lead"]["selected_user"] == "U0BOB"
    assert values["day"]["selected_date"] == "2026-03-02"
    assert [each["value"] for each in values["flags"]["selected_options"]] == ["drill"]


@pytest.mark.usefixtures("bot", "form")
async def test_errors_stay_in_the_form_with_what_was_typed(
    sim: Simulator,
) -> None:
    """§6 ack bodies, `errors`."""
    ann = sim.person("ann")
    await ann.types("general", "/form")

    done = await ann.submits({"title": "bad"})

    assert (done.result, done.errors) == ("errors", {"title": "Another one, please"})
    shown = await ann.sees_modal()
    assert shown.fields["title"] == "bad"
    assert shown.errors == {"title": "Another one, please"}
    assert (await ann.submits({"title": "good"})).ok


@pytest.mark.usefixtures("bot")
async def test_slack_itself_refuses_a_form_without_its_required_fields(
    sim: Simulator, form: list[dict[str, Any]]
) -> None:
    """§1.8, §6."""
    ann = sim.person("ann")
    await ann.types("general", "/form")

    done = await ann.submits()

    assert done.result == "incomplete"
    assert done.errors == {"title": "Please complete this required field."}
    assert form == []


@pytest.mark.parametrize(
    ("title", "result", "left"),
    [("more", "pushed", "More"), ("next", "updated", "Declared"), ("odd", "failed", "Title")],
)
@pytest.mark.usefixtures("bot", "form")
async def test_the_acknowledgement_says_what_comes_next(
    sim: Simulator, title: str, result: str, left: str
) -> None:
    """§6 ack bodies: push, update; errors for an unknown block fail."""
    ann = sim.person("ann")
    await ann.types("general", "/form")

    done = await ann.submits({"title": title})

    assert done.result == result
    assert left in (await ann.sees_modal()).text


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"parrot": "x"}, "no field 'parrot'"),
        ({"severity": "sev9"}, "'sev9' is not offered"),
        ({"title": "x" * 21}, "at most 20 characters"),
        ({"day": "tomorrow"}, "cannot be picked"),
        ({"lead": "nobody"}, "nobody here is called"),
    ],
)
@pytest.mark.usefixtures("bot", "form")
async def test_a_person_cannot_do_what_the_form_does_not_offer(
    sim: Simulator,
    values: dict[str, str],
    words: str,
) -> None:
    """§1.8, §2.5."""
    ann = sim.person("ann")
    await ann.types("general", "/form")

    with pytest.raises(CannotDo, match=words):
        await ann.submits(values)


async def test_cancelling_tells_the_app_when_it_asked_to_know(sim: Simulator, bot: Bot) -> None:
    """§6 view_closed."""
    closed: list[dict[str, Any]] = []

    @bot.app.command("/form")
    async def show(ack: AsyncAck, body: dict[str, str]) -> None:
        await bot.client.views_open(
            trigger_id=body["trigger_id"], view=modal(entry("title"), notify_on_close=True)
        )
        await ack()

    @bot.app.view_closed("form")
    async def hear(ack: AsyncAck, body: dict[str, Any]) -> None:
        closed.append(body)
        await ack()

    ann = sim.person("ann")
    await ann.types("general", "/form")
    await ann.closes_modal()

    assert [body["is_cleared"] for body in closed] == [False]
    assert "trigger_id" not in closed[0]
    assert ann.modal is None


async def test_typing_and_choosing_reach_the_app_where_the_form_says_so(
    sim: Simulator, bot: Bot
) -> None:
    """§2.5 `dispatch_action`; §6 block_actions in a modal."""
    heard: list[dict[str, Any]] = []
    on_typing = {"trigger_actions_on": ["on_character_entered"]}

    @bot.app.command("/form")
    async def show(ack: AsyncAck, body: dict[str, str]) -> None:
        view = modal(
            entry("title", dispatch_action=True, element_dispatch_action_config=on_typing),
            entry("quiet", optional=True),
            entry("zone", "external_select", optional=True),
            actions(button("Help")),
        )
        await bot.client.views_open(trigger_id=body["trigger_id"], view=view)
        await ack()

    @bot.app.action("title")
    @bot.app.action("help")
    async def hear(ack: AsyncAck, body: dict[str, Any]) -> None:
        heard.append(body)
        await ack()

    @bot.app.options("zone")
    async def offer(ack: AsyncAck, payload: dict[str, str]) -> None:
        there = options("eu1", "eu2", "us1")
        await ack(options=[each for each in there if payload["value"] in each["value"]])

    ann = sim.person("ann")
    await ann.types("general", "/form")
    await ann.types_in("title", "chec", enter=False)
    await ann.types_in("quiet", "nothing")
    await ann.clicks("Help")

    assert [body["actions"][0]["action_id"] for body in heard] == ["title", "help"]
    assert heard[0]["actions"][0]["value"] == "chec"
    assert heard[1]["view"]["state"]["values"]["title"]["title"]["value"] == "chec"
    assert "channel" not in heard[1]
    assert "response_url" not in heard[1]
    assert await ann.is_offered("zone", "eu") == ["Eu1", "Eu2"]
    await ann.chooses("zone", "eu1")
