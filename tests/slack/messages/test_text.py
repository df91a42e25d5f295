"""Text of people can do nothing in Slack but be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.messages.text import (
    brief_words,
    button,
    cut,
    escape,
    header,
    link,
    mention,
    mentions,
    quoted,
    said,
    section,
    sentence,
    when,
)
from tests.domain.vocabulary import MONDAY_NOON


def test_brackets_and_ampersands_are_escaped_once() -> None:
    assert escape("<!channel> & <@U1>") == "&lt;!channel&gt; &amp; &lt;@U1&gt;"


@pytest.mark.parametrize("shout", ["@here", "@channel", "@everyone", "@Channel"])
def test_a_bare_shout_is_no_mention(shout: str) -> None:
    assert shout not in escape(f"hey {shout}!")
    assert escape(f"hey {shout}!").replace("\u2060", "") == f"hey {shout}!"


def test_an_address_of_mail_stays_as_it_is() -> None:
    assert escape("ann@herefordshire.example") == "ann@herefordshire.example"


def test_a_word_that_is_cut_becomes_no_mention() -> None:
    assert cut(escape("hey @channels and all"), len("hey @channel…")) == "hey…"


def test_addresses_can_be_clicked_without_their_full_stop() -> None:
    assert said("see https://x.example/a?b=1&c=2.") == "see <https://x.example/a?b=1&amp;c=2>."
    assert said("(https://x.example)") == "(<https://x.example>)"
    assert said("<https://x.example>") == "&lt;<https://x.example>&gt;"


def test_an_address_cannot_bring_a_label_of_its_own() -> None:
    assert said("https://x.example|click") == "<https://x.example>|click"


def test_a_sentence_of_the_rules_links_the_people_and_rooms_it_names() -> None:
    text = "<@U012AB> commands INC-1 in <#C012AB>; <!channel> & <b> do not."
    assert sentence(text) == (
        "<@U012AB> commands INC-1 in <#C012AB>; &lt;!channel&gt; &amp; &lt;b&gt; do not."
    )


def test_what_was_escaped_before_a_sentence_is_neither_escaped_twice_nor_linked() -> None:
    assert sentence("no word “&lt;@U012AB&gt; &amp; co”") == "no word “&lt;@U012AB&gt; &amp; co”"


def test_a_quotation_is_marked_on_each_line() -> None:
    assert quoted("one\ntwo") == "> one\n> two"


def test_a_fence_on_one_line_cannot_swallow_the_next() -> None:
    assert "```" not in brief_words("```pre\nmore")


def test_only_ids_of_slack_become_mentions() -> None:
    assert mention("U012AB") == "<@U012AB>"
    assert mention("muster") == "Muster"
    assert mention("<!channel>") == "&lt;!channel&gt;"
    assert mention(None) == "nobody"


def test_several_people_read_like_a_sentence() -> None:
    assert mentions(["U1"]) == "<@U1>"
    assert mentions(["U1", "U2"]) == "<@U1> and <@U2>"
    assert mentions(["U1", "U2", "U3"], 2) == "<@U1>, <@U2> and 1 more"


def test_a_time_has_a_fallback() -> None:
    assert when(MONDAY_NOON, "{time}") == "<!date^1767614400^{time}|2026-01-05 12:00 UTC>"


def test_a_link_cannot_break_out_of_its_brackets() -> None:
    assert link("https://x/<a>|b", "x|y<z>") == "<https://x/%3Ca%3E%7Cb|x¦y&lt;z&gt;>"


def test_blocks_are_sent_verbatim_so_that_slack_guesses_no_mentions() -> None:
    assert section("#general")["text"]["verbatim"] is True


def test_a_headline_has_no_direction_controls_and_is_never_empty() -> None:
    assert header("\u202eabc\nd")["text"]["text"] == "abc d"
    assert header("\u202e")["text"]["text"] == "…"


def test_a_long_label_is_cut() -> None:
    assert len(button("x" * 200, "do")["text"]["text"]) == 75


@given(st.text(alphabet="<>&a;", max_size=60), st.integers(2, 40))
def test_cutting_never_leaves_half_an_entity(text: str, limit: int) -> None:
    made = cut(escape(text), limit)

    assert len(made) <= limit
    bare = made.replace("&lt;", "").replace("&gt;", "").replace("&amp;", "")
    assert not set("&<>") & set(bare)


def test_cutting_never_leaves_half_a_token() -> None:
    assert cut(f"soon {when(MONDAY_NOON)}", 20) == "soon…"
