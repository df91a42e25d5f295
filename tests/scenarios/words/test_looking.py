"""The words that only look: list, show, timeline, catchup, why."""

from tests.people import World


async def test_list_shows_what_is_open_gravest_first(world: World) -> None:
    await world.bob.says("/incident declare search is slow --sev 1 --category performance")
    reply = await world.carol.says("/incident list")
    assert reply.text.index("INC-2") < reply.text.index("INC-1")
    mine = await world.bob.says("/incident list mine")
    assert "INC-2" in mine
    assert "INC-1" not in mine


async def test_list_all_knows_what_is_over(world: World) -> None:
    await world.ann.says("/incident cancel inc-1 a test")
    assert "Nothing is open" in await world.ann.says("/incident list")
    assert "cancelled" in await world.ann.says("/incident list all")


async def test_list_searches_and_says_when_nothing_fits(world: World) -> None:
    assert "INC-1" in await world.bob.says("/incident list search CHECKOUT")
    assert "No incident speaks of that" in await world.bob.says("/incident list search 100%")


async def test_list_refuses_what_it_does_not_know_with_its_usage(world: World) -> None:
    for typed in ("list nonsense", "list search"):
        reply = await world.ann.says(f"/incident {typed}")
        assert "Usage: /incident list [open|mine|all|search <words>]" in reply


async def test_show_offers_the_way_in_to_those_outside(world: World) -> None:
    assert "[Join]" in await world.bob.says("/incident show inc-1")
    assert "[Join]" not in await world.ann.says("/incident show inc-1")


async def test_timeline_catchup_and_why_answer_the_asker_alone(world: World, room: str) -> None:
    await world.ann.says("/incident note the database failed over", in_=room)
    for word, words in {
        "timeline": "the database failed over",
        "catchup": "Last events",
        "why": "What Muster did by itself",
    }.items():
        assert words in await world.ann.says(f"/incident {word}", in_=room)
    assert "the database failed over" not in world.bob.sees("incidents")


async def test_lists_stay_within_the_limits_of_slack(world: World, room: str) -> None:
    for place in range(30):
        await world.ann.hands.types(room, f"/incident note {place} {'<&>' * 300}")
    for word in ("timeline", "catchup", "why", "show"):
        reply = await world.ann.says(f"/incident {word}", in_=room)
        assert reply.error == ""
        assert reply.text
