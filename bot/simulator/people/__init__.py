"""People of the workspace: what each can do at the keyboard and see on the screen."""

from bot.simulator.people.acting import Outcome
from bot.simulator.people.commands import Commanding, Reply
from bot.simulator.people.forms import Filling, Modal, Submission
from bot.simulator.people.rooms import Talking


class Person(Commanding, Filling, Talking):
    """A person at the keyboard; a deed that Slack's client would not offer raises CannotDo."""


__all__ = ["Modal", "Outcome", "Person", "Reply", "Submission"]
