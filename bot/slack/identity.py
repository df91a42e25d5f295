"""Who the bot is: as Slack says, or as it said last while it is away."""

import asyncio

import structlog

from bot.engine.verdicts import NoAccess, Verdict
from bot.slack.calls import SlackCalls, SlackSaidNo
from bot.storage import selves
from bot.storage.database import Database, DatabaseAway
from bot.storage.selves import Self

log = structlog.get_logger(__name__)

_LOOK = 1.0
"""Seconds between looks at whether Slack is back."""


class SlackAway(Exception):
    """Slack cannot be reached; the sentence says why."""


class TokenNotTaken(Exception):
    """Slack does not accept the bot token; the sentence says what to do."""


class Identity:
    """Asks Slack once, before the first delivery: bolt asks at the first one, many times over.

    What Slack said is remembered with a digest of the token. A process that starts while Slack is
    away goes by that, and asks as soon as Slack is back.
    """

    def __init__(self, calls: SlackCalls, database: Database) -> None:
        self._calls = calls
        self._database = database
        self.trouble = ""
        """What is wrong with what was remembered, in words."""

    async def asked(self) -> Self:
        """Return what Slack says.

        Raises:
            TokenNotTaken: with what to do.
            SlackAway: with what is the matter.
        """
        try:
            me = await self._calls.call("auth.test")
        except (SlackSaidNo, NoAccess) as error:
            raise TokenNotTaken(
                f"Slack does not accept SLACK_BOT_TOKEN ({error.error}): take the Bot User OAuth "
                "Token (xoxb-…) from your app's page “OAuth & Permissions”."
            ) from error
        except Verdict as verdict:
            fault = verdict.__cause__ or verdict
            why = str(fault) or type(fault).__name__
            raise SlackAway(f"Slack cannot be reached: {why}.") from verdict
        return Self(workspace=me["team_id"], user=me["user_id"], bot=me["bot_id"], url=me["url"])

    async def remembered(self) -> Self | None:
        """Return what Slack said last to somebody with this token.

        Raises:
            DatabaseAway: it cannot be told.
        """
        token = self._token
        return await self._database.read(lambda connection: selves.known(connection, token))

    async def remember(self, me: Self) -> None:
        """Keep it for a start while Slack is away.

        Raises:
            DatabaseAway: it is not kept.
        """
        token = self._token
        await self._database.write(lambda connection: selves.keep(connection, token, me))

    @property
    def _token(self) -> str:
        return self._calls.client.token or ""

    async def confirm(self, me: Self) -> None:
        """Ask as soon as Slack is back, and say so if the bot is somebody else by now."""
        while True:
            await asyncio.sleep(_LOOK)
            if self._calls.reach.away is not None:
                continue
            try:
                found = await self.asked()
                await self.remember(found)
            except (SlackAway, TokenNotTaken, DatabaseAway):
                continue
            if (found.workspace, found.user, found.bot) != (me.workspace, me.user, me.bot):
                log.error("slack.another_self", remembered=me.user, found=found.user)
                self.trouble = "in Slack Muster is another user than it was: start it again"
            return
