"""Links to the pages that are signed for one person and end by themselves."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime, timedelta

LIFETIME = timedelta(hours=12)
"""How long a link, and the cookie that it becomes, lets somebody in."""


@dataclass(frozen=True, kw_only=True)
class Pass:
    """Who may look, and until when."""

    workspace: str
    user: str
    until: datetime


class Signer:
    """Makes and reads passes; the secret is shared by all replicas."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def sign(self, workspace: str, user: str, now: datetime) -> str:
        """Return a pass for somebody, as text that fits into an address."""
        until = int((now + LIFETIME).timestamp())
        body = _encode(json.dumps([workspace, user, until]).encode())
        return f"{body}.{self._mark(body)}"

    def read(self, signed: str, now: datetime) -> Pass | None:
        """Return the pass, or None where it is forged, broken or over."""
        body, _, mark = signed.partition(".")
        if not hmac.compare_digest(mark.encode(), self._mark(body).encode()):
            return None
        workspace, user, until = json.loads(_decode(body))
        ends = datetime.fromtimestamp(until, now.tzinfo)
        return Pass(workspace=workspace, user=user, until=ends) if now < ends else None

    def _mark(self, body: str) -> str:
        return _encode(hmac.digest(self._secret, body.encode(), hashlib.sha256))


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
