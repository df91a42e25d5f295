"""`muster review INC-42`: the review as a document, without Slack."""

import argparse
import sys

from bot.cli import Problem
from bot.cli.register import incident_of, operator, takes_incident
from bot.cli.running import on_database
from bot.cli.settings import read_settings
from bot.domain.review.markdown import markdown
from bot.storage import reviews
from bot.storage.database import Database
from bot.storage.reviews import KeptReview


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which incident, and how it is written."""
    takes_incident(parser)
    parser.add_argument(
        "--format", choices=("md", "json"), default="md", help="Markdown (the default) or JSON"
    )


def run(parsed: argparse.Namespace) -> int:
    """Print the review as it was compiled last."""

    async def work(database: Database) -> KeptReview:
        viewer = await operator(database, parsed.workspace)
        listed = await incident_of(database, viewer, parsed.incident)
        kept = await database.read(lambda c: reviews.numbered(c, viewer, parsed.incident))
        if kept is None:
            raise Problem(
                f"{listed.name} has no review yet: it is compiled when the incident is resolved."
            )
        return kept

    kept = on_database(read_settings(), work, only_reading=True)
    text = markdown(kept.opened()) if parsed.format == "md" else kept.document
    sys.stdout.write(text if text.endswith("\n") else f"{text}\n")
    return 0
