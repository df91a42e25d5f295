"""Whether a playbook fits an incident, and finding one by the name that somebody typed."""

from collections.abc import Iterable, Mapping

from bot.domain.nearest import did_you_mean
from bot.domain.playbook.definition import Match, Playbook
from bot.domain.playbook.refusals import NoSuchPlaybook


def fits(match: Match, *, severity: str, category: str | None, services: Iterable[str]) -> bool:
    """Tell whether an incident is one of those that the match describes."""
    return (
        (not match.severity or severity in match.severity)
        and (not match.category or category in match.category)
        and (not match.service or not set(match.service).isdisjoint(services))
    )


def find_playbook(playbooks: Mapping[str, Playbook], typed: str) -> Playbook:
    """Return the playbook with this id or name, whatever its case.

    Raises:
        NoSuchPlaybook: with the nearest one there is.
    """
    wanted = typed.strip().casefold()
    for playbook in playbooks.values():
        if wanted in (playbook.id, playbook.name.casefold()):
            return playbook
    hint = did_you_mean(wanted, playbooks)
    raise NoSuchPlaybook(
        f"There is no playbook '{typed.strip()[:80]}'{hint or '; `playbook list` shows them all.'}"
    )
