"""Every message that can be made of an incident, each under a name."""

from collections.abc import Iterator
from typing import Any

from bot.slack.messages import answers, lists
from bot.slack.messages.announcement import announcement
from bot.slack.messages.brief import brief
from bot.slack.messages.card import card
from bot.slack.messages.guidelines import guidelines
from bot.slack.messages.home import home
from bot.slack.messages.posts import feed_post, person_post, room_post, whispered
from bot.storage.queries import OwedFollowup
from tests.domain.vocabulary import ANN, BOB, STREAM, Story
from tests.slack.messages.stories import PAGE, everything_owed, listed

Named = tuple[str, dict[str, Any]]


def messages(story: Story) -> Iterator[Named]:
    """Yield every message of the story as it stands, and each post of each of its events."""
    yield from _standing(story)
    yield from _posts(story)
    yield from _answers(story)


def _standing(story: Story) -> Iterator[Named]:
    incident, process = story.incident, story.process
    yield "card", card(incident, process, [], page=PAGE, now=story.now)
    owed = everything_owed(story)
    yield "card, waiting", card(incident, process, owed, page=PAGE, now=story.now)
    yield "announcement", announcement(incident, process, now=story.now)
    yield "guidelines", guidelines(process, "/incident")
    for user in (ANN, BOB):
        made = brief(incident, story.record[-40:], process, user, word="/incident")
        yield f"brief for {user}", made


def _posts(story: Story) -> Iterator[Named]:
    incident, process = story.incident, story.process
    for each in story.record:
        name = f"{each.version} {type(each.event).__name__}"
        made = {
            "room": room_post(incident, each, process, page=PAGE),
            "feed": feed_post(incident, each, process),
            "to ann": person_post(incident, each, process, ANN),
            "to bob": person_post(incident, each, process, BOB),
            "whisper": whispered(incident, each, process),
        }
        for where, message in made.items():
            if message is not None:
                yield f"{where}: {name}", message


def _answers(story: Story) -> Iterator[Named]:
    incident, process, record = story.incident, story.process, story.record
    yield "declared", answers.declared(incident)
    yield "room answer", answers.room_answer(incident)
    yield "shown", lists.shown(incident, process, page=PAGE)
    yield "timeline", lists.timeline(record, incident, process, page=PAGE)
    yield "catchup", lists.catchup(record, incident, process, page=PAGE)
    yield "why", lists.why(record, incident, process)
    rows = [listed(story)] * 30
    yield "list", lists.incident_list(rows, "Open", word="/incident", empty="None.")


def views(story: Story) -> Iterator[Named]:
    """Yield every view of the story."""
    incident = story.incident
    yield "declared view", answers.declared_view(answers.declared(incident))
    yield "room view", answers.room_view(incident)
    rows = [listed(story)] * 30
    followup = OwedFollowup(
        stream=STREAM,
        incident=42,
        private=True,
        number=1,
        text=incident.title,
        owner=ANN,
        due=story.now,
    )
    yield "home", home(rows, rows, [followup] * 30, word="/incident", now=story.now)
    yield "empty home", home([], [], [], word="/incident", now=story.now)
