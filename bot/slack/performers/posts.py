"""What the bot says in the room: the card that it keeps in place, and posts that tell of events."""

from datetime import timedelta

from bot.domain import effects as f
from bot.domain.commands import CardShown, Command
from bot.engine.carrying import Carrying
from bot.engine.verdicts import GiveUp, NotYet
from bot.slack.calls import SlackSaidNo
from bot.slack.desk import Desk
from bot.slack.messages.card import card
from bot.slack.messages.guidelines import guidelines
from bot.slack.messages.posts import room_post
from bot.slack.performers.common import (
    post_asking,
    post_once,
    the_incident,
    the_room,
    unsaid,
)
from bot.storage import outbox, streams

GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
"""Answers that mean: there is nothing left to edit, post anew."""


async def show_card(desk: Desk, _effect: f.ShowCard, carrying: Carrying) -> Command | None:
    """Make the card show the present state, posting it where there is none."""
    room, incident = the_room(carrying), the_incident(carrying)
    owed = await desk.database.read(lambda c: outbox.pending(c, incident.stream))
    page = desk.common_link(incident)
    message = card(incident, desk.process, owed, page=page, now=carrying.now, word=desk.word)
    if incident.card is not None:
        try:
            await desk.calls.call(
                "chat.update", channel=incident.card.channel, ts=incident.card.ts, **message
            )
        except SlackSaidNo as error:
            if error.error not in GONE:
                raise
        else:
            return None
    posted = await post_once(desk, carrying, room.channel, message)
    return CardShown(channel=posted["channel"], ts=posted["ts"])


async def pin_card(desk: Desk, _effect: f.PinCard, carrying: Carrying) -> Command | None:
    """Pin the card."""
    card_at = the_incident(carrying).card
    if card_at is None:
        return None
    try:
        await desk.calls.call("pins.add", channel=card_at.channel, timestamp=card_at.ts)
    except SlackSaidNo as error:
        if error.error not in {"already_pinned", "message_not_found"}:
            raise
    return None


async def post_guidelines(
    desk: Desk, _effect: f.PostGuidelines, carrying: Carrying
) -> Command | None:
    """Say how this room works, as the first reply in the card's thread."""
    incident = the_incident(carrying)
    if incident.card is None:
        raise NotYet(carrying.now + timedelta(seconds=2))
    message = {**guidelines(desk.process, desk.word), "thread_ts": incident.card.ts}
    await post_once(desk, carrying, incident.card.channel, message)
    return None


async def post_to_room(desk: Desk, effect: f.PostToRoom, carrying: Carrying) -> Command | None:
    """Tell the room of an event."""
    room, incident = the_room(carrying), the_incident(carrying)
    recorded = await desk.database.read(
        lambda c: streams.read_one(c, effect.stream, effect.version)
    )
    if recorded is None:
        raise GiveUp("The event is gone.", quiet=True)
    page = desk.common_link(incident)
    message = room_post(incident, recorded, desk.process, page=page, word=desk.word)
    if message is None:
        unsaid(incident)
        return None
    await post_asking(desk, carrying, room.channel, message)
    return None
