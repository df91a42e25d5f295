"""`playbook`: which there are, and working through one."""

from bot.domain.commands import CompletePath, SkipPath, StartPlaybook
from bot.domain.playbook.decide import split_evidence
from bot.domain.playbook.refusals import LinkNeeded, NoteNeeded
from bot.domain.values import Text
from bot.slack.asking import Asked, Message
from bot.slack.commands.deeds import carry_out
from bot.slack.forms import evidence, skip
from bot.slack.messages.worklists import playbook_list, run_status
from bot.slack.typed import BadUsage, first_word
from bot.slack.word import Word

USAGE = "playbook [list|start <name>|status|done <number> [note or link]|skip <number> <reason>]"


async def run(asked: Asked) -> Message | None:
    """List, start, look, tick off, leave out."""
    usage = f"Usage: `{asked.desk.word} {USAGE}`"
    verb, rest = first_word(asked.readable(asked.text))
    incident, process = asked.the_incident(), asked.desk.process
    match verb.lower():
        case "" if any(run.active for run in incident.runs):
            return run_status(incident, process)
        case "" | "list":
            return playbook_list(incident, process, asked.desk.clock.now().date())
        case "start" if rest:
            return await carry_out(asked, StartPlaybook(playbook=rest))
        case "start":
            return playbook_list(incident, process, asked.desk.clock.now().date())
        case "status":
            return run_status(incident, process)
        case "done" if rest:
            return await _done(asked, *first_word(rest))
        case "skip" if rest:
            return await _skip(asked, *first_word(rest))
        case "done" | "skip":
            raise BadUsage(f"Say which item, by its number on the card. {usage}")
        case _:
            raise BadUsage(usage)


async def _done(asked: Asked, path: str, proof: str) -> Message | None:
    """Tick it off; evidence that is wanting is asked for in the form."""
    note, link = split_evidence(proof)
    try:
        return await carry_out(asked, CompletePath(path=path, note=note, link=link))
    except (NoteNeeded, LinkNeeded):
        asked.open_view(evidence.view(asked, path=path, note=note))
        return None


async def _skip(asked: Asked, path: str, reason: str) -> Message | None:
    """Leave it out; without a reason the form asks for it."""
    if not reason:
        asked.open_view(skip.view(asked, path=path))
        return None
    return await carry_out(asked, SkipPath(path=path, reason=Text(reason)))


WORD = Word(
    name="playbook",
    usage=USAGE,
    does="Work through a playbook: start it, see what is next, tick items off.",
    run=run,
)
