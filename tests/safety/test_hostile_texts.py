"""Whatever people type, wherever: in Slack it pings nobody, on pages it stays text."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import commands as c
from bot.domain.refusals import Refused
from bot.domain.values import Text
from bot.simulator.blocks import problems_in_message
from bot.slack.messages.text import link, said
from bot.web.markup import Places, from_slack, prose, seen
from tests.domain.vocabulary import BOB, Story, with_room
from tests.safety.nasty import examples
from tests.slack.messages.every import messages, views
from tests.slack.messages.stories import process
from tests.slack.messages.stories import texts as texts_of
from tests.slack.messages.test_hostile import OURS, TOKEN, mrkdwn

pytestmark = pytest.mark.faults("hostile texts, typed everywhere")

PIECES = (
    "<!channel>",
    "<!here|here>",
    "<@UANN>",
    "<#CROOM>",
    "<!subteam^S1>",
    "<https://evil.example|INC-1>",
    "<mailto:a@b.example|x>",
    "&lt;!channel&gt;",
    "&amp;lt;!here&amp;gt;",
    "@here",
    "@channel",
    "@herehttps://evil.example",
    "@\u200bchannel",
    "＠channel",  # noqa: RUF001 - a wide @ looks like one
    "https://evil.example/<!channel>|x",
    "https://evil.example\u202egpj.exe",
    "\u202e",
    "\u2066",
    "\u200b",
    "\ufeff",
    "```",
    "`",
    "*",
    "~",
    ">",
    "<",
    "|",
    "&",
    "\ue000" + "0" + "\ue001",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "{{7*7}}",
    "\n# heading",
    "\n> quoted",
    "plain words",
)
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=8), min_size=1, max_size=12).map(
    "".join
)
LONG = st.builds(lambda text, times: (text * times)[:2_400], TEXTS, st.integers(1, 300))
HIDING = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c]")


def story_of(text: str) -> Story:
    """An incident in which everybody writes the same thing wherever they can."""
    words, title = Text(text), Text(text[:120])
    story = Story(process=replace(process(), services=()))
    story = with_room(
        c.Declare(
            title=Text("x" + title[:119]),
            summary=words,
            severity="sev1",
            category="availability",
            services=(text[:70],),
            source_link=text[:200],
            number=42,
        ),
        process=story.process,
    )
    for command in (
        c.Edit(impact=words),
        c.PostUpdate(text=words, impact=words),
        c.AddNote(text=words),
        c.RecordDecision(text=words),
        c.AddFollowup(text=words, owner=BOB),
        c.SetSeverity(severity="sev2", reason=words),
        c.SetStatus(status="identified", reason=words),
        c.StartPlaybook(playbook="service-outage"),
        c.CompletePath(path="1", note=words, link=text[:100], run="run-1"),
        c.SkipPath(path="2", reason=words, run="run-1"),
        c.Resolve(resolution=words),
        c.WriteReview(summary=words, cause=words, was_hard=words),
        c.Close(anyway=words),
        c.Reopen(reason=words),
    ):
        try:
            story.do(command)
        except Refused:
            continue  # there is nothing to see in it, or it is no address
    story.do(c.RoomWasRenamed(name=text[:70]))
    story.do(c.EffectGivenUp(effect="ShowCard", why="The card: Slack said no."))
    return story


@examples(20)
@given(TEXTS | LONG)
def test_no_message_pings_spoofs_or_breaks_a_limit(text: str) -> None:
    story = story_of(text)
    for which, message in [*messages(story), *views(story)]:
        blocks = message.get("blocks") or []
        for shown in [*mrkdwn(blocks), str(message.get("text", ""))]:
            assert not re.search(r"@(here|channel|everyone)\b", shown), which
            for token in TOKEN.findall(shown):
                assert OURS.fullmatch(token) or typed_address(token), (which, token)
        assert not any(HIDING.search(shown) for shown in texts_of(blocks)), which
        if message.get("type") is None:
            assert problems_in_message(blocks) == [], which


def typed_address(token: str) -> bool:
    """An address may be followed as it was typed; the label of where it began is ours."""
    return re.fullmatch(r"https?://[^|]+(\|where it began)?", token) is not None


@given(TEXTS)
def test_an_address_never_gets_a_label_from_who_typed_it(text: str) -> None:
    assert not any("|" in token for token in TOKEN.findall(said(text)))


class Tags(HTMLParser):
    """The elements of a piece of HTML, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


@examples(200)
@given(TEXTS)
def test_on_a_page_it_is_text_and_links_lead_where_they_say(text: str) -> None:
    for html in (prose(text), prose(from_slack(text, lambda user: f"<b>{user}"))):
        tags = Tags(str(html))
        assert {tag for tag, _ in tags.found} <= {"a"}
        for _, attributes in tags.found:
            assert set(attributes) == {"href", "rel"}
            assert str(attributes["href"]).lower().startswith(("http://", "https://"))
    assert Tags(str(prose(text))).words == seen(text)


@examples(200)
@given(TEXTS, TEXTS)
def test_a_name_cannot_become_a_part_of_the_page(sentence: str, name: str) -> None:
    places = Places(lambda _: name)
    html = str(places.filled(f"{places.person('U1')} said {sentence}"))
    assert {tag for tag, _ in Tags(html).found} <= {"a", "b"}


def test_what_is_no_address_is_no_link() -> None:
    """A label of ours in front of `!channel` would ping everybody."""
    for address in ("!channel", "@here", "@U0ANN", "javascript:alert(1)", "", "//evil.example"):
        assert link(address, "where it began") == "where it began"
