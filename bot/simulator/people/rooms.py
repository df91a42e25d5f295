"""A person posts, reacts, pins, joins and leaves."""

from collections.abc import Callable, Sequence

from bot.simulator import composer, shapes
from bot.simulator.deeds import files as uploads
from bot.simulator.deeds import links, marks, messages, rooms
from bot.simulator.deeds.messages import Content
from bot.simulator.errors import CannotDo, SlackError
from bot.simulator.model import Channel, File, Message
from bot.simulator.people import contacts
from bot.simulator.people.presence import Presence

Which = Message | str  # a message, or its ts together with `in_`


class Talking(Presence):
    """Whatever needs no answer of the app. Slack's refusals become CannotDo."""

    # -- saying --------------------------------------------------------------------------

    async def posts(
        self,
        channel: str,
        text: str,
        *,
        thread: Which | None = None,
        files: Sequence[tuple[str, bytes]] = (),
        broadcast: bool = False,
    ) -> Message:
        """Type a message and send it; `files` are names with their bytes."""
        room = self._member_room(channel)
        parent = None if thread is None else self._which(thread, channel)
        elements = list(composer.pieces(self._workspace, text))
        flat = composer.flat(self._workspace, elements)
        blocks = [composer.rich_text_block(elements)] if text else None
        thread_ts = None if parent is None else parent.thread_ts or parent.ts
        if files:
            return uploads.share(
                self._workspace,
                room,
                tuple(self._uploaded(*each) for each in files),
                user=self.user.id,
                comment=flat,
                thread_ts=thread_ts,
                blocks=blocks,
            )
        said = messages.post(
            self._workspace,
            room,
            Content(text=flat, blocks=blocks),
            user=self.user.id,
            thread_ts=thread_ts,
            broadcast=broadcast,
        )
        links.tell(self._workspace, room, said)
        return said

    def _uploaded(self, name: str, content: bytes) -> File:
        file = uploads.announce(self._workspace, name=name, size=len(content), user=self.user.id)
        uploads.receive(self._workspace, file, content)
        return file

    async def edits(self, which: Which, text: str, *, in_: str | None = None) -> None:
        """Change one's own message."""
        said, room = self._own(which, in_)
        elements = list(composer.pieces(self._workspace, text))
        before = shapes.message(self._workspace, said)
        said.blocks = messages.with_block_ids([composer.rich_text_block(elements)], said.ts[-5:])
        messages.edit_text(
            self._workspace,
            room,
            said,
            composer.flat(self._workspace, elements),
            user=self.user.id,
            before=before,
        )

    async def deletes(self, which: Which, *, in_: str | None = None) -> None:
        """Delete one's own message; an admin may delete anybody's."""
        said = self._which(which, in_)
        if said.user != self.user.id and not self.user.is_admin:
            raise CannotDo(f"{self.user.name} cannot delete what others said")
        messages.delete(self._workspace, self._room_of(said), said)

    # -- marking -------------------------------------------------------------------------

    async def reacts(self, name: str, *, to: Which, in_: str | None = None) -> None:
        """Set a reaction, named without colons."""
        said = self._which(to, in_)
        self._do(lambda: marks.react(self._workspace, said, name, user=self.user.id))

    async def unreacts(self, name: str, *, to: Which, in_: str | None = None) -> None:
        """Take one's reaction back."""
        said = self._which(to, in_)
        self._do(lambda: marks.unreact(self._workspace, said, name, user=self.user.id))

    async def pins(self, which: Which, *, in_: str | None = None) -> None:
        """Pin a message."""
        said = self._which(which, in_)
        room = self._room_of(said)
        self._do(lambda: marks.pin(self._workspace, room, said, user=self.user.id))

    async def unpins(self, which: Which, *, in_: str | None = None) -> None:
        """Take a pin away, whoever set it."""
        said = self._which(which, in_)
        room = self._room_of(said)
        self._do(lambda: marks.unpin(self._workspace, room, said, user=self.user.id))

    # -- coming and going ----------------------------------------------------------------

    async def joins(self, channel: str) -> None:
        """Join a public channel."""
        room = self.room(channel)
        if room.is_private or room.is_archived:
            raise CannotDo(f"#{room.name} cannot be joined")
        if not room.is_member(self.user.id):
            rooms.join(self._workspace, room, self.user.id)

    async def leaves(self, channel: str) -> None:
        """Leave a channel."""
        room = self._channel(channel)
        if room.is_general:
            raise CannotDo("nobody leaves #general")
        rooms.leave(self._workspace, room, self.user.id)

    async def invites(self, name: str, channel: str) -> None:
        """Bring somebody, or the app, into a channel."""
        room = self._channel(channel)
        if self._is_app(name):
            other = self._workspace.users[self._workspace.bot.user_id]
        else:
            other = self._workspace.user_named(name)
        if other.deleted or (other.is_stranger and not room.is_shared):
            raise CannotDo(f"{other.name} cannot be invited to #{room.name}")
        if not room.is_member(other.id):
            rooms.join(self._workspace, room, other.id, inviter=self.user.id)

    async def removes(self, name: str, channel: str) -> None:
        """Take somebody out of a channel."""
        room = self._channel(channel)
        other = self._workspace.bot.user_id if self._is_app(name) else ""
        user = other or self._workspace.user_named(name).id
        rooms.leave(self._workspace, room, user, by=self.user.id)

    async def makes(self, channel: str, *, is_private: bool = False) -> Channel:
        """Make a channel."""
        self._may_manage()
        made: list[Channel] = []
        self._do(
            lambda: made.append(
                rooms.create(self._workspace, channel, user=self.user.id, is_private=is_private)
            )
        )
        return made[0]

    async def archives(self, channel: str) -> None:
        """Close a channel."""
        self._may_manage()
        room = self._channel(channel)
        if room.is_general:
            raise CannotDo("#general cannot be archived")
        rooms.archive(self._workspace, room, user=self.user.id)

    async def unarchives(self, channel: str) -> None:
        """Open an archived channel again."""
        self._may_manage()
        room = self.room(channel)
        if not room.is_archived:
            raise CannotDo(f"#{room.name} is not archived")
        rooms.unarchive(self._workspace, room, user=self.user.id)

    async def renames(self, channel: str, name: str) -> None:
        """Give a channel another name: its creator or an admin may."""
        room = self._channel(channel)
        if room.creator != self.user.id and not self.user.is_admin:
            raise CannotDo(f"{self.user.name} cannot rename #{room.name}")
        self._do(lambda: rooms.rename(self._workspace, room, name, user=self.user.id))

    async def sets_topic(self, channel: str, topic: str) -> None:
        """Set the topic."""
        room = self._member_room(channel)
        self._do(lambda: rooms.set_topic(self._workspace, room, topic, user=self.user.id))

    # -- details -------------------------------------------------------------------------

    def _may_manage(self) -> None:
        self._is_active()
        if contacts.is_guest(self.user):
            raise CannotDo(f"{self.user.name} is a guest")

    def _do(self, deed: Callable[[], None]) -> None:
        self._is_active()
        try:
            deed()
        except SlackError as refused:
            raise CannotDo(refused.error) from refused

    def _which(self, which: Which, in_: str | None) -> Message:
        """The message meant, where this person is a member."""
        if isinstance(which, Message):
            room = self._room_of(which)
        elif in_ is not None:
            room = self.room(in_)
        else:
            room = self._only_room_with(which)
        ts = which.ts if isinstance(which, Message) else which
        said = room.messages.get(ts)
        if said is None or said.subtype == "tombstone":
            raise CannotDo("that message is not there any more")
        if not room.is_member(self.user.id):
            raise CannotDo(f"{self.user.name} is not in {self._called(room)}")
        return said

    def _only_room_with(self, ts: str) -> Channel:
        """A ts is unique within its channel only; without a channel it must happen to be so."""
        rooms_with = [
            room
            for room in self._workspace.channels.values()
            if ts in room.messages and room.is_member(self.user.id)
        ]
        if len(rooms_with) != 1:
            raise CannotDo(f"{len(rooms_with)} channels have a message {ts}: say which, with in_=")
        return rooms_with[0]

    def _own(self, which: Which, in_: str | None) -> tuple[Message, Channel]:
        said = self._which(which, in_)
        if said.user != self.user.id:
            raise CannotDo(f"that is not a message of {self.user.name}")
        return said, self._room_of(said)

    def _room_of(self, said: Message) -> Channel:
        return self._workspace.channels[said.channel]
