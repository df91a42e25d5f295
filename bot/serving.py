"""What serves people: it is made all at once, as soon as it is known who the bot is."""

from dataclasses import dataclass

from bot.beginning import Beginning
from bot.engine.courier import Courier
from bot.slack.catching_up import CatchUp
from bot.slack.desk import Desk
from bot.slack.provisional.sweeping import Adoption


@dataclass(frozen=True, kw_only=True)
class Serving:
    """The desk where people are answered, and what works beside it."""

    desk: Desk
    courier: Courier
    beginning: Beginning
    catch_up: CatchUp
    adoption: Adoption

    @property
    def busy(self) -> bool:
        """Whether anything is being handled or carried right now."""
        return self.desk.errands.busy or self.courier.busy

    async def rested(self) -> None:
        """Return once nothing is being handled, carried, or due."""
        await self.desk.errands.drain()
        await self.beginning.done.wait()
        await self.adoption.rested()
        await self.catch_up.rested()
        await self.desk.calls.reach.looked()
        await self.courier.rested()
