"""Paging in words: the call itself, what the card shows of it, what the room is told."""

from collections.abc import Iterable

from bot.domain import commands as c
from bot.domain import events as e
from bot.domain.accepting import clean_text
from bot.domain.incident import Incident
from bot.domain.permissions import may_see
from bot.domain.process import Process
from bot.domain.values import MUSTER, Page
from bot.slack.messages.deeds import do_button, word_button
from bot.slack.messages.phrases import doorkeeper, dot, headline, marked, named, severity_of, where
from bot.slack.messages.text import (
    Block,
    Message,
    actions,
    brief_words,
    context,
    mention,
    message,
    quoted,
    section,
    when,
)

_MOST = 5


def overtaken(page: Page, times: int) -> bool:
    """Say whether a call need not go out: it was answered, or the next one is on its way."""
    return not page.waits or times < page.times


def call(incident: Incident, page: Page, times: int, process: Process) -> Message:
    """Return the message that calls somebody.

    Once they have been called they read of a private incident in its room, or not at all: whom
    Slack does not let in, learns from further calls only that they are still needed.
    """
    by = "Muster" if page.by == MUSTER.user else mention(page.by)
    level = f"{dot(process, incident.severity)} {severity_of(process, incident.severity)}"
    marks = f"*{marked(incident)}* · " if marked(incident) else ""
    first = f"📞 {by} calls you to {marks}*{incident.name}* · {level}"
    again = f" This is call {times}; the calls go on until you answer." if times > 1 else ""
    coming = do_button("I’m coming", incident.stream, c.AnswerPage(), style="primary")
    lead = mention(incident.lead)
    if times == 1 or may_see(incident, page.user):
        alert = headline(incident, process)
        first += f": {brief_words(incident.title)}\n{lead} leads it. The room: {where(incident)}."
        more = [word_button("Catch up", "catchup", incident.stream)]
    else:
        alert, more = named(incident), []
        first += (
            "\nYou are not in its room yet. Press *I’m coming* and ask "
            f"{doorkeeper(incident)} to let you in."
        )
    return message(
        f"📞 You are called to {alert}",
        section(first + again),
        section(quoted(page.text, 1_000)) if page.text else None,
        actions(*filter(None, [coming]), *more),
    )


def waiting(incident: Incident) -> list[Block]:
    """Return who was called and has not come yet, for the card."""
    if incident.at_rest:
        return []
    missing = [page for page in incident.pages if page.acknowledged_at is None]
    newest = {page.user: page for page in missing if not _came_later(incident, page)}
    lines = [f"📞 {_state(page)}" for page in list(newest.values())[-_MOST:]]
    return [context("\n".join(lines))] if lines else []


def _came_later(incident: Incident, page: Page) -> bool:
    return any(
        other.user == page.user and other.number > page.number and other.acknowledged_at
        for other in incident.pages
    )


def _state(page: Page) -> str:
    """Return where a call stands: sent, delivered, or without an answer in the end."""
    who = mention(page.user)
    if page.given_up_at is not None:
        if not page.reached:
            return f"{who} could not be reached: Slack did not take the page"
        calls = "a call" if page.times == 1 else f"{page.times} calls"
        return f"{who} did not answer {calls}"
    how = "delivered" if page.delivered >= page.times else "sent"
    times = f", call {page.times}" if page.times > 1 else ""
    return f"{who} was paged {when(page.sent_at)} ({how}{times}), no answer yet"


def answered(incident: Incident, event: e.PageAcknowledged, by: str) -> Message:
    """Return what the room is told when somebody comes, and what to do where they cannot get in."""
    page = next((one for one in incident.pages if one.number == event.number), None)
    text = f"📞 {by} is coming{f', {mention(page.by)}' if page and page.by != MUSTER.user else ''}."
    if page and page.user not in incident.members:
        text += (
            f" {by} is not in this room yet: if Slack does not let Muster bring them in, "
            "invite them by hand."
        )
    return message(f"{by} answered the page", section(text))


def not_sent(incident: Incident, asked: Iterable[c.Command]) -> Message | None:
    """Return what whoever calls learns, where people are called already, by other words."""
    others = [
        mention(each.to)
        for each in asked
        if isinstance(each, c.PagePerson) and each.text and not _sent(incident, each)
    ]
    if not others:
        return None
    are, they = ("is", "until they answer") if len(others) == 1 else ("are", "until each answers")
    words = (
        f"{', '.join(others)} {are} being paged for {incident.name} already, {they}. "
        "Your words were *not sent*: write them in the room."
    )
    return message(words, section(words))


def _sent(incident: Incident, asked: c.PagePerson) -> bool:
    last = next((each for each in reversed(incident.pages) if each.user == asked.to), None)
    return last is None or last.text == clean_text(asked.text, "text")


def unanswered(incident: Incident, event: e.PageUnanswered) -> Message:
    """Return what the room is told when nobody comes."""
    if not event.reached:
        return unreached(incident, event)
    calls = "a page" if event.times == 1 else f"{event.times} pages"
    text = f"📞 {mention(event.user)} did not answer {calls}."
    if event.passed_to is not None:
        text += f" {mention(event.passed_to)} is called now."
        return message(f"{incident.name}: a page was not answered", section(text))
    text += f" {mention(incident.lead)}, whom else do you need?"
    again = do_button("Call again", incident.stream, c.PagePerson(to=event.user), nth="again")
    other = word_button("Page somebody else", "page", incident.stream)
    return message(
        f"{incident.name}: a page was not answered",
        section(text),
        actions(*filter(None, [again]), other),
    )


def unreached(incident: Incident, event: e.PageUnanswered) -> Message:
    """Return what is said when Slack does not take a call: nobody must wait for that person."""
    failure = incident.failures.get(f"SendPage:{event.number}:{event.times}")
    text = f"⚠️ {mention(event.user)} could not be reached and knows nothing of the page."
    following = f" {mention(event.passed_to)} is called now." if event.passed_to else ""
    text += following or f" {mention(incident.lead)}, whom else do you need?"
    return message(
        f"{incident.name}: a page could not be delivered",
        section(text),
        context(failure.why) if failure else None,
        actions(word_button("Page somebody else", "page", incident.stream)),
    )
