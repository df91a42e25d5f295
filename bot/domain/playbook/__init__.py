"""Playbooks: what they say (`definition`), when they are offered, and how a run of one proceeds."""

from bot.domain.playbook.definition import Match, Playbook, Reference, Trigger
from bot.domain.playbook.run import Mark, Progress, Row, Run, evolve_run

__all__ = [
    "Mark",
    "Match",
    "Playbook",
    "Progress",
    "Reference",
    "Row",
    "Run",
    "Trigger",
    "evolve_run",
]
