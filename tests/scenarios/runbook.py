"""A playbook for scenarios: short, with an item of each kind."""

from functools import cache

from bot.domain.playbook import Playbook
from bot.playbook_files import load_text
from tests.playbooks.names import NAMES

RUNBOOK = """
schema: 1
id: restore
name: Restore the service
description: Bring it back by the quickest safe way.
triggers:
  - event: incident.declared
    match: {severity: [sev1, sev2]}
steps:
  - id: look
    type: checklist
    name: Look
    items:
      - {id: confirm, text: Confirm what is down}
      - {id: graph, text: Find the minute in which it began, evidence: link}
      - {id: words, text: Write down the exact error, evidence: note}
  - id: tell
    type: task
    title: Call the supplier
  - id: mend
    type: checklist
    name: Mend it
"""


@cache
def runbook() -> Playbook:
    """A playbook with an item of each kind."""
    playbook, problems = load_text(RUNBOOK, file="restore.yaml", names=NAMES)
    assert playbook is not None, problems
    return playbook
