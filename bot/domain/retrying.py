"""What is owed once more when somebody presses Retry on what the bot had given up."""

from bot.domain import effects as f
from bot.domain import owing
from bot.domain.process import Process
from bot.domain.state import Incident


def owed_again(incident: Incident, effect: str, process: Process) -> list[f.Owed]:
    """Return the effect that a failure named (`PostToRoom:17`); nothing for a name without one."""
    kind, _, detail = effect.partition(":")
    stream = incident.stream
    match kind:
        case "CreateRoom":
            return [f.CreateRoom(stream=stream, suffix=incident.rooms_asked)]
        case "InviteDeclarer":
            return owing.declarer(incident)
        case "InviteResponders":
            return owing.called(incident, *owing.everyone(incident))
        case "ShowCard":
            return owing.card(incident)
        case "PinCard":
            return [f.PinCard(stream=stream)]
        case "PostGuidelines":
            return [f.PostGuidelines(stream=stream)]
        case "RenameRoom":
            return [f.RenameRoom(stream=stream)]
        case "ShowTopic":
            return [f.ShowTopic(stream=stream)]
        case "AddBookmark":
            return [f.AddBookmark(stream=stream)]
        case "ShowAnnouncement":
            return owing.announcement(incident, process)
        case "LeavePublicRoom":
            return owing.public_room(incident)
        case "TakeDownAnnouncement":
            channel, _, ts = detail.partition(":")
            return [f.TakeDownAnnouncement(stream=stream, channel=channel, ts=ts)]
        case "ArchiveRoom":
            room = incident.room
            return [f.ArchiveRoom(stream=stream, channel=room.channel)] if room else []
        case "DecideRequests":
            return [f.DecideRequests(stream=stream)]
        case "CompileReview":
            return [owing.review(incident)]
        case "BriefJoiner":
            return [f.BriefJoiner(stream=stream, user=detail)]
        case "ShowMark":
            channel, _, ts = detail.partition(":")
            return [f.ShowMark(stream=stream, channel=channel, ts=ts)]
        case _:
            return _told_again(incident, kind, detail, process)


def _told_again(incident: Incident, kind: str, detail: str, process: Process) -> list[f.Owed]:
    """Return the post or message of a failure, which names its event by the version."""
    number, _, user = detail.partition(":")
    if not (number.isascii() and number.isdigit()):
        return []
    stream, version = incident.stream, int(number)
    match kind:
        case "SendPage":
            return _paged_again(incident, version)
        case "PostToRoom":
            return owing.post(incident, version)
        case "PostToFeed":
            return owing.feed(incident, version, process)
        case "TellPerson":
            return [f.TellPerson(stream=stream, version=version, user=user)]
        case "Whisper":
            return [f.Whisper(stream=stream, version=version, user=user)]
        case _:
            return []


def _paged_again(incident: Incident, number: int) -> list[f.Owed]:
    """Return the call once more, unless it was answered meanwhile."""
    return [
        f.SendPage(stream=incident.stream, number=number, times=page.times, user=page.user)
        for page in incident.pages
        if page.number == number and page.waits
    ]
