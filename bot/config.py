"""Settings, frozen and read once: secrets and addresses from the environment."""

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, StringConstraints
from pydantic_settings import BaseSettings, SettingsConfigDict

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
"""The names of this machine that only itself goes by."""


def is_loopback(address: str) -> bool:
    """Whether the host of an address, as in `http://127.0.0.1:8080/`, is this machine itself."""
    try:
        return urlsplit(address).hostname in LOOPBACK
    except ValueError:  # no address at all
        return False


def _keeps_tokens(url: str) -> str:
    """Tokens go with every call, so they travel encrypted, or do not leave this machine."""
    try:
        parts = urlsplit(url)
        port_is_one = parts.port is None or parts.port > 0
    except ValueError:
        parts, port_is_one = urlsplit(""), False
    here = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not port_is_one or not parts.hostname or not (here or parts.scheme == "https"):
        raise ValueError("no https address")
    return url


class Settings(BaseSettings):
    """What the environment says. The organisation's process stands in `muster.yaml`.

    A variable that is set to nothing is not set: an empty secret would protect nothing.
    """

    model_config = SettingsConfigDict(
        frozen=True,
        extra="ignore",
        populate_by_name=True,
        env_ignore_empty=True,
        hide_input_in_errors=True,
    )

    slack_bot_token: SecretStr | None = Field(None, validation_alias="SLACK_BOT_TOKEN")
    slack_app_token: SecretStr | None = Field(None, validation_alias="SLACK_APP_TOKEN")
    slack_signing_secret: SecretStr | None = Field(None, validation_alias="SLACK_SIGNING_SECRET")
    slack_api_url: Annotated[str, AfterValidator(_keeps_tokens)] = Field(
        "https://slack.com/api/", validation_alias="SLACK_API_URL"
    )
    command: Annotated[str, StringConstraints(pattern=r"^/[a-z0-9_-]{1,31}$")] = Field(
        "/incident", validation_alias="MUSTER_COMMAND"
    )
    database_url: str = Field(
        "sqlite+aiosqlite:///muster.db",
        validation_alias="DATABASE_URL",
        repr=False,  # a password stands in it
    )
    http: str = Field("127.0.0.1:8080", validation_alias="MUSTER_HTTP")
    url: str | None = Field(None, validation_alias="MUSTER_URL")
    pages_secret: SecretStr | None = Field(None, validation_alias="MUSTER_PAGES_SECRET")
    metrics_token: SecretStr | None = Field(None, validation_alias="MUSTER_METRICS_TOKEN")
    traces: str | None = Field(None, validation_alias="MUSTER_TRACES")
    config: Path = Field(Path("muster.yaml"), validation_alias="MUSTER_CONFIG")
    playbooks: Path = Field(Path("playbooks"), validation_alias="MUSTER_PLAYBOOKS")

    @property
    def http_host(self) -> str:
        """The address that pages and hooks listen on."""
        return self.http.rpartition(":")[0].strip("[]")

    @property
    def http_port(self) -> int:
        """The port that pages and hooks listen on."""
        return int(self.http.rpartition(":")[2])

    @property
    def public_url(self) -> str:
        """The address under which people reach the pages, without a trailing slash."""
        return (self.url or f"http://{self.http}").rstrip("/")

    @property
    def on_loopback(self) -> bool:
        """Whether pages and hooks listen to this machine alone."""
        return self.http_host in LOOPBACK

    @property
    def reached_from_elsewhere(self) -> bool:
        """Whether other machines reach the pages: themselves, or through a proxy on this one."""
        return not self.on_loopback or (self.url is not None and not is_loopback(self.url))
