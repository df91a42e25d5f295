"""`declare`: what the form shows, asks and refuses."""

from tests.people import World


async def test_the_form_opens_with_what_is_open_already(world: World) -> None:
    await world.bob.says("/incident declare")
    modal = await world.bob.hands.sees_modal("declare")
    assert "Open at the moment:" in modal.text
    assert "INC-1 checkout is down" in modal.text


async def test_a_title_brings_up_what_is_similar(world: World) -> None:
    for title in ("search is slow", "login fails", "mail is late"):
        await world.ann.says(f"/incident declare {title}")
    await world.bob.says("/incident declare")
    assert "INC-1" not in (await world.bob.hands.sees_modal("declare")).text
    await world.bob.hands.types_in("title", "the checkout is broken")
    await world.settles()
    modal = await world.bob.hands.sees_modal("declare")
    assert "Is it one of these?" in modal.text
    assert "INC-1 checkout is down" in modal.text
    assert modal.fields["title"] == "the checkout is broken"


async def test_the_form_declares_with_everything_that_was_filled_in(world: World) -> None:
    await world.bob.says("/incident declare")
    done = await world.bob.submits(
        {
            "title": "a leak <here>",
            "severity": "sev1",
            "category": "security",
            "services": "checkout, search",
            "summary": "found by & by",
            "options": ["private"],
        }
    )
    assert done.result == "updated"
    assert "INC-2" in (await world.bob.hands.sees_modal()).title
    incident = await world.incident(2)
    assert (incident.title, incident.severity, incident.private) == ("a leak <here>", "sev1", True)
    assert incident.services == ("checkout", "search")


async def test_a_title_that_is_too_long_is_refused_and_kept(world: World) -> None:
    await world.bob.says("/incident declare")
    refused = await world.bob.submits({"title": "x" * 3_000})
    assert "at most 120 characters; this one has 3,000" in refused.errors["title"]
    assert (await world.bob.hands.sees_modal("declare")).fields["title"] == "x" * 3_000
    assert (await world.bob.submits({"title": "shorter"})).ok


async def test_a_line_that_is_too_long_for_a_title_declares_and_stands_in_the_summary(
    world: World,
) -> None:
    line = "the checkout " + "fails for everybody who pays by card " * 5
    told = await world.bob.says(f"/incident declare {line} --sev 1")
    assert "INC-2" in told.text
    incident = await world.incident(2)
    assert incident.title.startswith("the checkout fails for everybody who pays by card fails")
    assert incident.title.endswith(" who pays by…")
    assert (len(incident.title) <= 120, incident.severity) == (True, "sev1")
    assert incident.summary == line.strip()


async def test_declaring_the_same_again_asks_in_the_form(world: World) -> None:
    await world.ann.says("/incident declare")
    asked = await world.ann.submits({"title": "checkout is down"})
    assert asked.result == "updated"
    modal = await world.ann.hands.sees_modal("declare")
    assert "it is INC-1" in modal.text
    assert modal.fields["title"] == "checkout is down"
    assert (await world.ann.submits({"confirmed": ["yes"]})).ok
    assert (await world.incident(2)).title == "checkout is down"


async def test_declaring_the_same_again_can_be_typed(world: World) -> None:
    assert "it is INC-1" in await world.ann.says("/incident declare checkout is down")
    assert "INC-2" in await world.ann.says("/incident declare checkout is down --again")


async def test_a_guest_gets_a_sentence_and_no_form(world: World) -> None:
    room = (await world.room(1)).channel
    await world.ann.hands.invites("dan", room)
    for typed in ("declare", "declare it burns"):
        reply = await world.dan.says(f"/incident {typed}", in_=room)
        assert "Guests cannot declare incidents here" in reply
    assert world.dan.hands.modal is None


async def test_wrong_flags_get_the_usage(world: World) -> None:
    says = world.ann.says
    assert "There is no flag --sevv here" in await says("/incident declare x --sevv 1")
    assert "Usage: /incident declare" in await says("/incident declare x --sev")
    assert "There is no severity “9”" in await says("/incident declare x --sev 9")
    assert "There is no category “foo”" in await says("/incident declare x —category foo")


async def test_mentions_in_a_title_are_words(world: World) -> None:
    await world.ann.says("/incident declare @bob's laptop <!channel> burns")
    assert (await world.incident(2)).title == "@bob's laptop <!channel> burns"
