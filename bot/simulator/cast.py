"""Who and what is there when a pretend workspace opens: people, channels, a user group, the app."""

from bot.simulator.model import App, Bot, Channel, Team, User, Usergroup
from bot.simulator.workspace import Clock, Workspace

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
TEAM_ID = "T0PRETEND"
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


def open_workspace(clock: Clock, *, scopes: frozenset[str] | None = None) -> Workspace:
    """A workspace as a newcomer finds it, with the app installed and nothing said yet."""
    app = App(
        id="A0PRETEND",
        name="Incident Bot",
        app_token="xapp-1-A0PRETEND-000000000001-pretendpretendpretend",
        signing_secret="8f742231b10e8888abcd99yyyzzz85a5",
        verification_token="pretendverificationtoken",
        scopes=EVERY_SCOPE if scopes is None else frozenset(scopes),
        client_id="000000000001.000000000001",
        client_secret="pretendclientsecretpretendclient",
    )
    team = Team(id=TEAM_ID, name="Pretend Inc", domain="pretend")
    bot = Bot(
        id="B0BOT",
        user_id="U0BOT",
        token="xoxb-000000000001-000000000001-pretendpretendpretendpre",
    )
    workspace = Workspace(clock=clock, team=team, app=app, bot=bot)
    _move_in(workspace)
    return workspace


def _move_in(workspace: Workspace) -> None:
    now = workspace.seconds()
    for name, real_name, title, zone, color, apart in PEOPLE:
        person = User(
            id=f"U0{name.upper()}",
            name=name,
            real_name=real_name,
            display_name=name,
            email=f"{name}@pretend.example",
            title=title,
            tz=zone,
            color=color,
            team_id=ELSEWHERE if apart.get("is_stranger") else workspace.team.id,
            updated=now,
            **apart,
        )
        workspace.users[person.id] = person
    bot = workspace.bot.user_id
    workspace.users[bot] = User(
        id=bot,
        name="incident_bot",
        real_name=workspace.app.name,
        team_id=workspace.team.id,
        is_bot=True,
        updated=now,
        color="d24b3e",
    )
    workspace.users["USLACKBOT"] = User(
        id="USLACKBOT",
        name="slackbot",
        real_name="Slackbot",
        team_id=workspace.team.id,
        is_bot=True,
        updated=now,
    )
    for name in ("general", "random"):
        _furnish(workspace, name, now)
    workspace.usergroups["S0ONCALL"] = Usergroup(
        id="S0ONCALL",
        name="On call",
        handle="oncall",
        users=["U0BOB", "U0CAROL"],
        created=now,
        updated=now,
        creator="U0ANN",
        description="Whoever is called first",
    )


def _furnish(workspace: Workspace, name: str, now: int) -> None:
    full = [
        person.id
        for person in workspace.users.values()
        if not (person.is_bot or person.deleted or person.is_stranger)
    ]
    room = Channel(
        id=f"C0{name.upper()}",
        name=name,
        creator="U0ANN",
        created=now,
        updated=now,
        is_general=name == "general",
        members=dict.fromkeys(full),
    )
    workspace.channels[room.id] = room
