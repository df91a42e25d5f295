"""What must be set before anything starts; what is missing is said with where to find it."""

from collections.abc import Iterator

from bot.config import Settings

BOT, APP = "a bot token (xoxb-…)", "an app-level token (xapp-…)"
KINDS = {"xoxb-": BOT, "xapp-": APP, "xoxp-": "a person's token (xoxp-…)"}
"""The kinds of tokens, by how they begin."""
_TAKE = "Take the Bot User OAuth Token (xoxb-…) from your Slack app's page “OAuth & Permissions”."
_MAKE = (
    "Make an app-level token (xapp-…) with connections:write on your Slack app's page “Basic "
    "Information”"
)
SHORTEST_SECRET = 32
_DRAW = (
    f"Set it to a random text of {SHORTEST_SECRET} characters or more (`openssl rand -hex 32`), so "
    "that only people with a link from Slack can look."
)


class CannotStart(Exception):
    """Something is missing; the sentence says what to do."""


def revealed(value: object) -> str | None:
    """Return a secret of the settings, None where it is not set or empty."""
    reveal = getattr(value, "get_secret_value", None)
    return (str(reveal()) or None) if reveal else None


def wrong_with_tokens(settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield what is missing, or given by Slack for something else; and what to do about it.

    A kind that Slack may give in years to come is not wrong: Slack will say whether it takes it.
    """
    bot, app = revealed(settings.slack_bot_token), revealed(settings.slack_app_token)
    bots, apps = kind_of(bot), kind_of(app)
    if bots == APP and apps == BOT:
        yield "SLACK_BOT_TOKEN and SLACK_APP_TOKEN are swapped", "Exchange them."
        return
    if bot is None:
        yield "SLACK_BOT_TOKEN is not set", f"{_TAKE} `muster demo` needs no Slack at all."
    elif bots not in (None, BOT):
        yield f"SLACK_BOT_TOKEN is {bots}", _TAKE
    if app is None and revealed(settings.slack_signing_secret) is None:
        yield (
            "SLACK_APP_TOKEN is not set, nor is SLACK_SIGNING_SECRET for HTTP",
            f"{_MAKE}: without one of the two Slack cannot deliver anything.",
        )
    elif apps not in (None, APP):
        yield f"SLACK_APP_TOKEN is {apps}", f"{_MAKE}, or leave it out for HTTP."


def kind_of(token: str | None) -> str | None:
    """Return what kind of token it is, None for one that is not known."""
    return next((kind for begins, kind in KINDS.items() if (token or "").startswith(begins)), None)


def bot_token(settings: Settings) -> str:
    """Return the token with which Slack is called.

    Raises:
        CannotStart: a token is missing, or known to be of another kind.
    """
    for what, to_do in wrong_with_tokens(settings):
        raise CannotStart(f"{what}. {to_do}")
    return revealed(settings.slack_bot_token) or ""


def wrong_with_pages_secret(settings: Settings) -> tuple[str, str] | None:
    """Return what lets people at the pages whom nobody let in, and what to do about it."""
    secret = revealed(settings.pages_secret)
    if secret is None and settings.reached_from_elsewhere:
        by_proxy = f"MUSTER_URL is {settings.url}"
        led = by_proxy if settings.on_loopback else f"MUSTER_HTTP is {settings.http}"
        return f"{led}, which others can reach, and MUSTER_PAGES_SECRET is not set", _DRAW
    if secret is not None and len(secret) < SHORTEST_SECRET:
        return f"MUSTER_PAGES_SECRET has {len(secret)} characters, which can be guessed", _DRAW
    return None


def check_pages(settings: Settings) -> None:
    """Refuse to start where everybody could look at the pages.

    Raises:
        CannotStart: the secret is missing, or can be guessed.
    """
    if wrong := wrong_with_pages_secret(settings):
        what, to_do = wrong
        raise CannotStart(f"{what}. {to_do}")


def unusable_address(settings: Settings, fault: OSError) -> CannotStart:
    """Return what to say where the address of the pages cannot be listened on."""
    return CannotStart(f"MUSTER_HTTP={settings.http} cannot be used: {fault}")
