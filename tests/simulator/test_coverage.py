"""Contract §1.5–§1.13: every method is answered, or refused on purpose with a reason."""

from pathlib import Path

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator.coverage import FAMILIES, REFUSED, as_table
from bot.simulator.methods import METHODS
from tests.simulator.words import error_of

SIMULATOR = Path(__file__).parents[2] / "docs" / "simulator.md"
THE_CONTRACT = """
auth.test apps.connections.open team.info bots.info auth.revoke apps.uninstall oauth.v2.access
oauth.v2.exchange emoji.list
conversations.create conversations.rename conversations.invite conversations.kick
conversations.join conversations.leave conversations.archive conversations.unarchive
conversations.setTopic conversations.setPurpose conversations.info conversations.list
conversations.members conversations.history conversations.replies conversations.open
conversations.close conversations.mark
chat.postMessage chat.update chat.delete chat.postEphemeral chat.scheduleMessage
chat.deleteScheduledMessage chat.scheduledMessages.list chat.getPermalink chat.meMessage
chat.unfurl
views.open views.push views.update views.publish
reactions.add reactions.remove reactions.get reactions.list
pins.add pins.remove pins.list
bookmarks.add bookmarks.edit bookmarks.remove bookmarks.list
users.info users.list users.lookupByEmail users.conversations users.getPresence users.profile.get
usergroups.list usergroups.users.list usergroups.create usergroups.update usergroups.users.update
dnd.info dnd.teamInfo
files.getUploadURLExternal files.completeUploadExternal files.info files.list files.upload
canvases.create canvases.edit canvases.sections.lookup canvases.access.set canvases.access.delete
canvases.delete conversations.canvases.create
reminders.add reminders.complete reminders.delete reminders.list
search.messages search.files search.all assistant.search.context
functions.completeSuccess functions.completeError
"""
"""The names in the contract's tables, and those that its list of what the SDK sends adds."""


def test_each_method_of_the_contract_is_answered_or_refused() -> None:
    assert set(THE_CONTRACT.split()) <= METHODS.keys() | REFUSED.keys()


def test_the_list_is_what_the_routes_do() -> None:
    done = [name for family in FAMILIES for name in family.done]
    assert len(done) == len(set(done))
    assert set(done) == METHODS.keys()
    assert not METHODS.keys() & REFUSED.keys()
    assert all(refusal.why for refusal in REFUSED.values())


def test_the_document_shows_the_list() -> None:
    text = SIMULATOR.read_text(encoding="utf-8")
    assert as_table() in text, f"in docs/simulator.md put this in place of the table:\n{as_table()}"


@pytest.mark.parametrize("name", sorted(REFUSED))
async def test_what_is_refused_on_purpose_says_what_slack_says(
    client: AsyncWebClient, name: str
) -> None:
    """§1.11 "retired"; §1.13 "user tokens only"."""
    assert await error_of(client.api_call(name, json={})) == REFUSED[name].error


TIERS = {
    0: "auth.test chat.postMessage chat.getPermalink oauth.v2.access",
    1: "apps.connections.open apps.uninstall",
    2: """conversations.create conversations.rename conversations.archive conversations.unarchive
    conversations.setTopic conversations.setPurpose conversations.list conversations.close
    reactions.remove pins.add pins.remove pins.list bookmarks.add bookmarks.edit bookmarks.remove
    users.list usergroups.list usergroups.users.list usergroups.create usergroups.update
    usergroups.users.update canvases.create conversations.canvases.create""",
    3: """team.info bots.info auth.revoke conversations.invite conversations.kick conversations.join
    conversations.leave conversations.info conversations.history conversations.replies
    conversations.open conversations.mark chat.update chat.delete chat.scheduleMessage
    chat.deleteScheduledMessage chat.scheduledMessages.list chat.meMessage chat.unfurl reactions.add
    reactions.get bookmarks.list users.lookupByEmail users.conversations users.getPresence
    canvases.edit canvases.sections.lookup canvases.access.set canvases.access.delete""",
    4: """conversations.members chat.postEphemeral views.open views.push views.update views.publish
    users.info files.getUploadURLExternal files.completeUploadExternal files.info""",
}
"""The rate tiers in the contract's tables; 0 is a special one."""


def test_each_method_is_of_its_tier() -> None:
    wanted = {name: tier for tier, names in TIERS.items() for name in names.split()}
    assert {name: METHODS[name].tier for name in wanted} == wanted
