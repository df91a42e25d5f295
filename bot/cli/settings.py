"""Settings of the environment for a word, or one line about what is wrong with them."""

from pydantic import ValidationError

from bot.cli import Problem
from bot.config import Settings
from bot.storage.opening import read_url

_LAST_PORT = 65_535
_RULES = {
    "SLACK_API_URL": "an https:// address; http:// is for this machine only, since tokens go along",
    "MUSTER_COMMAND": "a slash, then up to 31 lower-case letters, digits, - or _, as in /incident",
}


def read_settings() -> Settings:
    """Return what the environment says.

    Raises:
        Problem: a variable has no sensible value.
    """
    try:
        settings = Settings()
    except ValidationError as fault:
        first = fault.errors(include_url=False)[0]
        name = str(first["loc"][0])
        wanted = _RULES.get(name, first["msg"])
        told = f"is {first['input']!r}" if name in _RULES else "has no sensible value"
        raise Problem(f"{name} {told}; it needs {wanted}.") from fault
    host, _, port = settings.http.rpartition(":")
    if not host or not port.isdigit() or int(port) > _LAST_PORT:
        raise Problem(
            f"MUSTER_HTTP is {settings.http!r}; it needs an address and a port, "
            "as in 127.0.0.1:8080."
        )
    try:
        read_url(settings.database_url)
    except ValueError as fault:
        raise Problem(str(fault)) from fault
    return settings
