"""The review of an incident, from the first draft to the complete one."""

from bot.storage.queries import Viewer
from bot.storage.reviews import review_markdown
from tests.people import World

RESOLVED = "/incident resolve Removed old logs. --category availability"


async def reads(world: World, number: int = 1) -> str:
    """The review as the operator at the terminal reads it."""
    viewer = Viewer(workspace=world.sim.workspace.team.id, user="", everything=True)
    text = await review_markdown(world.bot.database, viewer, number)
    assert text is not None, "there is no review yet"
    return text


async def test_a_resolved_incident_has_a_draft_and_the_room_hears_of_it_once(
    world: World,
) -> None:
    await world.ann.says("/incident declare checkout is down --sev 2")
    room = await world.room(1)
    await world.ann.says(RESOLVED, in_=room.name)

    room.shows("draft of the review")
    text = await reads(world)
    assert "The draft of the review of INC-1" in text
    assert "> Removed old logs." in text

    await world.ann.says("/incident note the disk had been full since noon", in_=room.name)

    assert "Note by the commander: the disk had been full since noon" in await reads(world)
    assert room.text().count("draft of the review") == 1


async def test_what_is_said_in_the_room_is_in_the_full_log_with_its_link(world: World) -> None:
    await world.ann.says("/incident declare checkout is down --sev 2")
    room = await world.room(1)
    said = await world.ann.hands.posts(room.name, "the disk is full")
    await world.settles()
    await world.ann.says(RESOLVED, in_=room.name)

    log = (await reads(world)).partition("### Full log")[2]

    assert "The commander: “the disk is full”" in log
    assert f"/archives/{room.channel}/p{said.ts.replace('.', '')})" in log


async def test_a_draft_survives_a_restart_and_follows_what_changes_later(world: World) -> None:
    await world.ann.says("/incident declare checkout is down --sev 2")
    room = await world.room(1)
    await world.ann.says(RESOLVED, in_=room.name)
    await world.restarts()

    await world.ann.says("/incident followup add rotate the logs", in_=room.name)

    assert "| 1 | rotate the logs |" in await reads(world)
