"""The words of these scenarios: what people do in a room, and what the bot has kept of it."""

from collections.abc import Awaitable
from dataclasses import dataclass

from bot.domain.incident import Incident
from bot.domain.state import Mark
from bot.domain.values import MessageRef
from bot.simulator.people import Person
from bot.simulator.workspace import Channel, Message
from bot.storage import messages
from bot.storage.messages import Said
from tests.people import World


@dataclass(frozen=True, kw_only=True)
class Room:
    """An incident's room, with Ann, who declared it, and Bob in it."""

    world: World
    id: str

    @property
    def ann(self) -> Person:
        return self.world.ann.hands

    @property
    def bob(self) -> Person:
        return self.world.bob.hands

    @property
    def channel(self) -> Channel:
        return self.world.sim.workspace.channels[self.id]

    async def after(self, *deeds: Awaitable[object]) -> None:
        """Let people act, one after the other, and wait for all that follows."""
        for deed in deeds:
            await deed
        await self.world.settles()

    async def hears(self, text: str, *, thread: Message | None = None) -> Message:
        """Bob says something."""
        message = await self.bob.posts(self.id, text, thread=thread)
        await self.world.settles()
        return message

    async def log(self) -> list[Said]:
        """What the bot has kept of what was said."""
        return await self.world.bot.database.read(lambda c: messages.of_room(c, self.id))

    async def texts(self) -> list[str]:
        """The words that stand in the log."""
        return [said.text for said in await self.log() if not said.deleted]

    async def incident(self) -> Incident:
        return await self.world.incident()

    async def mark_on(self, message: Message) -> Mark | None:
        """The message's place on the timeline, if it has one."""
        marks = (await self.incident()).marks
        return marks.get(MessageRef(channel=message.channel, ts=message.ts))

    def confirmed(self, message: Message) -> bool:
        """Whether the bot shows that the message is on the timeline."""
        bot = self.world.sim.workspace.bot.user_id
        return bot in self.channel.messages[message.ts].reactions.get("memo", [])

    def cards(self) -> list[Message]:
        """The bot's cards that stand in the room."""
        return [
            message
            for message in self.channel.messages.values()
            if message.by_app and "Post update" in str(message.blocks) and not message.is_reply
        ]


async def an_incident(world: World) -> Room:
    """Declare one, and bring Bob in."""
    await world.ann.says("/incident declare checkout is down --sev 2")
    view = await world.room(1)
    await world.bob.hands.joins(view.channel)
    await world.settles()
    return Room(world=world, id=view.channel)
