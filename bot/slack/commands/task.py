"""`task`: the work of now; playbooks put it on the list."""

from bot.domain.commands import FinishTask
from bot.slack.asking import Asked, Message
from bot.slack.commands.deeds import carry_out
from bot.slack.messages.worklists import task_list
from bot.slack.typed import BadUsage, first_word, plain_number
from bot.slack.word import Word

USAGE = "task [list|done <number>]"


async def run(asked: Asked) -> Message | None:
    """List what is open, or tick one off."""
    usage = f"{asked.desk.word} {USAGE}"
    verb, rest = first_word(asked.text)
    match verb.lower():
        case "" | "list":
            return task_list(asked.the_incident())
        case "done":
            number = plain_number(rest)
            if number is None:
                raise BadUsage(f"Say which task, by its number. Usage: `{usage}`")
            return await carry_out(asked, FinishTask(number=number))
        case _:
            raise BadUsage(f"Usage: `{usage}`")


WORD = Word(name="task", usage=USAGE, does="List the open tasks, or tick one off.", run=run)
