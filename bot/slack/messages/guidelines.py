"""How a room works: the first reply in the card's thread, for whoever is there the first time."""

from bot.domain.process import Process
from bot.slack.messages.text import Message, escape, message, section


def guidelines(process: Process, word: str) -> Message:
    """Say where to talk, what belongs here, how it is recorded, and in which tone."""
    mark = f":{process.reactions.timeline}:"
    command = escape(word)
    points = (
        "*How this room works*",
        (
            "• *Where*: work and decisions here, long findings in threads, no side channels. "
            "After a call, somebody writes here what was said."
        ),
        (
            "• *What*: what you see, what you are about to do, what came of it. Say when you "
            "are guessing. The commander decides; ask before a risky change."
        ),
        (
            f"• *Record*: react with {mark} to put a message on the timeline. `{command} note …` "
            f"adds a fact, `{command} decision …` a decision. Nobody has to write minutes."
        ),
        (
            f"• *Updates*: people outside read `{command} update …`, not this room. Two honest "
            "sentences in time are better than a perfect page too late."
        ),
        "• *Tone*: calm and short. Ask what and how, never who is to blame.",
    )
    return message("How this room works", section("\n".join(points)))
