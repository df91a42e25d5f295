"""Who is given work: what they are in the workspace, for the rules to decide by."""

from bot.domain.values import Standing
from bot.slack.asking import Asked
from bot.slack.moments import a_moment


async def standing(asked: Asked, user: str) -> Standing:
    """Return what somebody is; whom Slack does not describe in time counts as a member."""
    try:
        async with a_moment():
            person = await asked.desk.people.person(asked.workspace, user)
    except TimeoutError:
        return "member"
    if person is None:
        return "member"
    if person.bot:
        return "app"
    if person.deleted:
        return "deactivated"
    if person.external:
        return "external"
    return "guest" if person.guest else "member"
