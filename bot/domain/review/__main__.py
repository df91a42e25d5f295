"""Compiles one review in a process of its own: the record comes in by stdin, JSON goes out.

The record arrives as pickles: the record itself without its messages, then the messages page by
page. Nobody but the engine starts this, with a pipe to itself.
"""

import os
import pickle
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import IO, Any

from bot.domain.review.compiling import written_out

_POLITE = 5
"""Whoever waits for an acknowledgement on the same machine goes first."""


def _sent(pipe: IO[bytes]) -> Iterator[Any]:
    while True:
        try:
            yield pickle.load(pipe)  # noqa: S301 - written by our own parent process
        except EOFError:
            return


def main() -> None:
    """Compile what is sent."""
    os.nice(_POLITE)
    sent = _sent(sys.stdin.buffer)
    record = next(sent)
    messages = tuple(message for page in sent for message in page)
    sys.stdout.buffer.write(written_out(replace(record, messages=messages)).encode())


if __name__ == "__main__":
    main()
