"""The keys of rows that are handed about."""

EventKey = tuple[str, int]
"""A stream, and the version of an event in it."""
TextKey = tuple[str, int, str]
"""A stream, the version of an event in it, and the field that a text belongs to."""
MessageKey = tuple[str, str]
"""The channel and the ts of a message."""
