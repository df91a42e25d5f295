"""People of the workspace: what each can do at the keyboard and see on the screen."""

from bot.simulator.people.acting import Outcome
from bot.simulator.people.built_in import Typing
from bot.simulator.people.commands import Reply
from bot.simulator.people.forms import Filling, Modal, Submission


class Person(Typing, Filling):
    """A person at the keyboard; a deed that Slack's client would not offer raises CannotDo."""


__all__ = ["Modal", "Outcome", "Person", "Reply", "Submission"]
