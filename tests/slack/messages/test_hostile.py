"""Whatever people write, nobody is pinged by it and nothing of it is a link of ours."""

import re

import pytest

from tests.domain.vocabulary import ANN, BOB
from tests.slack.messages.every import messages, views
from tests.slack.messages.stories import STORIES, texts

TOKEN = re.compile(r"<([^<>]*)>")
OURS = re.compile(
    r"@U[A-Z]+|#C[A-Z]+|!subteam\^SOPS|!date\^\d+\^[^^|]*\|[^^|]*|https://muster\.example/[^|]*\|[^|]*"
    r"|https://graphs\.example/1"
)


def mrkdwn(node: object) -> list[str]:
    """Return the texts in which Slack looks for tokens; a plain text has none."""
    if isinstance(node, dict):
        if node.get("type") == "mrkdwn":
            return [str(node["text"])]
        return [text for value in node.values() for text in mrkdwn(value)]
    if isinstance(node, list):
        return [text for each in node for text in mrkdwn(each)]
    return []


@pytest.mark.parametrize("name", STORIES)
def test_every_token_of_a_message_is_one_of_ours(name: str) -> None:
    story = STORIES[name]()
    for which, message in [*messages(story), *views(story)]:
        for text in [*mrkdwn(message.get("blocks")), str(message.get("text", ""))]:
            for token in TOKEN.findall(text):
                assert OURS.fullmatch(token), (which, token)


def test_no_bare_shout_is_left() -> None:
    story = STORIES["hostile"]()
    for which, message in messages(story):
        for text in [*mrkdwn(message.get("blocks")), message["text"]]:
            assert not re.search(r"@(here|channel|everyone)\b", text), which


def test_nobody_is_named_but_those_who_are_part_of_it() -> None:
    named = set()
    for _, message in messages(STORIES["hostile"]()):
        for text in texts(message.get("blocks")):
            named |= set(re.findall(r"<@(U[A-Z]+)>", text))

    # a headline is plain text, in which Slack resolves nothing
    assert named <= {ANN, BOB}
