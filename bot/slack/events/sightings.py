"""The bot's own posts as Slack tells of them: one that stands where its effect does not is a twin.

A replica that slept past its lease may send what another has sent meanwhile, and die. Its message
bears the id of its effect, and whoever hears of it sees that this stands elsewhere already.
"""

from collections.abc import Mapping
from typing import Any

from bot.domain.values import Place
from bot.engine.twins import sighted
from bot.slack.desk import Desk
from bot.slack.effect_ids import effect_of
from bot.slack.events.reading import is_own


async def look(desk: Desk, event: Mapping[str, Any]) -> None:
    """Owe the removal of a message that the bot sent late.

    Raises:
        DatabaseAway: it cannot be told; Slack delivers it again.
    """
    effect_id = effect_of(event)
    if effect_id is None or event.get("subtype") or not is_own(event, desk.me):
        return
    place = Place(channel=str(event["channel"]), item=str(event["ts"]))
    if await sighted(desk.database, effect_id, place, desk.clock.now()):
        desk.dispatcher.wake()
