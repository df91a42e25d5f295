"""The review as Markdown: what people typed stays what they typed."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import commands as c
from bot.domain.review.document import Cell, Table, Words
from bot.domain.review.markdown import line, link_to, markdown, text
from bot.domain.values import Text
from tests.domain.review.reading import review, said, texts
from tests.domain.vocabulary import BOB, MONDAY_NOON, with_room


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("# not a heading", r"\# not a heading"),
        ("1. not a list", r"1\. not a list"),
        ("2) not a list", r"2\) not a list"),
        ("- not a list", r"\- not a list"),
        ("=== not a ruler", r"\=== not a ruler"),
        ("a | b", r"a \| b"),
        ("`code` and *stars* and _lines_", r"\`code\` and \*stars\* and \_lines\_"),
        ("[x](javascript:alert(1))", r"\[x\](javascript:alert(1))"),
        ("![x](https://x.example/p.png)", r"!\[x\](<https://x.example/p.png>)"),
        ("<img src=x onerror=alert(1)>", r"\<img src=x onerror=alert(1)\>"),
        ("&lt;b&gt; &#60; a & b", r"&amp;lt;b&amp;gt; &amp;#60; a & b"),
        ("~~gone~~ $x$", r"\~\~gone\~\~ \$x\$"),
        ("a \\ b", r"a \\ b"),
        ("see https://x.example/a_b*c.", "see <https://x.example/a_b*c>."),
        ("thanks @ann for #12", "thanks @\u2060ann for #\u206012"),
        ("mail a@b.example", "mail a@b.example"),
        ("two\nlines\n    and code", r"two lines and code"),
    ],
)
def test_nothing_that_people_type_means_anything(typed: str, shown: str) -> None:
    assert line(typed) == shown


def test_lines_of_people_stay_lines_and_none_begins_a_block() -> None:
    assert text("one\n    two\n# three") == "one\\\ntwo\\\n\\# three"


@given(st.text())
def test_no_line_of_any_text_begins_a_block_or_leaves_its_cell(typed: str) -> None:
    one = line(typed)

    assert "\n" not in one
    assert not one.startswith(("#", ">", "|", "-", "+", "    ", "`", "<!", "</"))
    assert "|" not in one.replace("\\\\", "").replace("\\|", "")


@given(st.text(alphabet="a|\\\n`<>[]()#-! ", min_size=1))
def test_a_table_keeps_its_columns_whatever_stands_in_it(typed: str) -> None:
    table = Table(caption="t", columns=("a", "b"), rows=((Cell(text=typed), Cell(text="x")),))

    row = texts((table,)).rstrip("\n").split("\n")[-1]

    assert row.replace("\\\\", "").replace("\\|", "").count("|") == 3


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://x.example/a?b=c#d", "[here](https://x.example/a?b=c#d)"),
        (
            "https://x.example/a) [b](javascript:x",
            "[here](https://x.example/a%29%20%5Bb%5D%28javascript:x)",
        ),
        ("javascript:alert(1)", "here"),
        ("", "here"),
    ],
)
def test_only_the_address_of_a_page_becomes_a_link(address: str, shown: str) -> None:
    assert link_to("here", address) == shown


def test_hostile_titles_names_and_messages_do_no_harm() -> None:
    hostile = "<script>alert(1)</script> | # `x` [y](javascript:z) <!channel> \u202e"
    story = with_room(c.Declare(title=Text(hostile), number=42))
    story.do(c.AddNote(text=Text(f"{hostile}\n# {hostile}")))

    whole = markdown(review(story, said(story, BOB, hostile)))

    assert "<script" not in whole.replace("\\<", "")
    assert "\u202e" not in whole
    assert "](javascript:" not in whole.replace("\\]", "")
    headings = [one for one in whole.splitlines() if one.startswith("# ")]
    assert len(headings) == 1


def test_words_of_people_are_quoted_with_who_said_them_and_where() -> None:
    words = Words(text="a\nb", by="the scribe", at=MONDAY_NOON, link="https://x.example/1")

    assert "> a\\\n> b\n>\n> — [the scribe, 2026-01-05 12:00 UTC](https://x.example/1)" in texts(
        (words,)
    )


def test_a_missing_part_keeps_its_command_readable() -> None:
    story = with_room()
    document = replace(review(story), sections=(review(story).sections[1],))

    assert markdown(document).endswith(
        "> **Missing:** Nobody has summed up yet what happened. "
        "Add it with `/incident review inc-42`.\n"
    )


def test_a_value_that_holds_an_address_has_its_own_link_beside_it() -> None:
    cell = Cell(text="see https://x.example/1", link="https://x.example/2")
    shown = texts((Table(caption="t", columns=("a",), rows=((cell,),)),))

    assert "| see <https://x.example/1> [link](https://x.example/2) |" in shown
