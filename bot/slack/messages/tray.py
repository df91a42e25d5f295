"""The bare command's answer: in a room everything that can be done, elsewhere the way in."""

from collections.abc import Sequence

from bot.domain.incident import Incident
from bot.domain.process import Process
from bot.slack.messages import card_buttons
from bot.slack.messages.deeds import word_button
from bot.slack.messages.lists import incident_line
from bot.slack.messages.phrases import headline, leader, next_update
from bot.slack.messages.text import Message, actions, button, context, escape, message, section
from bot.storage.queries import Listed

_MOST = 8


def inside(incident: Incident, process: Process) -> Message:
    """Return every word that makes sense now, as buttons."""
    title = headline(incident, process)
    ends = () if incident.at_rest else (("Decline", "decline"), ("Cancel", "cancel"))
    more = [
        *(word_button(label, word, incident.stream) for label, word in ends),
        word_button("Tasks", "task list", incident.stream),
        word_button("Follow-ups", "followup list", incident.stream),
        word_button("Why", "why", incident.stream),
        button("Help", "word:help"),
    ]
    return message(
        title,
        section(f"*{title}*"),
        context(f"Commander: {leader(incident)}", f"Next update: {next_update(incident, process)}"),
        *card_buttons.rows(incident),
        actions(*more),
    )


def outside(mine: Sequence[Listed], process: Process, *, word: str) -> Message:
    """Return the way into an incident, and the incidents of whoever asks."""
    command = escape(word)
    lines = [
        section(incident_line(each, process), accessory=word_button("Show", "show", each.stream))
        for each in mine[:_MOST]
    ]
    none = section("You are part of no open incident.")
    return message(
        "What do you want to do?",
        actions(
            button("Declare an incident", "word:declare", style="primary"),
            button("Open incidents", "word:list"),
            button("All incidents", "word:list all"),
            button("Help", "word:help"),
        ),
        section("*Your open incidents*"),
        *(lines or [none]),
        context(f"In one line: `{command} declare checkout is down --sev 2`"),
    )
