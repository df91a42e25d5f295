"""How long a delivery waits for what it would like to know, so that it is answered itself."""

import asyncio

MOMENT = 0.8
"""Seconds; the delivery is answered within 2.5, and the trigger of a form lives for three."""


def a_moment(times: float = 1) -> asyncio.Timeout:
    """Wait no longer than a moment, or so many."""
    return asyncio.timeout(MOMENT * times)
