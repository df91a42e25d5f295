"""What a person sees, and where they are looking."""

from collections.abc import Iterator

from bot.simulator import rendering
from bot.simulator.backstage import Backstage
from bot.simulator.deeds import dms
from bot.simulator.errors import CannotDo
from bot.simulator.model import Channel, Ephemeral, Message, User, View
from bot.simulator.people import contacts
from bot.simulator.workspace import PATIENCE, Workspace

Seen = Message | Ephemeral


class Presence:
    """A person in the workspace, with a screen."""

    def __init__(self, backstage: Backstage, user: User) -> None:
        self._backstage = backstage
        self.user = user

    def __repr__(self) -> str:
        return f"<{self.user.name}>"

    @property
    def id(self) -> str:
        """The user id."""
        return self.user.id

    @property
    def mention(self) -> str:
        """How text mentions them."""
        return f"<@{self.user.id}>"

    @property
    def _workspace(self) -> Workspace:
        return self._backstage.workspace

    # -- finding one's way ---------------------------------------------------------------

    def room(self, name: str) -> Channel:
        """The channel of that name or id as far as this person knows it.

        `@bob` is their DM with bob, `@bob @carol` a group DM, `@app` their DM with the app; each
        is there from the first time on.
        """
        self._is_active()
        if name.startswith("@") or self._is_app(name):
            return contacts.direct_message(self._workspace, self.user, name)
        try:
            room = self._workspace.channel_named(name)
        except LookupError as unknown:
            raise CannotDo(str(unknown)) from None
        if not self.knows(room):
            raise CannotDo(f"{self.user.name} cannot see {self._called(room)}")
        return room

    def _is_app(self, name: str) -> bool:
        return contacts.is_app(self._workspace, name)

    def _called(self, room: Channel) -> str:
        return dms.called(self._workspace, room, self.user.id)

    def knows(self, room: Channel) -> bool:
        """Whether the channel exists for this person: their own, and public ones unless a guest."""
        if room.is_member(self.user.id):
            return True
        return not (room.is_private or room.kind != "channel" or contacts.is_guest(self.user))

    def _member_room(self, name: str) -> Channel:
        room = self.room(name)
        if not room.is_member(self.user.id):
            raise CannotDo(f"{self.user.name} is not in {self._called(room)}")
        if room.is_archived:
            raise CannotDo(f"{self._called(room)} is archived")
        if room.kind == "im":
            for each in dms.others(self._workspace, room, self.user.id):
                if each.deleted:
                    raise CannotDo(f"{each.name} is deactivated and reads nothing any more")
        return room

    def _channel(self, name: str) -> Channel:
        """A channel that people come to and leave; a DM is for those whom it began with."""
        room = self._member_room(name)
        if room.kind != "channel":
            raise CannotDo(
                f"{self._called(room)} stays with those who are in it; "
                "open another, or make a channel"
            )
        return room

    def _is_active(self) -> None:
        if self.user.deleted:
            raise CannotDo(f"{self.user.name} is deactivated")

    # -- seeing --------------------------------------------------------------------------

    def screen(self, channel: str) -> list[Seen]:
        """Everything visible in a channel, threads included, oldest first."""
        room = self.room(channel)
        ephemerals = [
            each
            for each in self._workspace.ephemerals
            if each.channel == room.id and each.user == self.user.id
        ]
        return sorted([*room.messages.values(), *ephemerals], key=lambda each: each.ts)

    def sees(self, channel: str) -> str:
        """The channel as lines of plain text, replies marked with an arrow."""
        return "\n".join(self.reads(each) for each in self.screen(channel))

    def sees_home(self) -> str:
        """The App Home as lines of plain text."""
        home = self.home
        if home is None:
            return ""
        return rendering.render_blocks(self._workspace, home.body["blocks"], self.user)

    @property
    def home(self) -> View | None:
        """The App Home as last published."""
        return self._workspace.homes.get(self.user.id)

    def reads(self, seen: Seen) -> str:
        """One message as this person reads it, with its author and marks."""
        shown = self.words_of(seen)
        arrow = "↳ " if seen.thread_ts and seen.thread_ts != seen.ts else ""
        if isinstance(seen, Ephemeral):
            return f"{arrow}(only you) {shown}"
        author = self._workspace.users[seen.user]
        name = seen.username or author.display_name or author.real_name
        edited = " (edited)" if seen.edited else ""
        files = "".join(f"\n[{self._workspace.files[each].title}]" for each in seen.files)
        marks = " ".join(f":{mark}: {len(users)}" for mark, users in seen.reactions.items())
        return f"{arrow}{name}: {shown}{edited}{files}{chr(10) if marks else ''}{marks}"

    def words_of(self, seen: Seen) -> str:
        """What a message says, without who said it."""
        return rendering.content(
            self._workspace,
            self.user,
            text=seen.text,
            blocks=seen.blocks,
            attachments=seen.attachments,
            marked=isinstance(seen, Ephemeral) or seen.mrkdwn,
        )

    async def waits_to_see(self, words: str, *, in_: str, within: float = PATIENCE) -> Seen:
        """The newest message in the channel that holds these words, once there is one."""
        return await self._workspace.wait_for(
            lambda: self._with_words(words, in_),
            within=within,
            what=f"{words!r} in {in_} by {self.user.name}",
        )

    async def waits_for_home(self, words: str, *, within: float = PATIENCE) -> View:
        """The App Home, once it shows these words."""
        return await self._workspace.wait_for(
            lambda: self.home if words in self.sees_home() else None,
            within=within,
            what=f"{words!r} in the home of {self.user.name}",
        )

    def _with_words(self, words: str, channel: str) -> Seen | None:
        try:
            found = [each for each in self.screen(channel) if words in self.reads(each)]
        except CannotDo:  # not there yet, or not for them yet
            return None
        return found[-1] if found else None

    def _everything(self) -> Iterator[Seen]:
        """All this person can see anywhere, newest first."""
        seen: list[Seen] = [
            each
            for room in self._workspace.channels.values()
            if room.is_member(self.user.id)
            for each in room.messages.values()
        ]
        ephemerals = [each for each in self._workspace.ephemerals if each.user == self.user.id]
        yield from sorted([*seen, *ephemerals], key=lambda each: each.ts, reverse=True)
