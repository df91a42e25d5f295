"""What a person in the workspace can do and see, as a Python API."""

from typing import TYPE_CHECKING

from bot.simulator.workspace import User

if TYPE_CHECKING:
    from bot.simulator.simulator import Simulator


class Person:
    """A person at the keyboard. Each deed is what Slack's client would let them do."""

    def __init__(self, simulator: "Simulator", user: User) -> None:
        self._simulator = simulator
        self.user = user

    @property
    def id(self) -> str:
        return self.user.id
