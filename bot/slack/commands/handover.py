"""`handover`: offer command to somebody, who then accepts."""

from bot.domain.commands import AcceptHandover, OfferHandover, RefuseHandover
from bot.slack.asking import Asked, Message
from bot.slack.commands.deeds import carry_out
from bot.slack.forms import handover as form
from bot.slack.recipients import standing
from bot.slack.typed import BadUsage, person_in
from bot.slack.word import Word

USAGE = "handover <@person>|accept|decline"


async def run(asked: Asked) -> Message | None:
    """Offer it, accept it, turn it down; without anything open the form."""
    typed = asked.text.strip().lower()
    if not typed:
        asked.open_view(form.view(asked))
        return None
    if typed == "accept":
        return await carry_out(asked, AcceptHandover())
    if typed == "decline":
        return await carry_out(asked, RefuseHandover())
    usage = f"{asked.desk.word} {USAGE}"
    person = person_in(asked.text, usage)
    if person is None:
        raise BadUsage(f"Say to whom: `{usage}`")
    if person == asked.desk.me.user:
        raise BadUsage("Muster commands nothing; name a person.")
    return await carry_out(asked, OfferHandover(to=person, standing=await standing(asked, person)))


WORD = Word(
    name="handover",
    usage=USAGE,
    does="Hand command over; it passes when the other person accepts.",
    run=run,
)
