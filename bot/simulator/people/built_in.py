"""Slack's built-in slash commands, which no app receives: /invite, /leave, /topic."""

import re

from bot.simulator.errors import CannotDo, SlackError
from bot.simulator.people.commands import Commanding, Reply
from bot.simulator.people.rooms import Talking

BUILT_IN = ("/invite", "/leave", "/topic")
MENTION = re.compile(r"<@(\w+)(?:\|[^>]*)?>")


class Typing(Commanding, Talking):
    """Whoever types: a command of Slack's own, of the app's, or words."""

    async def types(self, channel: str, line: str) -> Reply:
        """Type a slash command and send it; returns once Slack knows what to show."""
        command, _, rest = line.partition(" ")
        offered = self._workspace.app.commands or {}
        if command not in BUILT_IN or command in offered:
            return await super().types(channel, line)
        room = self._member_room(channel)
        try:
            await self._do_by_itself(room.id, command, rest.strip())
        except (CannotDo, LookupError, SlackError) as why:
            return self._told(room, f"`{command}` did not work: {why}.", "not_done")
        return Reply()

    async def _do_by_itself(self, room: str, command: str, typed: str) -> None:
        match command:
            case "/leave":
                await self.leaves(room)
            case "/topic":
                await self.sets_topic(room, typed)
            case _ if not typed:
                raise CannotDo("say whom, as in /invite @bob")
            case _:
                for name in typed.split():
                    await self.invites(self._meant(name), room)

    def _meant(self, name: str) -> str:
        """The name that a mention stands for."""
        found = MENTION.fullmatch(name)
        user = self._workspace.users.get(found[1] if found else name)
        plain = f"@{user.name}" if user else f"@{name.removeprefix('@')}"
        return plain if self._is_app(plain) else plain.removeprefix("@")
