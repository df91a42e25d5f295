"""`followup`: work that remains after the incident."""

from bot.domain.commands import AddFollowup, FinishFollowup
from bot.domain.values import Text
from bot.slack.asking import Asked, Message
from bot.slack.commands.deeds import carry_out
from bot.slack.forms import followup as form
from bot.slack.messages.worklists import followup_list
from bot.slack.typed import (
    BadUsage,
    due_day,
    first_person,
    first_word,
    plain_number,
    split_flags,
)
from bot.slack.word import Word

USAGE = "followup [add <text> [@owner] [--due 2026-07-01|3d]|done <number>|list]"


async def run(asked: Asked) -> Message | None:
    """Add one, finish one, list them; without anything open the form."""
    usage = f"{asked.desk.word} {USAGE}"
    verb, rest = first_word(asked.text)
    match verb.lower():
        case "":
            asked.open_view(form.view(asked))
            return None
        case "add" if rest:
            return await carry_out(asked, _added(asked, rest, usage))
        case "add":
            asked.open_view(form.view(asked))
            return None
        case "list":
            return followup_list(asked.the_incident())
        case "done":
            number = plain_number(rest)
            if number is None:
                raise BadUsage(f"Say which follow-up, by its number. Usage: `{usage}`")
            return await carry_out(asked, FinishFollowup(number=number))
        case _:
            raise BadUsage(f"Usage: `{usage}`")


def _added(asked: Asked, rest: str, usage: str) -> AddFollowup:
    """The owner is whoever is mentioned first; everything else is the text."""
    owner, line = first_person(rest)
    typed = split_flags(line, {"due": True}, usage, free=True, readable=asked.readable)
    due = typed.flag("due")
    day = due_day(due, asked.zone, asked.desk.clock.now()) if due else None
    return AddFollowup(text=Text(typed.text), owner=owner, due=day)


WORD = Word(
    name="followup",
    usage=USAGE,
    does="Note work for afterwards, with an owner and a day; it goes into the review.",
    run=run,
)
