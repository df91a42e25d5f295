"""What everything that handles Slack is handed: the way in, the record, Slack, people, settings."""

from dataclasses import dataclass, field
from functools import cached_property

from bot.domain.incident import Incident
from bot.domain.process import Process
from bot.engine.clockwork import Clock
from bot.engine.dispatcher import Dispatcher
from bot.engine.message_log import MessageLog
from bot.engine.tally import Tally
from bot.engine.throttling import Throttling
from bot.engine.workspaces import Workspaces
from bot.links import Signer
from bot.slack.calls import SlackCalls
from bot.slack.drafts import Drafts
from bot.slack.errands import Errands
from bot.slack.people import Directory
from bot.slack.provisional.known import KnownRooms
from bot.storage import queries
from bot.storage.database import Database
from bot.storage.queries import Viewer
from bot.storage.selves import Self


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Handed to every handler and performer."""

    me: Self
    clock: Clock
    database: Database
    dispatcher: Dispatcher
    calls: SlackCalls
    people: Directory
    workspaces: Workspaces
    tally: Tally
    word: str
    """The slash command, `/incident` unless another app owns it."""
    pages_url: str
    """Where the pages are, without a trailing slash."""
    pages_open: bool
    """Whether they show themselves to whoever comes, which nothing private ever does."""
    signer: Signer
    errands: Errands
    drafts: Drafts = field(default_factory=Drafts)
    known_rooms: KnownRooms = field(default_factory=KnownRooms)

    @property
    def process(self) -> Process:
        """The organisation's process."""
        return self.dispatcher.process

    @cached_property
    def throttling(self) -> Throttling:
        """What Slack asked all replicas to leave alone."""
        return Throttling(self.database)

    @cached_property
    def message_log(self) -> MessageLog:
        """The mirror of what is said in rooms."""
        return MessageLog(self.database)

    async def incident_of_room(self, channel: str) -> Incident | None:
        """Return the incident whose room a channel is."""
        stream = await self.database.read(
            lambda connection: queries.stream_of_room(connection, channel)
        )
        return None if stream is None else await self.dispatcher.current(stream)

    async def incident_numbered(self, viewer: Viewer, number: int) -> Incident | None:
        """Return the incident with a number, if the viewer may see it."""
        listed = await self.database.read(
            lambda connection: queries.by_number(connection, viewer, number)
        )
        return None if listed is None else await self.dispatcher.current(listed.stream)

    def page_of(self, incident: Incident) -> str:
        """Return the address of the incident's page, for everybody; it asks for a pass."""
        return f"{self.pages_url}/incidents/{incident.number}"

    def common_link(self, incident: Incident) -> str:
        """Return the address that a whole room is given; none where it would open for nobody.

        Open pages ask nobody for a pass, so they never learn that somebody may see what is private.
        """
        return "" if incident.private and self.pages_open else self.page_of(incident)

    def page_for(self, incident: Incident, user: str, part: str = "") -> str:
        """Return the address of the page, or of a part of it, signed for one person (12 h)."""
        signed = self.signer.sign(self.me.workspace, user, self.clock.now())
        return f"{self.page_of(incident)}{part}?pass={signed}"
