"""Each effect with what carries it into Slack: the list that the courier is given.

What Slack refuses, and the performer has no answer to, ends the trying: people read why.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.domain import effects as f
from bot.domain.commands import Command
from bot.domain.effects import Effect
from bot.engine.carrying import Carrying, Performer
from bot.slack.calls import SlackSaidNo
from bot.slack.desk import Desk
from bot.slack.performers import (
    buttons,
    clearing,
    feed,
    hints,
    marks,
    posts,
    requests,
    retiring,
    review,
    room,
    twins,
)
from bot.slack.performers.common import because

_Carry = Callable[[Desk, Any, Carrying], Awaitable[Command | None]]

PERFORMERS: Mapping[type[Effect], _Carry] = {
    f.CreateRoom: room.create,
    f.InviteDeclarer: room.invite_declarer,
    f.InviteResponders: room.invite_responders,
    f.RenameRoom: room.rename,
    f.ShowTopic: room.show_topic,
    f.TakeDownAnnouncement: clearing.take_down,
    f.LeavePublicRoom: clearing.leave,
    f.ArchiveRoom: retiring.archive,
    f.AddBookmark: room.add_bookmark,
    f.ShowCard: posts.show_card,
    f.PinCard: posts.pin_card,
    f.PostGuidelines: posts.post_guidelines,
    f.PostToRoom: posts.post_to_room,
    f.ShowAnnouncement: feed.show_announcement,
    f.PostToFeed: feed.post_to_feed,
    f.AnswerWithRoom: hints.answer_with_room,
    f.AnswerMeanwhile: hints.answer_meanwhile,
    f.TellPerson: hints.tell_person,
    f.SendPage: hints.send_page,
    f.Whisper: hints.whisper,
    f.BriefJoiner: hints.brief_joiner,
    f.ShowMark: marks.show_mark,
    f.CompileReview: review.compile_review,
    f.ClearTwins: twins.clear_twins,
    f.TakeButtonsAway: buttons.take_buttons_away,
    f.DecideRequests: requests.decide,
    f.AnswerRequest: requests.answer,
}


def performers(desk: Desk) -> dict[type[Effect], Performer]:
    """Return the performers, each bound to the desk."""
    return {kind: _bound(desk, carry) for kind, carry in PERFORMERS.items()}


def _bound(desk: Desk, carry: _Carry) -> Performer:
    async def perform(effect: Any, carrying: Carrying) -> Command | None:
        try:
            return await carry(desk, effect, carrying)
        except SlackSaidNo as error:
            raise because(effect.label, error) from error

    return perform
