"""Files that a visitor of the page has chosen and not sent yet."""

from typing import TYPE_CHECKING

from aiohttp import web

from bot.simulator.deeds import files
from bot.simulator.page import eyes, reading
from bot.simulator.workspace import File, Json, Workspace

if TYPE_CHECKING:
    from bot.simulator.simulator import Simulator

LARGEST = 10 * 2**20
MOST_WAITING = 12  # files of one person that were chosen and not sent


async def receive(simulator: "Simulator", request: web.Request) -> web.Response:
    """Keep the bytes of a file for a person who is about to send it."""
    user = request.query.get("as", "")
    workspaces = simulator.ground.workspaces.values()
    workspace = next((each for each in workspaces if eyes.may_be(each, user)), None)
    if workspace is None:
        return _refused(403, "Nobody of that name can send files here.")
    if (request.content_length or 0) > LARGEST:
        return _refused(413, f"A file may have {LARGEST // 2**20} MB here.")
    content = await request.read()
    if not content:
        return _refused(400, "The file is empty: Slack takes none without content.")
    kept = files.announce(
        workspace, name=request.match_info["name"][:255], size=len(content), user=user
    )
    if not files.has_room(workspace, kept, len(content)):
        del workspace.files[kept.id]
        return _refused(507, "The files of this workspace take all its room: delete some first.")
    files.receive(workspace, kept, content)
    kept.completed = True
    _make_room(workspace, user)
    return web.json_response({"ok": True, **reading.file(kept)})


def _refused(status: int, trouble: str) -> web.Response:
    return web.json_response({"ok": False, "trouble": trouble}, status=status)


def _make_room(workspace: Workspace, user: str) -> None:
    """Forget the oldest files that were chosen and never sent."""
    waiting = [each for each in workspace.files.values() if each.user == user and not each.shares]
    held = {each for stack in workspace.modals.get(user, ()) for each in _in_fields(stack.state)}
    unheld = [each for each in waiting if each.id not in held]
    for each in unheld[: max(len(waiting) - MOST_WAITING, 0)]:
        del workspace.files[each.id]


def _in_fields(state: dict[str, dict[str, Json]]) -> set[str]:
    return {
        each["id"]
        for of_block in state.values()
        for value in of_block.values()
        if value["type"] == "file_input"
        for each in value["files"]
        if isinstance(each, dict)
    }


def waiting(workspace: Workspace, user: str, wanted: object) -> list[File]:
    """The files of these ids that this person has chosen."""
    if not isinstance(wanted, list):
        return []
    found = [workspace.files.get(each) for each in wanted if isinstance(each, str)]
    return [each for each in found if each is not None and each.user == user]
