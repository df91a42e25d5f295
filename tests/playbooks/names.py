"""What the organisation of these tests knows."""

from bot.playbook_files import Names

NAMES: Names = {
    "role": frozenset({"commander", "communications", "operations", "scribe"}),
    "severity": frozenset({"sev1", "sev2", "sev3", "sev4"}),
    "status": frozenset({"triage", "investigating", "mitigated", "monitoring"}),
    "category": frozenset({"availability", "security", "change", "data", "supplier", "process"}),
    "service": frozenset({"checkout", "search"}),
}
