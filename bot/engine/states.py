"""A cache of incidents' last states, so that a command need not read a long incident again."""

from collections import OrderedDict
from collections.abc import Sequence

from bot.domain.events import Event, WordsEmptied
from bot.domain.incident import Incident, replay
from bot.storage import streams
from bot.storage.database import Connection

_KEPT = 256
"""About 5 KB each; one that has dropped out is read again in a millisecond."""


class States:
    """States of transactions that were committed; each is checked against its stream's head."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Incident] = OrderedDict()

    def of(
        self, connection: Connection, stream: str, at: streams.Head | None, *, anew: bool = False
    ) -> Incident | None:
        """Return the state of an incident at the head of its stream.

        It is read `anew` from its beginning where texts were emptied: a kept state still has them.

        Raises:
            NotUnderstood: a newer version has begun it.
        """
        if at is None:
            return None
        known = None if anew else self._kept.get(stream)
        if known is not None and known.version > at.version:
            known = None
        if known is not None and known.version == at.version:
            return known
        more = streams.read(connection, stream, known.version if known else 0)
        if known is not None and any(_empties_texts(one.event) for one in more):
            return replay(streams.read(connection, stream), at.workspace)
        return replay(more, at.workspace, onto=known)

    def name_of(self, stream: str) -> str | None:
        """Return an incident's name, if its state is kept."""
        known = self._kept.get(stream)
        return known.name if known else None

    def remember(self, incidents: Sequence[Incident]) -> None:
        """Keep states of transactions that were committed."""
        for incident in incidents:
            known = self._kept.get(incident.stream)
            if known is None or known.version <= incident.version:
                self._kept[incident.stream] = incident
                self._kept.move_to_end(incident.stream)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)


def _empties_texts(event: Event) -> bool:
    return isinstance(event, WordsEmptied) and bool(event.texts)
