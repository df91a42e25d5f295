"""Slack's deliveries, each acknowledged after what it caused is committed.

bolt acknowledges events before their listener runs, unless `process_before_response` is set; then
there is no time-out either, so every delivery has a deadline here. Catch-alls see to it that
nothing stays unacknowledged, because Slack would send it again three times.
"""

import asyncio
import hashlib
import json
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import wraps
from typing import Any
from uuid import uuid4

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse

from bot.domain.refusals import InvalidInput, NotUnderstood, Refused
from bot.following import step
from bot.slack import buttons, events, words
from bot.slack.asking import Asked, Attempt, KeptForNewer, Message
from bot.slack.beneath import draw_anew
from bot.slack.desk import Desk
from bot.slack.form import Form, Values
from bot.slack.forms import FORMS, declare
from bot.slack.forms.fields import answer
from bot.slack.messages.answers import OUR_FAULT, refused
from bot.slack.messages.away import told_away
from bot.slack.messages.provisional import NOT_YET
from bot.slack.newer_form import newer_form
from bot.storage.database import CommitUnknown, DatabaseAway, Overtaken

log = structlog.get_logger(__name__)

DEADLINE = 2.2
"""Seconds after which a person is told, so that they read it within 2.5; Slack gives three."""

NOT_RECORDED = (
    "The database does not answer, so *nothing was recorded*. Try again in a moment; what is said "
    "in the room meanwhile is not lost."
)
NOT_SHOWN = "This cannot be shown now: the database does not answer. Try again in a moment."
NOT_KNOWN = (
    "The database did not answer in time, and it is not known whether this was recorded. "
    "Asking again is safe: it will not happen twice."
)
NOT_HERE = "This Muster serves another workspace, so nothing was done. Use it there."

App = AsyncApp
"""bolt's app, for whoever connects it."""


def build(desk: Desk) -> AsyncApp:
    """Return the bolt app with every listener registered.

    Over HTTP signatures are checked before bolt is handed anything.
    """
    app = AsyncApp(
        name="muster",  # else bolt reads the source of everything on the stack to find one
        client=desk.calls.client,
        authorize=_authorized(desk),
        signing_secret="",
        request_verification_enabled=False,
        ssl_check_enabled=False,
        process_before_response=True,
        ignoring_self_events_enabled=False,
        url_verification_enabled=True,
    )
    edge = Edge(desk)
    app.command(re.compile(r".*"))(edge.command)
    app.action(re.compile(r".*"))(edge.action)
    app.view(re.compile(r".*"))(edge.submission)
    app.view_closed(re.compile(r".*"))(edge.closed)
    app.shortcut(re.compile(r".*"))(edge.shortcut)
    app.options(re.compile(r".*"))(edge.silence)
    app.event(re.compile(r".*"))(edge.event)
    return app


def _authorized(desk: Desk) -> Callable[..., Awaitable[AuthorizeResult]]:
    """Tell bolt who the bot is; it would ask Slack at the first delivery, once per parallel one."""
    me = AuthorizeResult(
        enterprise_id=None,
        team_id=desk.me.workspace,
        bot_id=desk.me.bot,
        bot_user_id=desk.me.user,
        bot_token=desk.calls.client.token,
    )

    async def authorize(**_: Any) -> AuthorizeResult:
        return me

    return authorize


Handle = Callable[["Edge", AsyncAck, dict[str, Any]], Awaitable[None]]


def followed(kind_of: Callable[[dict[str, Any]], str]) -> Callable[[Handle], Handle]:
    """Have a delivery counted and timed, and all that comes of it told by one id."""

    def around(handle: Handle) -> Handle:
        @wraps(handle)
        async def take(self: "Edge", ack: AsyncAck, body: dict[str, Any]) -> None:
            kind, started = kind_of(body), time.perf_counter()
            with step("delivery", of=uuid4().hex, kind=kind):
                self.tally.count("deliveries", kind)
                try:
                    await handle(self, ack, body)
                finally:
                    seconds = time.perf_counter() - started
                    self.tally.took("delivery_seconds", seconds, kind)
                    log.debug("delivery.answered", kind=kind, seconds=round(seconds, 3))

        return take

    return around


class Edge:
    """The Slack edge: the one place that tells a person what was and what was not recorded."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.tally = desk.tally

    @followed(lambda _: "command")
    async def command(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """A slash command; its answer is the acknowledgement's text."""
        if body["team_id"] != self._desk.me.workspace:
            log.warning("delivery.of_another_workspace")
            await ack(**refused(NOT_HERE, None))
            return
        asked = await self._asked(
            body["user_id"],
            of=body["team_id"],
            channel=body["channel_id"],
            text=body.get("text") or "",
            identity=_identity(body),
            trigger=body.get("trigger_id") or "",
            response_url=body.get("response_url") or "",
        )
        self._desk.known_rooms.note(body["channel_id"], str(body.get("channel_name") or ""))
        message, _ = await self._answered(words.run(asked), asked)
        await ack(**message) if message else await ack()

    @followed(lambda _: "action")
    async def action(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """A button or a choice; its answer goes through the response_url."""
        asked = await self._interaction(body)
        await self._reply(ack, asked, buttons.press(asked, body))

    @followed(lambda _: "submission")
    async def submission(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """A filled form: refusals are shown in it, and what was typed stays."""
        view = body["view"]
        form = FORMS.get(view["callback_id"], newer_form(view))
        asked = await self._asked(
            body["user"]["id"],
            of=_home(body),
            identity=f"view:{view['id']}",
            view_id=view["id"],
            trigger=body.get("trigger_id") or "",
        )
        message, problem = await self._answered(_submitted(form, asked, view), asked)
        if problem is not None:
            field = problem.field if isinstance(problem, InvalidInput) else form.first_field
            if field not in view["state"]["values"]:
                field = form.first_field
            await ack(response_action="errors", errors={field: _plain(str(problem))})
        elif message and message.get("type") == "modal":
            await ack(response_action="update", view=message)
        elif message and self._desk.calls.reach.away:
            await ack(response_action="update", view=answer(message))  # closing would say: done
        elif view.get("previous_view_id"):
            await ack()  # back to the form that this one lies on
        else:
            await ack(response_action="clear")

    @followed(lambda _: "shortcut")
    async def shortcut(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """A shortcut of the message menu or of the composer."""
        asked = await self._interaction(body)
        await self._reply(ack, asked, buttons.use_shortcut(asked, body))

    @followed(lambda body: str(body["event"]["type"]))
    async def event(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Something happened in Slack; what is not recorded is not acknowledged: it comes again."""
        try:
            async with asyncio.timeout(DEADLINE):
                await events.take(self._desk, body)
        except (DatabaseAway, Overtaken, TimeoutError) as fault:
            self._desk.message_log.note_gap()
            log.warning("delivery.not_recorded", kind=body["event"]["type"], why=repr(fault))
            ack.response = BoltResponse(status=503)
        except NotUnderstood:  # it comes again, to another replica or to this one upgraded
            log.info("delivery.left_to_newer", kind=body["event"]["type"])
            ack.response = BoltResponse(status=503)
        else:
            await ack()

    async def closed(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """A form that was closed unsent: whoever began to declare does so no more."""
        if body["view"]["callback_id"] == declare.NAME:
            self._desk.drafts.end(self._desk.me.workspace, body["user"]["id"])
        await ack()

    async def silence(self, ack: AsyncAck) -> None:
        """Nothing to do, and nothing left unacknowledged."""
        await ack()

    async def _asked(self, user: str, *, of: str, **values: Any) -> Asked:
        """Read who asks; whoever is of another workspace is so, whatever Slack knows of them."""
        attempt = Attempt(answer_by=asyncio.get_running_loop().time() + DEADLINE)
        workspace = self._desk.me.workspace
        actor = await self._desk.people.actor(workspace, user)
        if of not in {"", workspace}:
            actor = replace(actor, external=True)
        return Asked(desk=self._desk, workspace=workspace, actor=actor, attempt=attempt, **values)

    async def _interaction(self, body: dict[str, Any]) -> Asked:
        """Read who pressed a button or chose a shortcut, and where."""
        return await self._asked(
            body["user"]["id"],
            of=_home(body),
            channel=(body.get("channel") or {}).get("id", ""),
            identity=_identity(body),
            trigger=body.get("trigger_id") or "",
            response_url=body.get("response_url") or "",
            view_id=(body.get("view") or {}).get("id", ""),
        )

    async def _reply(self, ack: AsyncAck, asked: Asked, work: Awaitable[Message | None]) -> None:
        """Acknowledge once the work is done, and tell its answer beside that."""
        message, _ = await self._answered(work, asked)
        await ack()
        if message:
            self._desk.errands.start(asked.tell(message), "reply")

    async def _answered(
        self, work: Awaitable[Message | None], asked: Asked
    ) -> tuple[Message | None, Exception | None]:
        """Await the answer, and put every failure into words. Returns message and problem."""
        try:
            async with asyncio.timeout_at(asked.attempt.answer_by):
                message = await work
            away = self._desk.calls.reach.away
            return told_away(message, away) if away else message, None
        except Refused as refusal:
            return asked.refusal(refusal), refusal
        except KeptForNewer as kept:
            return kept.message, None
        except (DatabaseAway, Overtaken, TimeoutError) as fault:
            said = _what_is_known(fault, asked)
            log.warning(
                "delivery.database_away", why=repr(fault), known=said in {NOT_RECORDED, NOT_SHOWN}
            )
            return refused(said, None), Refused(said)
        except Exception:
            log.exception("delivery.failed", identity=asked.identity)
            return refused(OUR_FAULT, None), Refused(OUR_FAULT)


def _what_is_known(fault: Exception, asked: Asked) -> str:
    """Say what was recorded when nobody could tell in time, or at all."""
    if asked.channel in asked.desk.known_rooms.rooms:
        return NOT_YET
    if asked.attempt.only_shows:
        return NOT_SHOWN
    late = isinstance(fault, TimeoutError) and asked.attempt.maybe_recorded
    if not late and not isinstance(fault, CommitUnknown):
        return NOT_RECORDED
    return asked.attempt.not_known or NOT_KNOWN


async def _submitted(form: Form, asked: Asked, view: dict[str, Any]) -> Message | None:
    """Carry out what was filled in, about the incident that the form carries."""
    asked = await buttons.about_private_metadata(asked, view.get("private_metadata") or "")
    try:
        message = await form.submit(asked, Values(view["state"]["values"]))
    except KeptForNewer as kept:
        return answer(kept.message)  # a form that closes would say: done
    below = view.get("previous_view_id")
    if message is None and below:
        asked.desk.errands.start(draw_anew(asked, below), "views.update")
    return message


def _identity(body: dict[str, Any]) -> str:
    """Return what tells this delivery from every other; where Slack names nothing, all of it."""
    trigger = body.get("trigger_id")
    if trigger:
        return f"trigger:{trigger}"
    whole = json.dumps(body, sort_keys=True, ensure_ascii=True).encode()
    return f"body:{hashlib.sha256(whole).hexdigest()}"


def _home(body: dict[str, Any]) -> str:
    """Return the workspace of whoever pressed or submitted, "" where Slack does not say.

    In a channel that organisations share, this is not where the app is installed.
    """
    team = body.get("team") or {}
    return str(body["user"].get("team_id") or team.get("id") or "")


def _plain(text: str) -> str:
    """Errors in a form are plain text: no stars, and no mentions that would not be resolved."""
    return re.sub(r"[*`]", "", text)[:2_000]
