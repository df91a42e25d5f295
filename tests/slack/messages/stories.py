"""Incidents in every state that a message is made of, told with the rules themselves."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from bot.domain import commands as c
from bot.domain import effects as f
from bot.domain.process import SEVERITIES, Process
from bot.domain.values import Text
from bot.playbook_files import load_folder
from bot.storage.codec import pack_effect
from bot.storage.outbox import Pending
from bot.storage.queries import Listed
from tests.domain.vocabulary import (
    ANN,
    BOB,
    CLEO,
    DAN,
    STREAM,
    WORKSPACE,
    Story,
    declare,
    declared,
    minutes,
    resolved,
    with_room,
)
from tests.domain.vocabulary import closed as closed_story

PAGE = "https://muster.example/incidents/42"
HOSTILE = "<!channel> <@UANN> @here & *bold* ```pre <" + "<" * 60
CALLED = tuple(
    replace(level, mention="SOPS") if level.key == "sev1" else level for level in SEVERITIES
)


@cache
def process() -> Process:
    bare = Process(severities=CALLED, services=("checkout", "search"))
    library = load_folder(Path(__file__).parents[3] / "playbooks", bare)
    return replace(bare, playbooks=library.playbooks)


def outage(*, private: bool = False, drill: bool = False) -> c.Declare:
    return c.Declare(
        title=Text("Checkout is down"),
        severity="sev1",
        category="availability",
        services=("checkout",),
        number=42,
        private=private,
        drill=drill,
    )


def just_declared() -> Story:
    return declared(outage(), process=process())


def room_ready() -> Story:
    return with_room(outage(), process=process())


def at_work() -> Story:
    """Roles given, a playbook running, an update posted, a decision taken."""
    story = room_ready()
    story.do(c.PersonEntered(user=BOB), BOB)
    story.do(c.PersonEntered(user=CLEO), CLEO)
    story.do(c.GiveRole(role="deputy", to=BOB))
    story.do(c.GiveRole(role="operations", to=CLEO))
    story.do(c.Edit(summary=Text("Payments fail since the 11:50 deploy of checkout.")))
    story.do(c.StartPlaybook(playbook="service-outage"))
    story.do(c.CompletePath(path="1", note=Text("HTTP 502 on pay"), run="run-1"))
    story.now += minutes(10)
    story.do(
        c.PostUpdate(
            text=Text("Payments fail for everybody in the EU. We are rolling back checkout."),
            impact=Text("EU customers cannot pay; baskets are kept."),
        )
    )
    story.do(c.AddNote(text=Text("deploy 512 went out at 11:50"), at=story.now - minutes(20)))
    story.do(c.RecordDecision(text=Text("Roll back instead of searching for the cause.")))
    story.do(c.AddFollowup(text=Text("Alert on failed payments"), owner=BOB))
    return story


def deep_in_a_playbook() -> Story:
    story = at_work()
    for number in range(2, 7):
        story.do(
            c.CompletePath(
                path=str(number),
                run="run-1",
                note=Text("seen"),
                link="https://graphs.example/1",
            )
        )
    return story


def handing_over() -> Story:
    story = at_work()
    story.do(c.OfferHandover(to=BOB))
    return story


def paging() -> Story:
    story = at_work()
    story.do(c.PagePerson(to=CLEO, text=Text("The replica is yours")))
    story.do(c.PageWasDelivered(number=1, times=1))
    story.do(c.PagePerson(to=DAN))
    story.do(c.AnswerPage(), by=DAN)
    story.passes(minutes(16))
    return story


def without_commander() -> Story:
    story = at_work()
    story.do(c.DropRole(role="commander"))
    return story


def overdue() -> Story:
    story = at_work()
    story.passes(minutes(45))
    return story


def long_overdue() -> Story:
    story = at_work()
    story.passes(timedelta(hours=6))
    return story


def failing() -> Story:
    story = room_ready()
    for effect in ("AddBookmark", "ShowAnnouncement", "PinCard", "PostToRoom:7", "ShowTopic"):
        story.do(c.EffectGivenUp(effect=effect, why=f"{effect}: Slack said no to <@{BOB}>."))
    return story


def roomless() -> Story:
    story = just_declared()
    why = "The room: Slack's settings do not let Muster make channels."
    story.do(c.EffectGivenUp(effect="CreateRoom", why=why))
    return story


def archived() -> Story:
    story = at_work()
    story.do(c.RoomWasArchived())
    return story


def private_drill() -> Story:
    return with_room(outage(private=True, drill=True), process=process())


def after_resolve() -> Story:
    story = at_work()
    story.do(c.Resolve(resolution=Text("Rolled back checkout to 511.")))
    story.do(c.ReviewWasCompiled(version=story.incident.version, digest="d", complete=False))
    return story


def reopened() -> Story:
    story = after_resolve()
    story.do(c.Reopen(reason=Text("Payments fail again.")))
    return story


def after_close() -> Story:
    story = after_resolve()
    story.do(c.Close(anyway=Text("The rest is in the ticket.")))
    story.do(c.ReviewWasCompiled(version=story.incident.version, digest="e", complete=True))
    return story


def declined() -> Story:
    story = room_ready()
    story.do(c.Decline(reason=Text("The probe was wrong.")))
    return story


def cancelled() -> Story:
    story = room_ready()
    story.do(c.Cancel(reason=Text("Twice the same.")))
    return story


def calmer() -> Story:
    story = at_work()
    story.do(c.SetSeverity(severity="sev3", reason=Text("A work-around holds.")))
    story.do(c.SetStatus(status="mitigated"), BOB)
    story.do(c.PostUpdate(no_change=True, next_in_minutes=0), BOB)
    return story


def hostile() -> Story:
    """Every text that a person can write is an attack."""
    story = with_room(
        c.Declare(
            title=Text(HOSTILE[:120]),
            summary=Text(HOSTILE * 10),
            severity="sev1",
            category="availability",
            services=("<!here>", "checkout"),
            number=42,
        ),
        process=replace(process(), services=("<!here>", "checkout")),
    )
    story.do(c.PostUpdate(text=Text(HOSTILE * 20), impact=Text("<" * 2_500)))
    story.do(c.AddNote(text=Text(HOSTILE)))
    story.do(c.RecordDecision(text=Text(HOSTILE)))
    story.do(c.AddFollowup(text=Text(HOSTILE), owner=BOB))
    story.do(c.SetSeverity(severity="sev2", reason=Text(HOSTILE)))
    story.do(c.SetStatus(status="identified", reason=Text("\ue0000\ue001 " + HOSTILE)))
    story.do(c.StartPlaybook(playbook="service-outage"))
    story.do(c.CompletePath(path="1", note=Text(HOSTILE), run="run-1"))
    story.do(c.SkipPath(path="2", reason=Text(HOSTILE), run="run-1"))
    story.do(c.Resolve(resolution=Text(HOSTILE * 20)))
    story.do(c.Reopen(reason=Text(HOSTILE)))
    return story


STORIES: dict[str, Callable[[], Story]] = {
    "just declared": just_declared,
    "room ready": room_ready,
    "minor": lambda: with_room(declare(), process=process()),
    "at work": at_work,
    "deep in a playbook": deep_in_a_playbook,
    "handing over": handing_over,
    "paging": paging,
    "without commander": without_commander,
    "overdue": overdue,
    "long overdue": long_overdue,
    "failing": failing,
    "roomless": roomless,
    "archived": archived,
    "private drill": private_drill,
    "calmer": calmer,
    "resolved bare": lambda: resolved(process=process()),
    "resolved": after_resolve,
    "reopened": reopened,
    "closed bare": lambda: closed_story(process=process()),
    "closed": after_close,
    "declined": declined,
    "cancelled": cancelled,
    "hostile": hostile,
}


def pending(effect: f.Effect, story: Story, *, after: float = 0, attempts: int = 0) -> Pending:
    """Return an effect that is due `after` seconds from now."""
    return Pending(
        kind=type(effect).__name__,
        body=pack_effect(effect),
        due=story.now + timedelta(seconds=after),
        attempts=attempts,
    )


def everything_owed(story: Story) -> list[Pending]:
    """Return one late effect of each kind that stands on the card."""
    effects: list[f.Effect] = [
        f.InviteDeclarer(stream=STREAM, user=ANN),
        f.InviteResponders(stream=STREAM, who=(BOB, CLEO, DAN)),
        f.ShowCard(stream=STREAM),
        f.PinCard(stream=STREAM),
        f.PostGuidelines(stream=STREAM),
        f.ShowTopic(stream=STREAM),
        f.AddBookmark(stream=STREAM),
        f.ShowAnnouncement(stream=STREAM, workspace=WORKSPACE),
        f.PostToRoom(stream=STREAM, version=3),
        f.PostToFeed(stream=STREAM, version=3, workspace=WORKSPACE),
        f.TellPerson(stream=STREAM, version=3, user=BOB),
        f.AnswerWithRoom(stream=STREAM, reply_to="url:x", user=ANN),
    ]
    return [pending(effect, story, after=20, attempts=2) for effect in effects]


def listed(story: Story) -> Listed:
    """Return an incident as the register lists it."""
    i = story.incident
    return Listed(
        stream=i.stream,
        number=i.number,
        title=i.title,
        summary=i.summary,
        impact=i.impact,
        severity=i.severity,
        status=i.status,
        phase=i.phase.value,
        open=not i.at_rest,
        category=i.category,
        services=i.services,
        private=i.private,
        drill=i.drill,
        reporter=i.reporter,
        commander=i.commander,
        channel=i.room.channel if i.room else None,
        channel_name=i.room.name if i.room else None,
        declared_at=story.record[0].happened_at,
        started_at=None,
        resolved_at=None,
        closed_at=None,
        update_due_at=i.cadence.due_at,
        changed_at=story.now,
        review_version=None,
    )


def texts(node: object) -> Iterator[str]:
    """Yield every text of a message, blocks and buttons included."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in {"text", "accessibility_label"} and isinstance(value, str):
                yield value
            else:
                yield from texts(value)
    elif isinstance(node, list):
        for each in node:
            yield from texts(each)


def buttons(node: object) -> Iterator[dict[str, Any]]:
    """Yield every button of a message."""
    if isinstance(node, dict):
        if node.get("type") == "button":
            yield node
        for value in node.values():
            yield from buttons(value)
    elif isinstance(node, list):
        for each in node:
            yield from buttons(each)


def labels(message: object) -> list[str]:
    """Return what stands on the buttons."""
    return [each["text"]["text"] for each in buttons(message)]


def whole(message: object) -> str:
    """Return all that a message says."""
    return "\n".join(texts(message))
