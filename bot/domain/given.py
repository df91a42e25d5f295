"""What a decision is given besides the incident and the command."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.process import Process
from bot.domain.values import Actor


@dataclass(frozen=True, kw_only=True)
class Given:
    """Who asks, when, and under which process: all that the rules may look at from outside."""

    actor: Actor
    now: datetime
    process: Process
