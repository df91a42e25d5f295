"""What people may enter, however hostile."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.accepting import TITLE_LIMIT, clean_text, clean_title, title_and_rest
from bot.domain.refusals import InvalidInput, quoted

DIRECTIONS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
SPECIAL = "\u202e\u2066\u200f\x00\x1b\n\r\u2028\ufeff<!@>&*_`~"
NASTY = st.text(st.one_of(st.characters(), st.sampled_from(SPECIAL)))


@given(NASTY)
@example("\u202egnp.exe")
@example("a\x00b")
@example("\ud800")
@example("<" * 1000)
def test_a_title_is_one_clean_line_or_refused_in_words(typed: str) -> None:
    try:
        title = clean_title(typed)
    except InvalidInput:
        return  # what the refusals say stands below
    assert 0 < len(title) <= TITLE_LIMIT
    assert title == title.strip()
    for ch in title:
        assert unicodedata.category(ch) not in {"Cc", "Cs", "Zl", "Zp"}
        assert unicodedata.bidirectional(ch) not in DIRECTIONS
    title.encode()
    assert clean_title(title) == title


@given(NASTY)
def test_longer_text_keeps_its_lines_and_nothing_that_controls_a_terminal(typed: str) -> None:
    text = clean_text(typed, "summary", limit=10_000)
    for ch in text:
        assert ch in "\n\t" or unicodedata.category(ch) not in {"Cc", "Cs"}
        assert unicodedata.bidirectional(ch) not in DIRECTIONS
    text.encode()
    assert clean_text(text, "summary", limit=10_000) == text


@given(NASTY)
def test_what_was_typed_pings_nobody_inside_a_refusal(typed: str) -> None:
    said = quoted(typed)
    assert "<" not in said
    assert ">" not in said
    assert len(said) <= 83


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("  checkout \n is   down ", "checkout is down"),
        ("<!channel> <@U123>", "<!channel> <@U123>"),
        ("日本 🔥 العربية", "日本 🔥 العربية"),
        ("👩\u200d🚒 on call", "👩\u200d🚒 on call"),
        ("a\u202eb", "ab"),
        ("a" * 120, "a" * 120),
    ],
)
def test_titles_as_they_are_kept(typed: str, title: str) -> None:
    assert clean_title(typed) == title


@pytest.mark.parametrize("typed", ["", "  \n ", "\u200b\ufeff", "\u202e", "\u0301"])
def test_a_title_that_nobody_can_see_is_no_title(typed: str) -> None:
    with pytest.raises(InvalidInput, match="what is wrong"):
        clean_title(typed)


def test_a_long_title_is_refused_with_both_lengths() -> None:
    with pytest.raises(InvalidInput, match=r"at most 120 characters; this one has 10,000"):
        clean_title("x" * 10_000)


def test_a_long_text_is_refused_under_its_own_field() -> None:
    with pytest.raises(InvalidInput, match=r"2,501 characters; at most 2,500 fit") as refused:
        clean_text("x" * 2_501, "impact")
    assert refused.value.field == "impact"


def test_line_ends_of_every_system_become_one() -> None:
    assert clean_text("a\r\nb\rc\n", "summary") == "a\nb\nc"


@given(st.text(min_size=1, max_size=400))
def test_any_line_that_has_a_title_in_it_becomes_one(typed: str) -> None:
    title, summary = title_and_rest(typed)
    if len(" ".join(typed.split())) <= TITLE_LIMIT:
        assert (title, summary) == (typed, "")
    else:
        assert len(title) <= TITLE_LIMIT
        assert title.endswith("…")
        assert summary == typed


def test_a_title_ends_after_a_word_where_there_is_one() -> None:
    assert title_and_rest("word " * 30)[0] == ("word " * 24)[:-1] + "…"
    assert title_and_rest("w" * 130)[0] == "w" * 119 + "…"
