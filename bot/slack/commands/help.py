"""`help`: every word there is, or one of them."""

from collections.abc import Sequence

from bot.slack.asking import Asked, Message
from bot.slack.messages.lists import help_text
from bot.slack.typed import first_word, no_such_word
from bot.slack.word import Word


def word(groups: Sequence[tuple[str, Sequence[Word]]]) -> Word:
    """Return the word that explains these, by what one wants to do, and itself."""

    async def run(asked: Asked) -> Message | None:
        explained = [*groups, ("Read this again", [itself])]
        name, _ = first_word(asked.readable(asked.text))
        if name:
            words = {known.name: known for _, group in explained for known in group if known.name}
            if name.lower() not in words:
                raise no_such_word(name, words, asked.desk.word)
            explained = [("What you can type", [words[name.lower()]])]
        told = [
            (title, [(known.usage, known.does) for known in group if known.name])
            for title, group in explained
        ]
        return help_text(told, asked.desk.word)

    itself = Word(
        name="help",
        usage="help [word]",
        does="Read what each word does.",
        run=run,
        in_incident=False,
        anywhere=True,
    )
    return itself
