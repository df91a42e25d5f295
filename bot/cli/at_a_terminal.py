"""A request that is typed in a terminal: no Slack, no forms, nothing hidden."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bot.domain import commands as c
from bot.domain.commands import Command, Declare
from bot.domain.effects import Effect
from bot.domain.events import TERMINAL
from bot.domain.incident import Incident
from bot.domain.refusals import NotFound, Refused
from bot.domain.values import is_person
from bot.engine.orders import Done
from bot.engine.verdicts import RetryAt
from bot.slack.asking import Asked, Message
from bot.slack.calls import SlackCalls
from bot.slack.words import BY_NAME
from bot.storage.queries import Viewer

_FOR_SOMEBODY = (
    c.Declare,
    c.TakeRole,
    c.Join,
    c.OfferHandover,
    c.AcceptHandover,
    c.RefuseHandover,
)
"""What is done in the name of a person who is then called, tells others, or leads."""


class NotInATerminal(Exception):
    """This needs Slack; the sentence says what to do instead."""


class NoSlack(SlackCalls):
    """No call is made from a terminal: whatever is owed is carried by the bot."""

    async def call(self, method: str, **arguments: Any) -> dict[str, Any]:  # noqa: ANN401, ARG002 - as its base says
        """Say that Slack cannot be asked now."""
        raise RetryAt(self._clock.now() + timedelta(minutes=1))


@dataclass(frozen=True, kw_only=True)
class AtATerminal(Asked):
    """Somebody with access to the machine asks."""

    can_be_kept = False  # nobody waits here to be told, and the newer program is at hand

    login: str
    word: str
    """What is to be done: the word that was typed."""

    @property
    def viewer(self) -> Viewer:
        """Whoever has the database sees all of it."""
        return Viewer(workspace=self.workspace, user=self.actor.user, everything=True)

    @property
    def cause(self) -> str:
        """The record names who was at the machine, in whoever's name they acted."""
        return f"{TERMINAL}{self.login}"

    async def deliver(
        self,
        command: Command,
        *then: Command,
        answer: Callable[[Done], Message | None] | None = None,
        also: tuple[Effect, ...] = (),
        stream: str | None = None,
    ) -> Message | None:
        """See the base class; what is a person's own to do needs one.

        Raises:
            NotInATerminal: it was not said in whose name.
        """
        if isinstance(command, _FOR_SOMEBODY) and not is_person(self.actor.user):
            raise NotInATerminal(
                "This is done in the name of a person, who is then called or leads: say whose, as "
                "in `muster do --as @ann …`."
            )
        if isinstance(command, Declare):
            command = replace(command, source="terminal")
        return await super().deliver(command, *then, answer=answer, also=also, stream=stream)

    def the_incident(self) -> Incident:
        """See the base class; no room says here which one is meant.

        Raises:
            NotFound: none was named.
        """
        if self.incident is None:
            raise NotFound(
                "Which incident? Give its number right after the word: "
                f"`muster do {self.word} inc-42 …`. `muster list` shows what is open."
            )
        return self.incident

    def open_view(self, view: Message) -> None:  # noqa: ARG002 - as its base says
        """No form opens here: all of it has to stand in the line.

        Raises:
            NotInATerminal: with the usage of the word.
        """
        usage, incident, missing = BY_NAME[self.word].usage, self.incident, ""
        if incident is not None:
            usage = usage.replace(self.word, f"{self.word} {incident.name.lower()}", 1)
            if incident.category is None and "--category" in usage and self.text:
                keys = ", ".join(self.desk.process.categories)
                missing = (
                    f" {incident.name} has no category yet: add --category with one of {keys}."
                )
        raise NotInATerminal(
            f"No form opens in a terminal, so all of it has to be said.{missing} "
            f"Usage: muster do {usage}"
        )

    def refusal(self, why: Refused) -> Message:
        """Raise it again: a terminal tells by its exit status that nothing was done."""
        raise why
