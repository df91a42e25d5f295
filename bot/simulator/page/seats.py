"""The workspaces of one page: who its visitor is in each, and what is unread there."""

from typing import TYPE_CHECKING

from bot.simulator.page import eyes
from bot.simulator.page.unread import Unread
from bot.simulator.space import Space
from bot.simulator.workspace import Json, Workspace

if TYPE_CHECKING:
    from bot.simulator.simulator import Simulator


class Unreads:
    """What is unread in each workspace; counted once for all pages."""

    def __init__(self) -> None:
        self._counts: dict[str, Unread] = {}

    def of(self, workspace: Workspace) -> Unread:
        """The counts of this workspace."""
        known = self._counts.get(workspace.team.id)
        if known is None:
            known = self._counts[workspace.team.id] = Unread(workspace)
        return known


class Seats:
    """Remembers who the visitor was in each workspace; elsewhere they are their own namesake."""

    def __init__(self, simulator: "Simulator", unreads: Unreads) -> None:
        self._simulator = simulator
        self._unreads = unreads
        self._taken: dict[str, str] = {}  # by team → user id
        self._name = ""  # of who they were last, wherever

    def take(self, workspace: Workspace, user_id: str) -> None:
        """The visitor is this person there."""
        self._taken[workspace.team.id] = user_id
        self._name = workspace.users[user_id].name

    def usual(self, workspace: Workspace) -> str:
        """Who they would be there: who they were, else who has their name, else anybody."""
        there = [each for each in workspace.users if eyes.may_be(workspace, each)]
        if (before := self._taken.get(workspace.team.id)) in there:
            return before
        namesake = (each for each in there if workspace.users[each].name == self._name)
        return next(namesake, there[0] if there else "")

    def meant(self, here: Space, *, team: str | None, at: str | None) -> Space:
        """The workspace that is asked for, or else has the channel, as long as people are there."""
        return self.peopled(self._named(here, team, at), here)

    def peopled(self, *wanted: Space) -> Space:
        """The first of them, or else of all, in which there is somebody whom one could be."""
        for each in (*wanted, *self._simulator.spaces):
            if self.usual(each.workspace):
                return each
        return wanted[0]

    def _named(self, here: Space, team: str | None, at: str | None) -> Space:
        for each in self._simulator.spaces:
            if each.team_id == team:
                return each
        if at in here.workspace.channels:
            return here
        having = (each for each in self._simulator.spaces if at in each.workspace.channels)
        return next(having, here)

    def shown(self) -> list[Json]:
        """All of them, each with what waits there for who the visitor would be."""
        return [self._shown(each.workspace) for each in self._simulator.spaces]

    def _shown(self, workspace: Workspace) -> Json:
        user, unread = self.usual(workspace), self._unreads.of(workspace)
        mine = [each for each in workspace.channels.values() if each.is_member(user)]
        counts = [unread.of(each, user) for each in mine]
        return {
            "id": workspace.team.id,
            "name": workspace.team.name,
            "as": user,
            "unread": any(waiting for waiting, _ in counts),
            "mentions": sum(mentions for _, mentions in counts),
        }
