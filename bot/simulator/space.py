"""One workspace as tests and programs hold it: its people, and the app in it."""

from dataclasses import replace

from bot.simulator.backstage import Backstage
from bot.simulator.deeds import messages, staff
from bot.simulator.emoji import OWN
from bot.simulator.errors import WrongOrder
from bot.simulator.ground import Ground
from bot.simulator.model import Message, User
from bot.simulator.people import Person
from bot.simulator.workspace import Workspace


class Space:
    """A workspace of the simulator; the app is the same in all of them, everything else is not."""

    def __init__(self, backstage: Backstage) -> None:
        self.backstage = backstage

    def __repr__(self) -> str:
        return f"<{self.workspace.team.name}>"

    @property
    def workspace(self) -> Workspace:
        """The state: people, channels, messages."""
        return self.backstage.workspace

    @property
    def ground(self) -> Ground:
        """What it shares with the other workspaces."""
        return self.workspace.ground

    @property
    def team_id(self) -> str:
        """What events and answers call it."""
        return self.workspace.team.id

    # -- the app -------------------------------------------------------------------------

    @property
    def bot_token(self) -> str:
        """The bot token, which begins with xoxb; it means this workspace."""
        return self.workspace.bot.token

    @property
    def is_installed(self) -> bool:
        """Whether the app is in this workspace."""
        return self.workspace.bot.is_installed

    def install_app(self) -> None:
        """Allow the app here, as somebody does on the page of OAuth."""
        staff.install(self.workspace)

    def uninstall_app(self) -> None:
        """Take the app out of this workspace; it hears of that, and stays in the others."""
        staff.uninstall(self.workspace)

    def add_emoji(self, *names: str) -> None:
        """Emoji of the workspace's own, named without colons: reactions may be called so.

        Raises:
            WrongOrder: no emoji may have that name.
        """
        for each in names:
            if not OWN.fullmatch(each):
                raise WrongOrder(
                    f"{each[:60]!r} is no name of an emoji: use small letters, digits, - and _, "
                    "without colons."
                )
        self.workspace.emoji.update(names)

    # -- people --------------------------------------------------------------------------

    def person(self, name: str) -> Person:
        """The person of that name."""
        return Person(self.backstage, self.workspace.user_named(name))

    def hire(self, name: str, real_name: str, **about: str | bool) -> Person:
        """Add a person; `about` sets further fields of User: tz, title, is_admin."""
        user = User(
            id=self.workspace.mint_id("U"),
            name=name,
            real_name=real_name,
            display_name=name,
            email=f"{name}@{self.workspace.team.domain}.example",
            team_id=self.workspace.team.id,
        )
        user = replace(user, **about)  # type: ignore[arg-type]  # the caller's to get right
        return Person(self.backstage, staff.hire(self.workspace, user))

    def deactivate(self, name: str) -> None:
        """Deactivate a person."""
        staff.deactivate(self.workspace, self.workspace.user_named(name))

    async def unfurls(self, message: Message, title: str) -> None:
        """Slack adds the preview of a link to a message."""
        room = self.workspace.channels[message.channel]
        messages.unfurl(self.workspace, room, message, {"title": title, "fallback": title})
