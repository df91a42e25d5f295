"""`page`: call people to the incident until they answer."""

import re

from bot.domain.commands import PagePerson
from bot.domain.values import Text
from bot.engine.verdicts import Verdict
from bot.slack.asking import Asked, Message
from bot.slack.calls import SlackSaidNo
from bot.slack.commands.deeds import carry_out
from bot.slack.forms import page as form
from bot.slack.moments import a_moment
from bot.slack.recipients import standing
from bot.slack.typed import BadUsage, people_in, person_in, without_people
from bot.slack.word import Word

USAGE = "page <@person|@team> [text]"
_TEAM = re.compile(r"<!subteam\^(S[A-Z0-9]+)(?:\|[^>]*)?>")
_MOST = 10
_NOBODY = ("app", "deactivated")
"""Whom a team may still count, and who keeps the others of it from being called no longer."""


async def run(asked: Asked) -> Message | None:
    """Call those who are named; without anything open the form."""
    if not asked.text.strip():
        asked.open_view(form.view(asked))
        return None
    usage = f"{asked.desk.word} {USAGE}"
    teams = _TEAM.findall(asked.text)
    people = list(people_in(asked.text))
    if not people and not teams:
        person_in(asked.text, usage)  # a name that Slack did not recognise gets its own answer
        raise BadUsage(f"Say whom to call: `{usage}`")
    called = await _everybody(asked, people, teams)
    text = Text(asked.readable(without_people(_TEAM.sub(" ", asked.text))))
    commands = [
        PagePerson(to=user, text=text, standing=await standing(asked, user)) for user in called
    ]
    coming = [one for one in commands if one.to in people or one.standing not in _NOBODY]
    if not coming:
        raise BadUsage("Nobody of that team can be called; name a person.")
    return await carry_out(asked, *coming)


async def _everybody(asked: Asked, people: list[str], teams: list[str]) -> list[str]:
    """Return who is named, by themselves or as one of a team.

    Raises:
        BadUsage: nobody is left, or more than one would call by name.
    """
    found = dict.fromkeys(people)
    for team in teams:
        found |= dict.fromkeys(await _team(asked, team))
    if teams:  # whoever calls their own team does not call themselves
        found.pop(asked.actor.user, None)
    found.pop(asked.desk.me.user, None)
    if not found:
        raise BadUsage("There is nobody else to call there; name a person.")
    if len(found) > _MOST:
        raise BadUsage(
            f"That would call {len(found)} people at once. Name the ones whom the incident needs, "
            f"{_MOST} at the most."
        )
    return list(found)


async def _team(asked: Asked, team: str) -> list[str]:
    try:
        async with a_moment(1.5):
            answer = await asked.desk.calls.call("usergroups.users.list", usergroup=team)
    except (TimeoutError, Verdict, SlackSaidNo) as fault:
        raise BadUsage("Slack does not say just now who is of that team; name people.") from fault
    return list(answer["users"])


WORD = Word(
    name="page",
    usage=USAGE,
    does="Call people by direct message, again and again until they answer.",
    run=run,
)
