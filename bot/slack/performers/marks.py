"""The bot's own reaction on a message: it stands while the message is on the timeline."""

from bot.domain import effects as f
from bot.domain.commands import Command
from bot.domain.values import MessageRef
from bot.engine.carrying import Carrying
from bot.slack.calls import SlackSaidNo
from bot.slack.desk import Desk
from bot.slack.performers.common import if_it_matters, the_incident

_FINE = frozenset({"already_reacted", "no_reaction", "message_not_found"})


async def show_mark(desk: Desk, effect: f.ShowMark, carrying: Carrying) -> Command | None:
    """Add or remove the reaction, as the present state says."""
    ref = MessageRef(channel=effect.channel, ts=effect.ts)
    marked = ref in the_incident(carrying).marks
    try:
        await desk.calls.call(
            "reactions.add" if marked else "reactions.remove",
            channel=effect.channel,
            timestamp=effect.ts,
            name=desk.process.reactions.confirmed,
        )
    except SlackSaidNo as error:
        if error.error not in _FINE:
            raise if_it_matters(effect.label, error) from error
    return None
