"""What must be set before anything starts; what is missing is said with where to find it."""

from bot.config import Settings

BOT, APP = "a bot token (xoxb-…)", "an app-level token (xapp-…)"
KINDS = {"xoxb-": BOT, "xapp-": APP, "xoxp-": "a person's token (xoxp-…)"}
"""The kinds of tokens, by how they begin."""


class CannotStart(Exception):
    """Something is missing; the sentence says what to do."""


def revealed(value: object) -> str | None:
    """Return a secret of the settings, None where it is not set or empty."""
    reveal = getattr(value, "get_secret_value", None)
    return (str(reveal()) or None) if reveal else None


def bot_token(settings: Settings) -> str:
    """Return the token with which Slack is called.

    Raises:
        CannotStart: there is none.
    """
    token = revealed(settings.slack_bot_token)
    if token is None:
        raise CannotStart(
            "SLACK_BOT_TOKEN is not set: take the Bot User OAuth Token (xoxb-…) from your "
            "Slack app's page “OAuth & Permissions”. `muster demo` needs no Slack at all."
        )
    _check_kinds(token, revealed(settings.slack_app_token) or "")
    return token


def _check_kinds(bot: str, app: str) -> None:
    """Refuse what Slack gives for something else; what it may give in years to come passes.

    Raises:
        CannotStart: a token is known to be of another kind.
    """
    bots, apps = _kind(bot), _kind(app)
    if bots == APP and apps == BOT:
        raise CannotStart(
            f"SLACK_BOT_TOKEN is {APP}, SLACK_APP_TOKEN {BOT}: the two are swapped. Exchange them."
        )
    if bots not in (None, BOT):
        raise CannotStart(
            f"SLACK_BOT_TOKEN is {bots}: take the Bot User OAuth Token (xoxb-…) from your Slack "
            "app's page “OAuth & Permissions”."
        )
    if apps not in (None, APP):
        raise CannotStart(
            f"SLACK_APP_TOKEN is {apps}: make an app-level token (xapp-…) with connections:write "
            "on your Slack app's page “Basic Information”, or leave it out for HTTP."
        )


def _kind(token: str) -> str | None:
    return next((kind for begins, kind in KINDS.items() if token.startswith(begins)), None)


def check_ways_in(settings: Settings) -> None:
    """Refuse to start where nobody could reach the bot, or everybody its pages.

    Raises:
        CannotStart: a secret is missing.
    """
    if settings.slack_app_token is None and settings.slack_signing_secret is None:
        raise CannotStart(
            "Neither SLACK_APP_TOKEN (Socket Mode) nor SLACK_SIGNING_SECRET (HTTP) is set: "
            "without one of them Slack cannot deliver anything."
        )
    if settings.pages_secret is None and not settings.on_loopback:
        raise CannotStart(
            f"MUSTER_HTTP is {settings.http}, which others can reach: set MUSTER_PAGES_SECRET "
            "to a long random text, so that only people with a link from Slack can look."
        )


def unusable_address(settings: Settings, fault: OSError) -> CannotStart:
    """Return what to say where the address of the pages cannot be listened on."""
    return CannotStart(f"MUSTER_HTTP={settings.http} cannot be used: {fault}")
