"""`role`: take a role, give it to somebody, or put it down."""

from bot.domain.commands import DropRole, GiveRole, TakeRole
from bot.slack.asking import Asked, Message
from bot.slack.commands.deeds import carry_out
from bot.slack.forms import role as form
from bot.slack.recipients import standing
from bot.slack.typed import BadUsage, person_in, split_flags, without_people
from bot.slack.word import Word

USAGE = "role <role> [@person|none] [--over]"


async def run(asked: Asked) -> Message | None:
    """Take it, give it or drop it; without a role open the form."""
    usage = f"{asked.desk.word} {USAGE}"
    if not asked.text.strip():
        asked.open_view(form.view(asked))
        return None
    person = person_in(asked.text, usage)
    typed = split_flags(without_people(asked.text), {"over": False}, usage)
    role, _, last = typed.text.rpartition(" ")
    if not role or last.lower() not in {"none", "nobody", "me"}:
        role, last = typed.text, ""
    if not role:
        raise BadUsage(f"Say which role: `{usage}`")
    if last.lower() in {"none", "nobody"}:
        return await carry_out(asked, DropRole(role=role, user=person))
    if person is None or person == asked.actor.user:
        over = typed.flag("over") is not None
        return await carry_out(asked, TakeRole(role=role, over=over))
    if person == asked.desk.me.user:
        raise BadUsage("Muster plays no role; name a person.")
    return await carry_out(
        asked, GiveRole(role=role, to=person, standing=await standing(asked, person))
    )


WORD = Word(
    name="role",
    usage=USAGE,
    does="Take a role, give it to somebody, or put it down (none).",
    run=run,
)
