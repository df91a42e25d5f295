"""`edit`: change what an incident says about itself, and when things really were."""

from bot.domain import commands as c
from bot.domain.nearest import did_you_mean
from bot.domain.refusals import quoted
from bot.domain.values import Text
from bot.slack.asking import Asked, Message
from bot.slack.commands.deeds import carry_out
from bot.slack.forms import edit as form
from bot.slack.typed import BadUsage, first_word, past_moment
from bot.slack.word import Word

USAGE = "edit [title|summary|impact|category|services|started|mitigated|… <value>]"
_TEXTS = ("title", "summary", "impact", "category", "services")


async def run(asked: Asked) -> Message | None:
    """Change one thing when it is named; otherwise open the form."""
    name, rest = first_word(asked.text)
    if not name:
        asked.open_view(form.view(asked))
        return None
    return await carry_out(asked, _command(asked, name.lower(), rest))


def _command(asked: Asked, name: str, rest: str) -> c.Edit | c.CorrectMilestone:
    usage = f"Usage: `{asked.desk.word} {USAGE}`"
    milestone = next((m for m in form.MILESTONES if m == name), None)
    if name not in _TEXTS and milestone is None:
        hint = did_you_mean(name, [*_TEXTS, *form.MILESTONES])
        raise BadUsage(f"{quoted(name, 40)} cannot be edited{hint or '.'} {usage}")
    if not rest:
        raise BadUsage(f"Say what {name} is to be. {usage}")
    if milestone is not None:
        at = past_moment(rest, asked.zone, asked.desk.clock.now())
        return c.CorrectMilestone(milestone=milestone, at=at)
    text = asked.readable(rest)
    match name:
        case "title":
            return c.Edit(title=Text(text))
        case "summary":
            return c.Edit(summary=Text(text))
        case "impact":
            return c.Edit(impact=Text(text))
        case "category":
            return c.Edit(category=text)
        case _:
            return c.Edit(services=tuple(s.strip() for s in text.split(",") if s.strip()))


WORD = Word(
    name="edit",
    usage=USAGE,
    does="Correct title, summary, impact, category, services, or when something really was.",
    run=run,
)
