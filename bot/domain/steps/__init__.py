"""The types of steps that a playbook may use: one file each, named here."""

from bot.domain.steps.checklist import Checklist
from bot.domain.steps.message import Message
from bot.domain.steps.note import Note
from bot.domain.steps.status import Status
from bot.domain.steps.task import Task

Step = Checklist | Message | Note | Status | Task

LATER_TYPES = frozenset(
    {
        "approval",
        "assign_role",
        "clock",
        "decision",
        "foreach",
        "form",
        "http",
        "invite",
        "page",
        "parallel",
        "playbook",
        "repeat",
        "run",
        "set",
        "severity",
        "status_update",
        "stop",
        "switch",
        "wait",
    }
)
"""Types that the language has and this version does not carry out yet."""

__all__ = ["LATER_TYPES", "Checklist", "Message", "Note", "Status", "Step", "Task"]
