"""`help`: every word there is, or one of them."""

from collections.abc import Sequence

from bot.slack.asking import Asked, Message, Word
from bot.slack.messages.lists import help_text
from bot.slack.typed import first_word, no_such_word


def word(others: Sequence[Word]) -> Word:
    """Return the word that explains these and itself."""

    async def run(asked: Asked) -> Message | None:
        explained = [known for known in (*others, itself) if known.name]
        name, _ = first_word(asked.readable(asked.text))
        if name:
            names = [known.name for known in explained]
            explained = [known for known in explained if known.name == name.lower()]
            if not explained:
                raise no_such_word(name, names, asked.desk.word)
        return help_text([(known.usage, known.does) for known in explained], asked.desk.word)

    itself = Word(
        name="help",
        usage="help [word]",
        does="Read what each word does.",
        run=run,
        in_incident=False,
        anywhere=True,
    )
    return itself
