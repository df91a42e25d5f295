"""The initial content of a workspace: people, channels, a user group, the app."""

import re
import string

from bot.simulator.deeds import staff
from bot.simulator.errors import WrongOrder
from bot.simulator.model import App, Bot, Channel, Team, User, Usergroup
from bot.simulator.workspace import Ground, Workspace

EVERY_SCOPE = frozenset(
    [
        "app_mentions:read",
        "bookmarks:read",
        "bookmarks:write",
        "canvases:read",
        "canvases:write",
        "channels:history",
        "channels:join",
        "channels:manage",
        "channels:read",
        "chat:write",
        "chat:write.customize",
        "chat:write.public",
        "commands",
        "dnd:read",
        "emoji:read",
        "files:read",
        "files:write",
        "groups:history",
        "groups:read",
        "groups:write",
        "im:history",
        "im:read",
        "im:write",
        "links.embed:write",
        "links:read",
        "links:write",
        "metadata.message:read",
        "mpim:history",
        "mpim:read",
        "mpim:write",
        "pins:read",
        "pins:write",
        "reactions:read",
        "reactions:write",
        "search:read.public",
        "team:read",
        "usergroups:read",
        "usergroups:write",
        "users.profile:read",
        "users:read",
        "users:read.email",
    ]
)
LONGEST_NAME = 80
MOST_WORKSPACES = 20
NAME, DOMAIN = "Pretend Inc", "pretend"  # of the workspace that is always there
LETTERS = frozenset(string.ascii_uppercase + string.digits)
ELSEWHERE = "T0ELSEWHERE"
# name, real name, title, zone, colour, what sets them apart
PEOPLE: tuple[tuple[str, str, str, str, str, dict[str, bool]], ...] = (
    ("ann", "Ann Adler", "Head of operations", "Europe/Berlin", "b5546d", {"is_admin": True}),
    ("bob", "Bob Baker", "Site reliability engineer", "Europe/London", "3d6fb4", {}),
    ("carol", "Carol Cruz", "Payments engineer", "America/New_York", "3f8f6b", {}),
    ("dan", "Dan Dorsey", "Contractor", "Europe/Berlin", "a06a2c", {"is_restricted": True}),
    ("eve", "Eve Evans", "Former engineer", "Europe/Berlin", "777777", {"deleted": True}),
    ("finn", "Finn Fisher", "Of a supplier", "Asia/Tokyo", "7a58b0", {"is_stranger": True}),
)


def new_app(*, scopes: frozenset[str] | None = None) -> App:
    """The app before any manifest: with these scopes, or with all."""
    return App(
        id="A0PRETEND",
        name="Incident Bot",
        handle="incident_bot",
        app_token="xapp-1-A0PRETEND-000000000001-pretendpretendpretend",
        signing_secret="8f742231b10e8888abcd99yyyzzz85a5",
        verification_token="pretendverificationtoken",
        scopes=EVERY_SCOPE if scopes is None else frozenset(scopes),
        client_id="000000000001.000000000001",
        client_secret="pretendclientsecretpretendclient",
    )


def open_workspace(ground: Ground, name: str = NAME, *, installed: bool = True) -> Workspace:
    """A new workspace without messages, with the app if it is installed.

    Its people are namesakes of those in the others; their ids, and all other ids, are its own.

    Raises:
        WrongOrder: it has no name, or another's; or there are too many.
    """
    _check(ground, name)
    number, domain = len(ground.workspaces), _domain(ground, name)
    mark = f"{number:04d}" if number else "0"
    letters = "".join(each for each in domain.upper() if each in LETTERS)
    token = f"xoxb-{number + 1:012d}-000000000001-pretendpretendpretendpre"
    workspace = Workspace(
        ground=ground,
        team=Team(id=f"T{mark}{letters}", name=name, domain=domain),
        bot=Bot(id=f"B{mark}BOT", user_id=f"U{mark}BOT", token=token, standing="absent"),
    )
    _move_in(workspace, mark)
    if installed:
        staff.install(workspace)
    return workspace


def _check(ground: Ground, name: str) -> None:
    if not name.strip() or len(name) > LONGEST_NAME:
        raise WrongOrder(f"A workspace needs a name of up to {LONGEST_NAME} characters.")
    taken = {each.team.name.casefold() for each in ground.workspaces.values()}
    if name.casefold() in taken:
        raise WrongOrder(f"There is a workspace {name} already; choose another name.")
    if len(taken) >= MOST_WORKSPACES:
        raise WrongOrder(f"There are {MOST_WORKSPACES} workspaces already, which is the most.")


def _domain(ground: Ground, name: str) -> str:
    """The name as used in addresses, unique among the workspaces."""
    if name == NAME:
        return DOMAIN
    domain = "-".join(re.findall("[a-z0-9]+", name.lower())) or "workspace"
    taken = {each.team.domain for each in ground.workspaces.values()}
    return f"{domain}-{len(taken) + 1}" if domain in taken else domain


def _move_in(workspace: Workspace, mark: str) -> None:
    now = workspace.seconds()
    for name, real_name, title, zone, color, apart in PEOPLE:
        person = User(
            id=f"U{mark}{name.upper()}",
            name=name,
            real_name=real_name,
            display_name=name,
            email=f"{name}@{workspace.team.domain}.example",
            title=title,
            tz=zone,
            color=color,
            team_id=ELSEWHERE if apart.get("is_stranger") else workspace.team.id,
            updated=now,
            **apart,
        )
        workspace.users[person.id] = person
    workspace.users["USLACKBOT"] = User(
        id="USLACKBOT",
        name="slackbot",
        real_name="Slackbot",
        team_id=workspace.team.id,
        is_bot=True,
        updated=now,
    )
    for name in ("general", "random"):
        _furnish(workspace, name, mark)
    workspace.usergroups[f"S{mark}ONCALL"] = Usergroup(
        id=f"S{mark}ONCALL",
        name="On call",
        handle="oncall",
        users=[f"U{mark}BOB", f"U{mark}CAROL"],
        created=now,
        updated=now,
        creator=f"U{mark}ANN",
        description="Whoever is called first",
    )


def _furnish(workspace: Workspace, name: str, mark: str) -> None:
    now = workspace.seconds()
    full = [
        person.id
        for person in workspace.users.values()
        if not (person.is_bot or person.deleted or person.is_stranger)
    ]
    room = Channel(
        id=f"C{mark}{name.upper()}",
        name=name,
        creator=f"U{mark}ANN",
        created=now,
        updated=now,
        is_general=name == "general",
        members=dict.fromkeys(full),
    )
    workspace.channels[room.id] = room
