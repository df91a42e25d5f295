"""Slash commands, shortcuts and the App Home, as a person uses them."""

from dataclasses import dataclass
from typing import Literal

from bot.simulator import answers, composer, interactions, shapes
from bot.simulator.deeds import dms, messages
from bot.simulator.deeds.messages import Content
from bot.simulator.errors import CannotDo, SlackError
from bot.simulator.model import Channel, Json, Message, View
from bot.simulator.people.acting import Acting, Outcome
from bot.simulator.people.presence import Seen
from bot.simulator.transport import Answer


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """What Slack shows after a slash command.

    `text` is the acknowledgement as the person reads it, or Slack's own words when it failed
    (then `error` holds the reason as well); `view` is the modal that was opened meanwhile.
    """

    text: str = ""
    error: str = ""
    shown: Seen | None = None
    view: View | None = None

    def __str__(self) -> str:
        return self.text

    def __contains__(self, words: str) -> bool:
        return words in self.text


Tab = Literal["home", "messages"]
FAILED = {
    "timeout": "operation_timeout",
    "unreachable": "dispatch_failed",
    "failed": "dispatch_failed",
}


class Commanding(Acting):
    """Whatever a person starts that the app must answer."""

    async def types(self, channel: str, line: str) -> Reply:
        """Type a slash command and send it; returns once Slack knows what to show."""
        if not line.startswith("/"):
            raise CannotDo(f"{line!r} is no command; to say something, use posts()")
        room = self._member_room(channel)
        command, _, rest = line.partition(" ")
        commands, bot = self._workspace.app.commands, self._workspace.bot
        unknown = commands is not None and command not in commands
        if unknown or not bot.is_installed or "commands" not in self._workspace.scopes:
            return self._told(room, f"`{command}` is not a valid command.", "invalid_command")
        trigger = self._backstage.triggers.mint(self.user.id, room.id)
        payload = interactions.slash_command(
            self._workspace,
            self.user,
            room,
            command,
            self._escaped(command, rest.strip()),
            response_url=self._backstage.response_urls.mint("commands", self.user, room),
            trigger=trigger,
        )
        answer = await self._backstage.deliveries.ask("slash_commands", payload)
        opened = self._workspace.view(trigger.opened) if trigger.opened else None
        return self._shown(room, line, answer, opened)

    def _escaped(self, command: str, typed: str) -> str:
        commands = self._workspace.app.commands
        if commands is not None and not commands[command]:
            return typed
        elements = list(composer.pieces(self._workspace, typed))
        return composer.flat(self._workspace, elements, labels=True)

    def _shown(self, room: Channel, line: str, answer: Answer, opened: View | None) -> Reply:
        command = line.split(" ", 1)[0]
        if answer.outcome != "acknowledged":
            return self._failed(room, command, FAILED[answer.outcome])
        body = answer.body or {}
        public = body.get("response_type") == "in_channel"
        if public:
            messages.post(self._workspace, room, Content(text=composer.escape(line)), user=self.id)
        try:
            content = answers.content(body)
        except SlackError as refused:
            return self._failed(room, command, refused.error)
        if content is None:
            return Reply(view=opened)
        shown = interactions.show(self._workspace, room, content, self.user.id, in_channel=public)
        return Reply(text=self.words_of(shown), shown=shown, view=opened)

    def _failed(self, room: Channel, command: str, reason: str) -> Reply:
        return self._told(room, f'{command} failed with the error "{reason}"', reason)

    def _told(self, room: Channel, text: str, reason: str) -> Reply:
        """Slack says by itself why nothing came of a command."""
        shown = messages.post_ephemeral(
            self._workspace, room, Content(text=text), user=self.user.id, by_slack=True
        )
        return Reply(text=text, error=reason, shown=shown)

    async def uses_shortcut(self, callback_id: str) -> Outcome:
        """Use a global shortcut."""
        self._is_active()
        trigger = self._backstage.triggers.mint(self.user.id)
        payload = {
            **interactions.common(self._workspace, "shortcut", self.user, trigger),
            "callback_id": callback_id,
            "action_ts": self._workspace.mint_event_ts(),
        }
        return self._outcome(await self._backstage.deliveries.ask("interactive", payload), trigger)

    async def uses_message_shortcut(
        self, callback_id: str, which: Message | str, channel: str | None = None
    ) -> Outcome:
        """Use an entry of a message's menu; a ts needs its channel."""
        self._is_active()
        room = (
            self._workspace.channels[which.channel]
            if isinstance(which, Message)
            else (self.room(channel or ""))
        )
        said = which if isinstance(which, Message) else room.messages.get(which)
        if said is None:
            raise CannotDo("that message is not there")
        trigger = self._backstage.triggers.mint(self.user.id, room.id)
        payload: Json = {
            **interactions.common(self._workspace, "message_action", self.user, trigger),
            "callback_id": callback_id,
            "action_ts": self._workspace.mint_event_ts(),
            "message_ts": said.ts,
            "message": shapes.message(self._workspace, said),
            "channel": {"id": room.id, "name": interactions.channel_name(room)},
            "response_url": self._response_url("app", said),
        }
        return self._outcome(await self._backstage.deliveries.ask("interactive", payload), trigger)

    async def opens_home(self, tab: Tab = "home") -> View | None:
        """Open the App Home, as last published, or its messages; the app hears of it each time."""
        self._is_active()
        if self._workspace.bot.standing == "absent":
            raise CannotDo("the app is not installed in this workspace")
        if tab == "messages" and not self._workspace.app.messages_tab:
            raise CannotDo("the app has no messages tab: its manifest says so")
        room = dms.with_app(self._workspace, self.user.id)
        event: Json = {
            "type": "app_home_opened",
            "user": self.user.id,
            "channel": room.id,
            "tab": tab,
            "event_ts": self._workspace.mint_event_ts(),
        }
        if self.home is not None and tab == "home":
            event["view"] = shapes.view(self._workspace, self.home)
        self._workspace.happened(event)
        return self.home
