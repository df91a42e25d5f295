"""`decision`: put a decision on the record."""

from bot.domain.commands import RecordDecision
from bot.domain.values import Text
from bot.slack.asking import Asked, Message
from bot.slack.commands.deeds import carry_out
from bot.slack.forms import decision as form
from bot.slack.word import Word


async def run(asked: Asked) -> Message | None:
    """Record what was typed; otherwise open the form."""
    if not asked.text.strip():
        asked.open_view(form.view(asked))
        return None
    return await carry_out(asked, RecordDecision(text=Text(asked.readable(asked.text))))


WORD = Word(
    name="decision",
    usage="decision <text>",
    does="Record a decision with what was known when it was taken.",
    run=run,
)
