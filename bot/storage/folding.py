"""Text folded so that a search does not mind case or form, in any script, on any database."""

import unicodedata


def fold(text: str) -> str:
    """Return what two spellings of a word have in common: `Größe`, `GRÖSSE` and `größe`."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
