"""`retry`: try again what the bot had to give up."""

from bot.domain.commands import RetryEffect
from bot.domain.refusals import NotNow
from bot.slack.asking import Asked, Message
from bot.slack.messages.worklists import retried
from bot.slack.word import Word


async def run(asked: Asked) -> Message | None:
    """Try everything again that failed; each can also be retried by its button on the card."""
    incident = asked.the_incident()
    if not incident.failures:
        raise NotNow(f"Nothing of {incident.name} has failed.")
    retries = [RetryEffect(effect=effect) for effect in incident.failures]
    return await asked.deliver(*retries, answer=lambda _: retried(incident))


WORD = Word(
    name="retry",
    usage="retry",
    does="Try again what could not be done: the room, an invitation, a message.",
    run=run,
)
