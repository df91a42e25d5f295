"""The end of a room: archived once the incident is over and the record holds all of it."""

from datetime import timedelta

from bot.domain import effects as f
from bot.domain.commands import Command, RoomWasArchived
from bot.domain.values import Phase
from bot.engine.carrying import Carrying
from bot.engine.verdicts import NotYet
from bot.slack.backfill import catch_up
from bot.slack.backfill.patience import RoomRead
from bot.slack.calls import SlackSaidNo
from bot.slack.desk import Desk
from bot.slack.performers.common import the_incident

_RECORD_FIRST = timedelta(hours=1)
"""When it is looked again whether the review is there."""


async def archive(desk: Desk, effect: f.ArchiveRoom, carrying: Carrying) -> Command | None:
    """Archive the room, after everything that was said in it has reached the record."""
    incident = the_incident(carrying)
    room = incident.room
    if room is None or room.channel != effect.channel or room.archived or not incident.over:
        return None
    if incident.phase is Phase.CLOSED and incident.review_version is None:
        raise NotYet(carrying.now + _RECORD_FIRST)
    place = RoomRead(channel=room.channel, stream=incident.stream, workspace=incident.workspace)
    try:
        await catch_up(desk, place)
        await desk.calls.call("conversations.archive", channel=room.channel)
    except SlackSaidNo as error:
        if error.error != "already_archived":
            raise
    return RoomWasArchived()
