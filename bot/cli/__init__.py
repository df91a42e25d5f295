"""The words of the command line, one file each, in the order of the help.

A word's module has `arguments(parser)`, which says what may follow it, and `run(arguments)`, which
does it and returns the exit status. This module imports nothing, so that help is instant.
"""

VERSION = "0.1.0"
"""Of the distribution; pyproject.toml says the same."""

WORDS = {
    "serve": "run the bot",
    "demo": "try Muster in a pretend Slack workspace, without an account",
    "simulator": "run a pretend Slack workspace for any bot, without Muster in it",
    "check": "validate muster.yaml and every playbook, or one",
    "migrate": "bring the database to the schema that this version needs",
    "manifest": "print the manifest of the Slack app, to be pasted into Slack",
    "doctor": "look for what is missing before the first incident, in plain words",
    "docs": "read the documents of this version",
    "backup": "save the whole record as one file, while the bot runs",
    "restore": "fill an empty database from such a file",
    "rebuild": "prove that lists and pages follow from the events, or make it so",
    "verify": "prove that nobody has changed the record, or say where it was",
    "export": "write one incident with what holds it to a file, to be checked anywhere",
    "erase": "empty what a person wrote, and their name, without breaking the record",
    "retention": "say which words will be emptied when, as muster.yaml has it",
    "review": "print the review of an incident",
    "list": "list the incidents, without Slack",
    "show": "show one incident and its timeline, without Slack",
    "do": "work on incidents as with /incident, without Slack",
}
"""Each word with what it does."""


class Problem(Exception):
    """Something stands in the way; the sentence says what, and what to do."""
