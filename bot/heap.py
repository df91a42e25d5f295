"""How much of what was freed the process keeps for itself."""

import ctypes
from contextlib import suppress

_M_MMAP_THRESHOLD = -3
"""mallopt(3)"""
_LARGE = 128 * 1024
"""Bytes; glibc's own value until it is raised."""


def give_back_large_blocks() -> None:
    """Have each large block come from the system, and go back when it is freed.

    glibc raises what it calls large to the largest block that was ever freed, up to 32 MiB, and
    keeps twice as much on top of its heap: a process that serves for weeks grows by that for its
    first hour. Setting the bound once ends the raising. Other C libraries have no such bound.
    """
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE)
