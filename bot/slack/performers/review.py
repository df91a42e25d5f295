"""The review document: compiled from the record whenever that has changed."""

from bot.domain import effects as f
from bot.domain.commands import Command
from bot.domain.incident import Incident
from bot.engine import reviews
from bot.engine.carrying import Carrying
from bot.engine.verdicts import GiveUp
from bot.slack.desk import Desk
from bot.slack.performers.common import the_incident
from bot.storage.reviews import Terms

_STRANGERS = 20
"""How many people Slack is asked about at the most; the others keep their ids."""


async def compile_review(desk: Desk, effect: f.CompileReview, carrying: Carrying) -> Command | None:
    """Compile the review as the record stands now, and keep it."""
    incident = the_incident(carrying)
    await _get_to_know(desk, incident)
    terms = Terms(
        process=desk.process,
        compiled_at=carrying.now,
        page=desk.page_of(incident),
        archive=desk.me.url,
        word=desk.word,
        itself=frozenset({desk.me.user, desk.me.bot}),
    )
    outcome = await reviews.compile_review(desk.database, effect.stream, terms)
    if outcome is None:
        raise GiveUp("The incident is gone.", quiet=True)
    return outcome


async def _get_to_know(desk: Desk, incident: Incident) -> None:
    """See that the participants have names; for people whom the bot has met that costs nothing."""
    strangers = [
        user
        for user in sorted(incident.responders)
        if desk.people.name(incident.workspace, user) == user
    ]
    for user in strangers[:_STRANGERS]:
        await desk.people.person(incident.workspace, user)
