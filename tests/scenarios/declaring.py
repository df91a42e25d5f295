"""A declaration, and all that belongs to it once it has come to its end."""

from tests.people import World


async def ann_declares(world: World) -> None:
    """Ann declares; where she got no answer before, this is her asking again."""
    await world.ann.says("/incident declare checkout is down --sev 2")


async def one_of_everything(world: World) -> None:
    """Exactly one room and one announcement, with everything present."""
    assert world.channels("inc-") == ["inc-1-checkout-is-down"]
    assert world.channels("incidents") == ["incidents"]
    incident = await world.incident(1)
    assert incident.failures == {}
    workspace = world.sim.workspace
    room = workspace.channels[incident.room.channel]  # type: ignore[union-attr]
    assert world.ann.id in room.members
    posts = [m for m in room.messages.values() if m.user == workspace.bot.user_id]
    cards = [m for m in posts if m.thread_ts is None and m.blocks]
    assert len(cards) == 1, [m.text for m in posts]
    assert [m for m in posts if m.thread_ts == cards[0].ts and m.ts != cards[0].ts]
    assert cards[0].ts in room.pins
    assert room.topic["value"].startswith("SEV2 · triage")
    assert len(room.bookmarks) == 1
    feed = world.sim.person("ann").room("incidents")
    announcements = [m for m in feed.messages.values() if m.blocks]
    assert len(announcements) == 1
