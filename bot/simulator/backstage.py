"""What the server, the methods and the people of a workspace share, and where to find it."""

from dataclasses import dataclass, field, replace

from bot.simulator.deeds.scheduling import Scheduler
from bot.simulator.delivery import Deliveries
from bot.simulator.faults import Faults
from bot.simulator.finding import Finder
from bot.simulator.http_delivery import HttpDelivery
from bot.simulator.installing import Installs
from bot.simulator.interactions import ResponseUrls, Triggers
from bot.simulator.limits import Limits
from bot.simulator.record import Record
from bot.simulator.rotation import Rotation
from bot.simulator.socket_mode import SocketMode
from bot.simulator.workspace import Workspace


@dataclass(kw_only=True, slots=True)
class Backstage:
    """What the server, the methods and the people of one workspace share.

    From `record` on it is the same for all workspaces: what belongs to the app, not to a team.
    """

    workspace: Workspace
    triggers: Triggers
    response_urls: ResponseUrls
    scheduler: Scheduler
    finder: Finder
    record: Record
    faults: Faults
    limits: Limits
    sockets: SocketMode
    http: HttpDelivery
    deliveries: Deliveries
    installs: Installs
    rotation: Rotation


@dataclass(kw_only=True, slots=True)
class Directory:
    """Finds the workspace that a request is for: by its token, or by the team in its address."""

    by_team: dict[str, Backstage] = field(default_factory=dict)
    by_token: dict[str, Backstage] = field(default_factory=dict)

    @property
    def first(self) -> Backstage:
        """The workspace that answers requests which belong to none in particular."""
        return next(iter(self.by_team.values()))

    def meant(self, token: str) -> Backstage | None:
        """The workspace of that bot token, valid or expired."""
        found = self.by_token.get(token)
        if found is None and self.first.workspace.app.rotates:
            backstages = self.by_team.values()
            return next((each for each in backstages if each.workspace.bot.owns(token)), None)
        return found

    def open(self, workspace: Workspace) -> Backstage:
        """Add a workspace of the app."""
        backstage = beside(self.first, workspace) if self.by_team else set_up(workspace)
        backstage.deliveries.hear(workspace)
        workspace.ground.workspaces[workspace.team.id] = workspace
        self.by_team[workspace.team.id] = self.by_token[workspace.bot.token] = backstage
        return backstage


def set_up(workspace: Workspace) -> Backstage:
    """Build the first workspace's backstage; the app is reached over Socket Mode."""
    ground = workspace.ground
    record, faults, limits = Record(ground), Faults(), Limits()
    sockets = SocketMode(ground, record)
    return Backstage(
        workspace=workspace,
        triggers=Triggers(ground.chance),
        response_urls=ResponseUrls(workspace),
        scheduler=Scheduler(workspace),
        finder=Finder(workspace),
        record=record,
        faults=faults,
        limits=limits,
        sockets=sockets,
        http=HttpDelivery(ground),
        deliveries=Deliveries(ground, record, faults, limits, sockets),
        installs=Installs(ground),
        rotation=Rotation(ground),
    )


def beside(first: Backstage, workspace: Workspace) -> Backstage:
    """Build a further workspace's backstage, which shares what the app has only once."""
    return replace(
        first,
        workspace=workspace,
        triggers=Triggers(workspace.ground.chance),
        response_urls=ResponseUrls(workspace),
        scheduler=Scheduler(workspace),
        finder=Finder(workspace),
    )
