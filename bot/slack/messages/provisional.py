"""What people read while the database is away and work goes on without it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.domain import events as e
from bot.domain.incident import Incident
from bot.domain.process import Process
from bot.slack.messages.phrases import not_brought_in, severity_of
from bot.slack.messages.text import (
    Message,
    brief_words,
    context,
    mention,
    mentions,
    message,
    one_section,
    plain,
    quoted,
    section,
    sentence,
    when,
)

BEING_MADE = (
    "⚠️ Muster's database does not answer, so nothing can be recorded right now – *but you can "
    "start*. A provisional room is being made and people are called; you will find yourself in it. "
    "It becomes an incident with a number by itself, once the database is back.\n"
    "If you are not in a room within a minute, declare again: it will not happen twice."
)
NOT_YET = (
    "Not yet: this room is provisional, because Muster's database does not answer. Go on working; "
    "what is written here is kept. Commands work again once the room has its number, which comes "
    "by itself."
)
WAITS = (
    "⏳ *Not recorded yet*: Muster’s database is busy, and this waits for its turn. It is recorded "
    "in a moment, and you find yourself in its room.\n"
    "If you are not in a room within a minute, declare again: it will not happen twice."
)
PERHAPS = (
    "⚠️ The database did not answer in time, and it is not known whether this was recorded. If you "
    "are not in a room within a minute, declare again: it will not happen twice."
)
_MOST_NAMED = 20


def being_made() -> Message:
    """Return the acknowledgement of a declaration that cannot be recorded yet."""
    return one_section(BEING_MADE)


def waits_its_turn() -> Message:
    """Return the acknowledgement of a declaration that others are recorded before."""
    return one_section(WAITS)


def perhaps_recorded() -> Message:
    """Return what follows where nobody can tell whether it was recorded."""
    return one_section(PERHAPS)


def made(channel: str) -> Message:
    """Return the way into the provisional room, for whoever declared."""
    text = (
        f"Your provisional room: <#{channel}>\n"
        "It has no number yet; it gets one by itself once Muster's database is back."
    )
    return one_section(text)


def not_made(why: str) -> Message:
    """Return that there is no room, and what to do now."""
    text = (
        f"⚠️ *Nothing was recorded and no room was made*: the database does not answer, and "
        f"{sentence(why, 600)} Meet in any channel for now, and declare again in a few minutes."
    )
    return one_section(text)


def as_view(answer: Message) -> dict[str, Any]:
    """Return an answer as what the form turns into."""
    return {
        "type": "modal",
        "callback_id": "declared",
        "title": plain("No number yet", 24),
        "close": plain("Close", 24),
        "blocks": answer["blocks"],
    }


def opening(
    declared: e.IncidentDeclared,
    process: Process,
    *,
    by: str,
    at: datetime,
    called: Sequence[str] = (),
    refused: Mapping[str, str] | None = None,
) -> Message:
    """Return the message that opens a provisional room, and stays pinned until it is adopted."""
    marks = "".join((" · drill" * declared.drill, " · private" * declared.private))
    title = brief_words(declared.title)
    head = (
        f"🚨 *{title}*\n{severity_of(process, declared.severity)}{marks} · *no number yet*\n"
        f"Declared by {mention(by)}, {when(at)}"
    )
    people = f"Called: {mentions(called, _MOST_NAMED)}." if called else ""
    people += f"\n⚠️ {not_brought_in(refused)} Call them by hand." if refused else ""
    return message(
        f"Provisional room: {title}",
        section(head),
        section(quoted(declared.summary, 2_600)) if declared.summary else None,
        section(people.strip()) if people else None,
        section(
            "*This room is provisional: Muster's database does not answer.* Work here. All that is "
            "written in this room is kept and will be on the record, pins and 📌 included."
        ),
        context(
            "Commands, buttons and reminders do not work here yet, and nothing was announced. "
            "When the database is back the room gets its number, its card and its announcement by "
            "itself. Nobody has to do anything."
        ),
    )


def adopted(incident: Incident) -> Message:
    """Return what the room is told when it has its number."""
    text = (
        f"✅ The database is back. This is *{incident.name}* now, on the record from its "
        "beginning; commands and buttons work."
    )
    return one_section(text)


def not_taken(why: str) -> Message:
    """Return what the room is told when the rules do not let it become an incident."""
    text = (
        f"⚠️ *This room cannot become an incident: nothing of it is on the record.* "
        f"{sentence(why, 600)} Who may, declare it again in any channel: it gets a room of its "
        "own. What was written here stays readable; archive this room once nobody needs it."
    )
    return one_section(text)


def failed(word: str) -> Message:
    """Return what the room is told when making an incident of it fails in a way nobody foresaw."""
    text = (
        "⚠️ *Muster failed to make an incident of this room;* its log says how. Look whether "
        f"`{word} list` shows the incident. If not, declare it again in any channel: it gets a "
        "room of its own. What was written here stays readable."
    )
    return one_section(text)


def elsewhere(incident: Incident) -> Message:
    """Return the pointer in a provisional room whose incident turned out to have a room."""
    room = f"<#{incident.room.channel}>" if incident.room else "being made"
    text = (
        f"➡️ This is *{incident.name}*, which was recorded after all and has its own room: {room}. "
        "Go on there. What was written here stays readable; mark what matters over there."
    )
    return one_section(text)
