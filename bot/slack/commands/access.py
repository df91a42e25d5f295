"""`access`: ask to be let into a private incident, or let somebody in.

Whoever asks gets the same answer whether there is such an incident or not.
"""

from contextlib import suppress

from bot.domain.commands import AskAccess, KeepOut, LetIn
from bot.domain.permissions import NotKnownYet, may_see
from bot.domain.refusals import NotAllowed, NotNow, Refused
from bot.domain.values import Text
from bot.slack.asking import Asked, KeptForNewer, Message
from bot.slack.commands.deeds import carry_out
from bot.slack.messages.privacy import whatever_there_is
from bot.slack.messages.text import message, section
from bot.slack.typed import BadUsage, first_word, number_of, person_in, without_people
from bot.slack.word import Word
from bot.storage.queries import Viewer

USAGE = "access inc-42 [why]  or, in its room, access <@person> [no]"


async def run(asked: Asked) -> Message | None:
    """With a number, ask; with a person, let them in or not."""
    first, why = first_word(asked.text)
    number = number_of(first)
    if number is not None:
        return await _ask(asked, number, why)
    usage = f"{asked.desk.word} {USAGE}"
    person = person_in(asked.text, usage)
    if person is None or asked.incident is None:
        raise BadUsage(f"Say which incident you need to see: `{usage}`")
    refused = without_people(asked.text).lower() == "no"
    return await carry_out(asked, KeepOut(user=person) if refused else LetIn(user=person))


async def _ask(asked: Asked, number: int, why: str) -> Message:
    """Ask those inside, if there are any.

    Raises:
        NotAllowed: a guest asks.
        NotKnownYet: perhaps a guest asks.
        NotNow: the person can see the incident anyway.
    """
    if asked.actor.limited:
        raise NotAllowed
    if asked.actor.unknown:
        raise NotKnownYet
    everything = Viewer(workspace=asked.workspace, user=asked.actor.user, everything=True)
    incident = await asked.desk.incident_numbered(everything, number)
    if incident is not None:
        if may_see(incident, asked.actor.user):
            raise NotNow(
                f"You can see {incident.name} already: `{asked.desk.word} join inc-{number}` "
                "brings you into its room."
            )
        with suppress(Refused, KeptForNewer):  # to say why not would say that there is something
            await asked.about(incident).deliver(AskAccess(text=Text(asked.readable(why))))
    words = whatever_there_is(number)
    return message(words, section(words))


WORD = Word(
    name="access",
    usage=USAGE,
    does="Ask to be let into a private incident; inside, let somebody in.",
    run=run,
    in_incident=False,
)
