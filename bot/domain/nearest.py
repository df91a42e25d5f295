"""The known word that somebody most likely meant."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word closest to `word`, or None when nothing comes close."""
    choices = {choice.casefold(): choice for choice in sorted(known)}
    close = get_close_matches(word.casefold()[:200], choices, n=1, cutoff=0.6)
    return choices[close[0]] if close else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `; did you mean 'x'?`, or nothing when no known word comes close."""
    close = nearest(word, known)
    return f"; did you mean '{close}'?" if close else ""
