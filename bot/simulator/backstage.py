"""Everything behind the pretend Slack's counter, in one hand."""

from dataclasses import dataclass

from bot.simulator.deeds.scheduling import Scheduler
from bot.simulator.delivery import Deliveries
from bot.simulator.faults import Faults
from bot.simulator.finding import Finder
from bot.simulator.http_delivery import HttpDelivery
from bot.simulator.installing import Installs
from bot.simulator.interactions import ResponseUrls, Triggers
from bot.simulator.limits import Limits
from bot.simulator.record import Record
from bot.simulator.socket_mode import SocketMode
from bot.simulator.workspace import Workspace


@dataclass(kw_only=True, slots=True)
class Backstage:
    """What the server, the methods and the people share."""

    workspace: Workspace
    record: Record
    faults: Faults
    limits: Limits
    sockets: SocketMode
    http: HttpDelivery
    deliveries: Deliveries
    triggers: Triggers
    response_urls: ResponseUrls
    installs: Installs
    scheduler: Scheduler
    finder: Finder
    latency: float = 0.0  # seconds added to every API call
    allows_twins: bool = False  # two channels of one name when created at once, as Slack may
    short_pages: bool = False  # pages hold fewer than was asked for, and more comes, as Slack may
    share_after: float = 0.0  # seconds from files.completeUploadExternal until a file is shared


def set_up(workspace: Workspace) -> Backstage:
    """Put everything in its place for a workspace; the app is reached over Socket Mode at first."""
    record, faults = Record(workspace), Faults()
    sockets = SocketMode(workspace, record)
    return Backstage(
        workspace=workspace,
        record=record,
        faults=faults,
        limits=Limits(),
        sockets=sockets,
        http=HttpDelivery(workspace),
        deliveries=Deliveries(workspace, record, faults, sockets),
        triggers=Triggers(workspace.chance),
        response_urls=ResponseUrls(workspace),
        installs=Installs(workspace),
        scheduler=Scheduler(workspace),
        finder=Finder(workspace),
    )
