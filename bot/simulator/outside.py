"""Notes, once for each channel, that the app receives no messages from it."""

from bot.simulator.model import Channel, Json
from bot.simulator.record import Record
from bot.simulator.workspace import Workspace


class Outside:
    """Notes in the record; a channel that the app leaves again gets another."""

    def __init__(self, workspace: Workspace, record: Record) -> None:
        self._workspace = workspace
        self._record = record
        self._explained: set[str] = set()

    def explain(self, event: Json, room: Channel) -> None:
        """Look at a message that was just posted."""
        if not self._workspace.bot.is_installed:
            return
        app, bot = self._workspace.app, self._workspace.bot.user_id
        if room.is_member(bot):
            self._explained.discard(room.id)
            return
        if {"subtype", "bot_id"} & event.keys() or room.id in self._explained:
            return
        if room.kind == "channel":
            what = (
                f"#{room.name} and hears nothing that is said there: "
                f"/invite @{self._workspace.users[bot].name} brings it in."
            )
        elif f"<@{bot}>" in event.get("text", ""):
            what = (
                "the direct message in which somebody named it, and hears nothing of that: "
                "write to it, or to all of them and it at once."
            )
        else:
            return
        self._explained.add(room.id)
        team = self._workspace.team.id
        self._record.note("delivery", f"{app.name} is not in {what}", team)
