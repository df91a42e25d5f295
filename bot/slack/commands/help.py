"""`help`: every word there is, or one of them."""

from collections.abc import Sequence

from bot.domain.nearest import did_you_mean
from bot.domain.refusals import quoted
from bot.slack.asking import Asked, Message, Word
from bot.slack.messages.lists import help_text
from bot.slack.typed import BadUsage, first_word


def word(others: Sequence[Word]) -> Word:
    """Return the word that explains these and itself."""

    async def run(asked: Asked) -> Message | None:
        explained = [known for known in (*others, itself) if known.name]
        name, _ = first_word(asked.readable(asked.text))
        if name:
            names = [known.name for known in explained]
            explained = [known for known in explained if known.name == name.lower()]
            if not explained:
                hint = did_you_mean(name, names) or "."
                raise BadUsage(
                    f"There is no word {quoted(name, 40)}{hint} "
                    f"`{asked.desk.word} help` shows all of them."
                )
        return help_text([(known.usage, known.does) for known in explained], asked.desk.word)

    itself = Word(
        name="help",
        usage="help [word]",
        does="Read what each word does.",
        run=run,
        in_incident=False,
    )
    return itself
