"""What happened and what was said, each with its link."""

from dataclasses import replace

from bot.domain import commands as c
from bot.domain.review.compiling import compiled
from bot.domain.review.document import Picture
from bot.domain.values import Text
from tests.domain.review.reading import PAGE, recorded, review, rows, said, section, whole_incident
from tests.domain.vocabulary import ANN, BOB, MONDAY_NOON, ROOM, Story, minutes, with_room

LINK = "https://acme.slack.com/archives/CROOM/p1767614460000100"


def marked(text: str = "the disk is full") -> tuple[Story, c.MarkMessage]:
    """A message that Bob said at one past noon, put on the timeline by Ann at three past."""
    story = with_room()
    story.now += minutes(3)
    mark = c.MarkMessage(
        channel=ROOM,
        ts="1767614460.000100",
        how="reaction",
        said_by=BOB,
        said_at=MONDAY_NOON + minutes(1),
        permalink=LINK,
    )
    story.do(mark, ANN)
    story.do(c.AddNote(text=Text(text), at=MONDAY_NOON + minutes(2)))
    return story, mark


def test_every_row_has_a_link_to_where_it_was_said() -> None:
    story, messages = whole_incident()

    for part in review(story, *messages).sections:
        for row in rows(part):
            assert row.link.startswith((f"{PAGE}#event-", "https://acme.slack.com/archives/CROOM/"))


def test_a_message_stands_at_the_time_it_was_said_in_the_words_of_who_said_it() -> None:
    story, _ = marked()
    message = replace(said(story, BOB, "the disk is <b>full</b>"), at=MONDAY_NOON + minutes(1))

    row = next(row for row in rows(section(story, "timeline", message)) if row.kind == "message")

    assert (row.text, row.who, row.link) == ("the disk is <b>full</b>", "Responder 1", LINK)
    assert row.at == MONDAY_NOON + minutes(1)


def test_rows_are_in_the_order_of_what_they_tell_not_of_when_it_was_recorded() -> None:
    story, _ = marked()

    told = rows(section(story, "timeline"))

    assert [row.at for row in told] == sorted(row.at for row in told)
    assert told[-1].text == "Note by the commander: the disk is full"


def test_a_message_is_gone_when_its_last_mark_is_taken_back() -> None:
    story, mark = marked()
    story.do(c.UnmarkMessage(channel=mark.channel, ts=mark.ts, how=mark.how), ANN)

    assert not [row for row in rows(section(story, "timeline")) if row.kind == "message"]


def test_edits_and_deletions_in_slack_are_followed() -> None:
    story, _ = marked()
    edited = replace(said(story, BOB, "the disk is half full"), edited=True)
    deleted = replace(said(story, BOB, "what nobody should read again"), deleted=True)

    after_edit = rows(section(story, "timeline", edited))
    after_deletion = rows(section(story, "timeline", deleted))

    assert [(r.text, r.notes) for r in after_edit if r.kind == "message"] == [
        ("the disk is half full", ("edited",))
    ]
    assert [(r.text, r.notes) for r in after_deletion if r.kind == "message"] == [
        ("", ("deleted in Slack",))
    ]


def test_a_message_that_the_log_does_not_have_is_not_made_up() -> None:
    story, _ = marked()

    row = next(row for row in rows(section(story, "timeline")) if row.kind == "message")

    assert (row.text, row.link) == ("", LINK)
    assert row.notes == ("its text is not in the log; the link leads to it",)


def test_where_the_workspace_has_no_address_a_message_links_the_incident() -> None:
    story = with_room()
    record = replace(recorded(story, said(story, BOB, "hello")), archive="")

    log = rows(compiled(record).sections[-1])

    assert [row.link for row in log if row.kind == "message"] == [PAGE]


def test_who_came_and_went_stands_in_the_full_log_only() -> None:
    story = with_room()
    story.do(c.PersonEntered(user=BOB))

    def joined(key: str) -> bool:
        return any("joined the room" in row.text for row in rows(section(story, key)))

    assert (joined("timeline"), joined("appendix")) == (False, True)


def test_the_picture_ends_when_the_incident_came_to_rest() -> None:
    story, messages = whole_incident()

    picture = section(story, "timeline", *messages).blocks[0]

    assert isinstance(picture, Picture)
    assert (picture.begin, picture.end) == (MONDAY_NOON - minutes(12), MONDAY_NOON + minutes(77))
    assert [(bar.lane, bar.label) for bar in picture.bars] == [
        ("severity", "SEV2"),
        ("severity", "SEV1"),
        ("status", "triage"),
        ("status", "investigating"),
        ("status", "mitigated"),
    ]
    assert [point.late for point in picture.points if point.lane == "update"] == [False, True]
