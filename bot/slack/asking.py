"""A person asks for something: who, where, about which incident, and how they are answered.

Words (slash commands), buttons and forms all become an `Asked`; each is carried out the same way,
and its answer is stored with what it caused, so that a repeated delivery gets the same answer.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

from bot.domain.commands import Command
from bot.domain.effects import Effect
from bot.domain.incident import Incident
from bot.domain.refusals import NotFound
from bot.domain.values import Actor
from bot.engine.dispatcher import Answered, Done, Order
from bot.slack.desk import Desk
from bot.storage.queries import Viewer

Message = dict[str, Any]
"""A Slack message: text, and perhaps blocks."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Somebody asks; `identity` recognises the same request when it is delivered again."""

    desk: Desk
    workspace: str
    actor: Actor
    channel: str = ""
    text: str = ""
    identity: str | None = None
    trigger: str = ""
    response_url: str = ""
    view_id: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    incident: Incident | None = None

    @property
    def viewer(self) -> Viewer:
        """The person, as one who looks."""
        return Viewer(workspace=self.workspace, user=self.actor.user)

    @property
    def zone(self) -> str:
        """The person's time zone, as Slack knows it."""
        return self.desk.people.zone(self.workspace, self.actor.user)

    def the_incident(self) -> Incident:
        """Return the incident that is meant.

        Raises:
            NotFound: none was named and this is no incident's room.
        """
        if self.incident is None:
            raise NotFound(
                "Which incident? Type this in its room, or give its number right after the word, "
                f"like `{self.desk.word} show inc-42`. `{self.desk.word} list` shows what is open."
            )
        return self.incident

    def new_stream(self) -> str:
        """Return a fresh identity for an incident; its number comes later, from the database."""
        return str(uuid4())

    async def deliver(
        self,
        command: Command,
        answer: Callable[[Done], Message | None] | None = None,
        *,
        also: tuple[Effect, ...] = (),
        stream: str | None = None,
    ) -> Answered:
        """Carry out a command for this person.

        Raises:
            Refused: the rules say no.
            DatabaseAway: nothing was recorded.
        """
        order = Order(
            workspace=self.workspace,
            stream=stream or self.the_incident().stream,
            command=command,
            actor=self.actor,
            identity=self.identity,
            cause=f"slack:{self.identity}" if self.identity else "slack",
            answer=answer,
            also=also,
        )
        return await self.desk.dispatcher.deliver(order)

    async def say(
        self, command: Command, answer: Callable[[Done], Message | None] | None = None
    ) -> Message | None:
        """Carry out a command on the incident that is meant and return what to say."""
        answered = await self.deliver(command, answer)
        message: Message | None = answered.answer
        return message

    def about(self, incident: Incident | None) -> "Asked":
        """Return the same request about another incident."""
        return replace(self, incident=incident)

    def typing(self, text: str) -> "Asked":
        """Return the same request with other text behind the word."""
        return replace(self, text=text)

    def open_view(self, view: Message) -> None:
        """Open a modal; in a task of its own, so that the acknowledgement does not wait for it."""
        self.desk.errands.start(
            self.desk.calls.call("views.open", trigger_id=self.trigger, view=view), "views.open"
        )


@dataclass(frozen=True, kw_only=True)
class Word:
    """A word behind the slash command.

    `run` gets the request with `text` being what stood behind the word, and returns what to answer
    so that only the person sees it, or None for a bare acknowledgement.
    """

    name: str
    usage: str
    does: str
    run: Callable[[Asked], Awaitable[Message | None]]
    in_incident: bool = True
    """Whether it concerns one incident, found by number or room."""


@dataclass(frozen=True, kw_only=True)
class Form:
    """A modal: `view` builds it, `submit` carries out what was filled in.

    `submit` returns None to close the modal, or a view to turn it into. Refusals are shown in the
    modal and what was typed stays.
    """

    name: str
    submit: Callable[[Asked, "Values"], Awaitable[Message | None]]
    first_field: str


class Values:
    """What was filled in, by field; what is empty is None or ""."""

    def __init__(self, state: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> None:
        self._by_field = {
            field: element for block in state.values() for field, element in block.items()
        }

    def text(self, field: str) -> str:
        """Return what was typed."""
        return str(self._by_field.get(field, {}).get("value") or "")

    def choice(self, field: str) -> str | None:
        """Return the value of the option chosen."""
        option = self._by_field.get(field, {}).get("selected_option")
        return str(option["value"]) if option else None

    def choices(self, field: str) -> tuple[str, ...]:
        """Return the values of the options chosen."""
        options = self._by_field.get(field, {}).get("selected_options") or []
        return tuple(str(option["value"]) for option in options)

    def person(self, field: str) -> str | None:
        """Return the person chosen."""
        chosen = self._by_field.get(field, {}).get("selected_user")
        return str(chosen) if chosen else None

    def moment(self, field: str) -> int | None:
        """Return the time chosen, in seconds since 1970."""
        chosen = self._by_field.get(field, {}).get("selected_date_time")
        return int(chosen) if chosen else None

    def date(self, field: str) -> str | None:
        """Return the date chosen, `2026-07-01`."""
        chosen = self._by_field.get(field, {}).get("selected_date")
        return str(chosen) if chosen else None
