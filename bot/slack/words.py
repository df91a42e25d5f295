"""The words behind the slash command: finding the one that is meant, and running it."""

from dataclasses import replace

from bot.domain.commands import Command
from bot.domain.incident import Incident
from bot.domain.permissions import may_answer, may_see
from bot.domain.refusals import NotFound, Refused
from bot.slack.asking import Asked, Message
from bot.slack.commands import WORDS
from bot.slack.messages.text import unescape
from bot.slack.typed import first_word, no_such_word, number_of
from bot.slack.word import Word

BY_NAME = {word.name: word for word in WORDS}


async def run(asked: Asked) -> Message | None:
    """Run what was typed: `word [inc-42] …`."""
    name, rest = first_word(asked.text)
    if number_of(name) is not None:
        number, (name, behind) = name, first_word(rest)
        if name.lower() not in BY_NAME or not name:
            name, behind = "show", rest
        rest = f"{number} {behind}"
    return await run_word(word_named(name, asked.desk.word), asked, rest)


def word_named(name: str, command: str) -> Word:
    """Return the word that is meant.

    Raises:
        BadUsage: there is no such word; the nearest one is suggested.
    """
    word = BY_NAME.get(name.lower())
    if word is not None:
        return word
    raise no_such_word(unescape(name), filter(None, BY_NAME), command)


async def run_word(word: Word, asked: Asked, rest: str) -> Message | None:
    """Run a word on the incident that is named, or whose room this is."""
    asked.attempt.only_shows = word.only_shows
    incident = asked.incident
    first, behind = first_word(rest)
    number = number_of(first) if word.in_incident else None
    if number is not None:
        rest = behind
        incident = await _numbered(asked, number, word.asks)
    elif incident is None and asked.channel and not word.anywhere:
        incident = await asked.desk.incident_of_room(asked.channel)
        if incident is not None and not may_see(incident, asked.actor.user):
            incident = None
    about = replace(asked, incident=incident, text=rest)
    try:
        if word.in_incident:
            about.the_incident()
        return await word.run(about)
    except Refused as why:
        return about.refusal(why)


async def _numbered(asked: Asked, number: int, asks: Command | None) -> Incident:
    """Return the incident with a number, if they may see it, or ask for this without.

    Raises:
        NotFound: there is none, or not for them; the sentence is the same.
    """
    incident = await asked.desk.incident_numbered(asked.viewer, number)
    if incident is None and asks is not None:
        hidden = await asked.desk.incident_numbered(replace(asked.viewer, everything=True), number)
        incident = hidden if hidden and may_answer(hidden, asks, asked.actor.user) else None
    if incident is None:
        raise NotFound(f"There is no INC-{number}. `{asked.desk.word} list` shows what is open.")
    return incident
