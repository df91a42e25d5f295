"""A person asks for something: who, where, about which incident, and how they are answered.

Words (slash commands), buttons and forms all become an `Asked`; each is carried out the same way,
and its answer is stored with what it caused, so that a repeated delivery gets the same answer.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Literal

import structlog

from bot.domain import commands as c
from bot.domain import lifecycle, permissions
from bot.domain.commands import Command
from bot.domain.effects import Effect
from bot.domain.given import Given
from bot.domain.incident import Incident
from bot.domain.refusals import NotFound, NotNow, NotUnderstood, Refused
from bot.domain.values import Actor
from bot.engine.orders import Done, Order
from bot.engine.verdicts import GiveUp, NoAccess, Verdict
from bot.slack.calls import SlackSaidNo
from bot.slack.desk import Desk
from bot.slack.messages.answers import refused
from bot.slack.messages.deeds import do_button
from bot.slack.messages.provisional import NOT_YET
from bot.slack.messages.requests import half_read, kept
from bot.slack.replies import insist
from bot.slack.typed import readable, typeable
from bot.storage.queries import Viewer

Surface = Literal["typed", "post", "whisper", "modal", "home", "left post"]
"""Where something was asked: typed, or by a button in a post that everybody sees, in an answer that
one person sees, in a modal, or in the home. A left post is one that Muster draws anew no more."""

log = structlog.get_logger(__name__)

NOT_OPENED = (
    "The form could not be opened: Slack lets a bot open one for three seconds only, and they had "
    "passed. Nothing was recorded; please try again."
)
NOT_NOW = (
    "The form could not be opened: Slack does not take anything from Muster at present. Words that "
    "are typed are still recorded: `{word} help` shows how."
)

Message = dict[str, Any]
"""A Slack message: text, and perhaps blocks."""


class KeptForNewer(Exception):
    """A newer version of Muster has to decide this, and it is kept until then.

    The message is what the person reads, in place of an answer.
    """

    def __init__(self, message: Message) -> None:
        super().__init__(message["text"])
        self.message = message


class NoForm(Refused):
    """This form does not work here any more. Nothing was recorded; please open it again."""


@dataclass(kw_only=True)
class Attempt:
    """How far a delivery has come, so that its person is told whether anything was recorded."""

    answer_by: float | None = None
    """When the person must be answered, in the event loop's time."""
    maybe_recorded: bool = False
    """Whether something of it was about to be committed, or has been."""
    only_shows: bool = False
    """Whether it is a question: nothing was to be recorded."""
    not_known: str = ""
    """What to say where that is not known and asking again would undo it."""

    def until(self, spare: float) -> float | None:
        """Return when there are so many seconds left to answer in."""
        return None if self.answer_by is None else self.answer_by - spare


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
    surface: Surface = "typed"
    """Where a button was pressed, if one was."""
    form: str = ""
    """The form in which a button was pressed, if it was in one."""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    incident: Incident | None = None
    attempt: Attempt = field(default_factory=Attempt)

    @property
    def viewer(self) -> Viewer:
        """The person, as one who looks."""
        return Viewer(workspace=self.workspace, user=self.actor.user)

    @property
    def cause(self) -> str:
        """What the record says about where this came from."""
        return f"slack:{self.identity}" if self.identity else "slack"

    can_be_kept: ClassVar[bool] = True
    """Whether what a newer version has to decide can wait for it: the person is told later."""

    @property
    def reply_to(self) -> str:
        """Where something can be told later; Slack takes it there for half an hour."""
        return f"url:{self.response_url}" if self.response_url else "direct"

    @property
    def zone(self) -> str:
        """The person's time zone, as Slack knows it."""
        return self.desk.people.zone(self.workspace, self.actor.user)

    @property
    def here(self) -> bool:
        """Whether this is asked in the incident's room, where the others' answers are seen too."""
        channel = self.channel or self.metadata.get("channel")
        room = self.incident.room if self.incident else None
        return room is not None and room.channel == channel

    @property
    def given(self) -> Given:
        """What the rules are told besides incident and command."""
        return Given(actor=self.actor, now=self.desk.clock.now(), process=self.desk.process)

    def readable(self, text: str) -> str:
        """Return what was typed as people read it: `@bob` and plain addresses, nothing escaped."""
        return readable(text, lambda user: self.desk.people.name(self.workspace, user))

    def the_incident(self) -> Incident:
        """Return the incident that is meant.

        Raises:
            NotFound: none was named and this is no incident's room.
        """
        if self.incident is None and self.channel in self.desk.known_rooms.rooms:
            raise NotNow(NOT_YET)
        if self.incident is None:
            raise NotFound(
                "Which incident? Type this in its room, or give its number right after the word, "
                f"like `{self.desk.word} show inc-42`. `{self.desk.word} list` shows what is open."
            )
        return self.incident

    async def deliver(
        self,
        command: Command,
        *then: Command,
        answer: Callable[[Done], Message | None] | None = None,
        also: tuple[Effect, ...] = (),
        stream: str | None = None,
    ) -> Message | None:
        """Carry out what this person asks for, all of it or nothing, and return what to say.

        Without an `answer` nothing is said: that a form closes says enough.

        Raises:
            Refused: the rules say no.
            KeptForNewer: it is for a newer version to decide.
            DatabaseAway: nothing was recorded.
        """
        attempt = self.attempt

        def answered(done: Done) -> Message | None:
            attempt.maybe_recorded = True  # the transaction has nothing left to do but to commit
            return answer(done) if answer else None

        def later() -> str:
            attempt.maybe_recorded = True
            return "" if isinstance(command, c.AskAccess) else self.reply_to

        order = Order(
            workspace=self.workspace,
            stream=stream or self.the_incident().stream,
            command=command,
            then=then,
            actor=self.actor,
            identity=self.identity,
            cause=self.cause,
            answer=answered,
            also=also,
            later=later if self.can_be_kept else None,
        )
        came = await self.desk.dispatcher.deliver(order)
        if came.kept:
            name = self.incident.name if self.incident else "This incident"
            raise KeptForNewer(kept(name, here=bool(self.response_url)))
        message: Message | None = came.answer
        return message

    def may(self, command: c.AskedByPerson) -> Incident:
        """Return the incident that is meant, if this person may ask for such a command now.

        It is asked before a form opens, so that nobody fills one in for nothing. What has to wait
        for a newer version of Muster is let through.

        Raises:
            Refused: the person or the state of the incident does not allow it.
        """
        incident = self.the_incident()
        if incident.holds_unknown and self.can_be_kept:
            if isinstance(command, c.OfTheMoment):
                raise NotUnderstood
            return incident
        permissions.allow(incident, command, self.given)
        lifecycle.takes_work(incident, command)
        return incident

    def refusal(self, why: Refused) -> Message:
        """Return a refusal as an answer, with the button that leads on."""
        self.desk.tally.count("refusals", type(why).__name__)
        out = why.way_out
        stream = self.incident.stream if self.incident else ""
        button = do_button(out.label, stream, out.command) if out else None
        about = None if isinstance(why, NotUnderstood) else self.incident  # that says it itself
        return refused(self.typeable(why.message) + half_read(about), button)

    def typeable(self, sentence: str) -> str:
        """Return a sentence of the rules with its words as they are typed: `/incident reopen`."""
        return typeable(sentence, self.desk.word)

    async def about_stream(self, stream: str, command: Command | None = None) -> "Asked":
        """Return the same request about the incident of this stream; it is for this command.

        Raises:
            NotFound: there is none, or it is private and not for this person.
        """
        incident, user = await self.desk.dispatcher.current(stream), self.actor.user
        if (
            incident is None
            or incident.workspace != self.workspace
            or not (
                permissions.may_see(incident, user)
                or permissions.may_answer(incident, command, user)
            )
        ):
            raise NotFound("There is no such incident, or it is not for you to see.")
        return self.about(incident)

    def carried(self, name: str) -> str:
        """Return what the open form carries under a name.

        Raises:
            NoForm: it carries no such thing.
        """
        value = self.metadata.get(name)
        if not isinstance(value, str):
            raise NoForm
        return value

    def where_it_was_asked(self) -> "Asked":
        """Return the same request as if made where the open form was asked for."""
        return replace(self, channel=self.channel or str(self.metadata.get("channel") or ""))

    def about(self, incident: Incident | None) -> "Asked":
        """Return the same request about another incident."""
        return replace(self, incident=incident)

    def open_view(self, view: Message) -> None:
        """Open a modal; in a task of its own, so that the acknowledgement does not wait for it."""
        method = "views.push" if self.surface == "modal" else "views.open"
        if self.form:
            view = _laid_on(view, self.form, str(self.metadata.get("channel") or ""))
        self.desk.errands.start(self._opened(method, view), method)

    async def _opened(self, method: str, view: Message) -> None:
        """Open it, or say that it could not be: a click that does nothing is the worst answer."""
        try:
            await self.desk.calls.call(method, trigger_id=self.trigger, view=view)
        except (SlackSaidNo, Verdict) as fault:
            log.warning("view.not_opened", view=view["callback_id"], why=str(fault))
            away = isinstance(fault, NoAccess) or self.desk.calls.reach.away is not None
            why = NOT_NOW.format(word=self.desk.word) if away else NOT_OPENED
            await self.tell(refused(why, None))

    async def tell(self, message: Message) -> None:
        """Tell the person where they asked, or in a direct message where that cannot be."""
        if self.response_url:
            reply = {"response_type": "ephemeral", "replace_original": False, **message}
            try:
                await insist(self.desk, self.response_url, reply)
            except GiveUp:
                log.info("answer.elsewhere", identity=self.identity)
            else:
                return
        await self.desk.calls.call("chat.postMessage", channel=self.actor.user, **message)

    def update_view(self, view: Message) -> None:
        """Change the modal in which a button was pressed."""
        self.desk.errands.start(
            self.desk.calls.call("views.update", view_id=self.view_id, view=view), "views.update"
        )


def _laid_on(view: Message, below: str, channel: str) -> Message:
    """Return a form that knows which one it lies on, and where that was asked for."""
    carried = json.loads(view["private_metadata"])
    more = {"below": below, "channel": carried.get("channel") or channel}
    return {**view, "private_metadata": json.dumps({**carried, **more})}
