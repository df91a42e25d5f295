"""Token rotation: bot tokens that expire after twelve hours and are refreshed (contract §7.3).

They end on the machine's time: a library that renews them reckons with it, as with signatures.
"""

import time
from collections.abc import Callable

from bot.simulator.errors import SlackError
from bot.simulator.model import Bot, ShortToken
from bot.simulator.workspace import Ground, Workspace

LIFE = 12 * 3600
MOST_LIVE = 2
REMEMBERED = 100


class Rotation:
    """Issues, refreshes and checks expiring tokens."""

    def __init__(self, ground: Ground, wall: Callable[[], float] = time.monotonic) -> None:
        self._ground = ground
        self._wall = wall
        self.life: float = LIFE
        """Seconds that tokens are good which are given from now on."""

    # -- which are good ------------------------------------------------------------------

    def check(self, bot: Bot, token: str) -> None:
        """Refuse a token that is revoked or expired, with Slack's error."""
        short = next((each for each in bot.short_tokens if each.text == token), None)
        if short is None and bot.outlived:
            raise SlackError(bot.outlived)
        if not bot.is_installed or (short is not None and short.revoked):
            raise SlackError("token_revoked")
        if short is not None and not self._lasts(short):
            raise SlackError("token_expired")

    def _lasts(self, short: ShortToken) -> bool:
        return self._wall() < short.ends

    @property
    def good(self) -> int:
        """How many expiring tokens are valid at present."""
        return sum(len(self._live(each.bot)) for each in self._ground.workspaces.values())

    def _live(self, bot: Bot) -> list[ShortToken]:
        return [each for each in bot.short_tokens if self._lasts(each) and not each.revoked]

    def expire(self) -> None:
        """Expire all tokens now."""
        for workspace in self._ground.workspaces.values():
            for each in workspace.bot.short_tokens:
                each.ends = min(each.ends, self._wall())

    # -- giving and renewing -------------------------------------------------------------

    def give(self, workspace: Workspace) -> ShortToken:
        """Issue a token; of three valid ones the oldest is revoked."""
        bot = workspace.bot
        given = ShortToken(
            text=f"xoxe.xoxb-1-{workspace.mint_secret(40)}",
            refresh=f"xoxe-1-{workspace.mint_secret(40)}",
            ends=self._wall() + self.life,
        )
        bot.short_tokens.append(given)
        for each in self._live(bot)[:-MOST_LIVE]:
            each.revoked = True
        del bot.short_tokens[:-REMEMBERED]
        return given

    def renew(self, refresh: str) -> tuple[Workspace, ShortToken]:
        """Redeem a refresh token, once; the token it came with stays valid until it expires."""
        for workspace in self._ground.workspaces.values():
            bot = workspace.bot
            for each in bot.short_tokens:
                if each.refresh == refresh and not (each.renewed or each.revoked):
                    each.renewed = True
                    if bot.exchanged and not bot.outlived:
                        bot.outlived = "token_expired"
                    return workspace, self.give(workspace)
        raise SlackError("invalid_refresh_token")

    def exchange(self, workspace: Workspace, token: str) -> ShortToken:
        """Exchange the long-lived token, once; it stays valid until its successor is refreshed."""
        bot = workspace.bot
        if not workspace.app.rotates:
            raise SlackError("token_rotation_not_enabled")
        if token != bot.token:
            raise SlackError("invalid_token")
        if bot.exchanged:
            raise SlackError("token_already_exchanged")
        if not bot.is_installed or bot.outlived:
            raise SlackError("authorization_not_found")
        bot.exchanged = True
        return self.give(workspace)

    # -- the end -------------------------------------------------------------------------

    def revoke(self, bot: Bot, token: str) -> bool:
        """Revoke one expiring token; False if it is the long-lived one."""
        for each in bot.short_tokens:
            if each.text == token:
                each.revoked = True
                return True
        return False


def revoke_all(workspace: Workspace) -> None:
    """Revoke all tokens issued so far, also for later installations."""
    bot = workspace.bot
    for each in bot.short_tokens:
        each.revoked = True
    if workspace.app.rotates:
        bot.outlived = "token_revoked"
