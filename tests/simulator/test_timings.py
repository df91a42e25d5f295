"""How long Slack waits, and how often it comes again: each number with the row it is from.

The other tests shorten these times; here they stand as a bot meets them.
"""

import pytest

from bot.simulator import (
    Simulator,
    delivery,
    http_delivery,
    interactions,
    limits,
    line,
    rotation,
    socket_mode,
)
from bot.simulator.deeds import scheduling

HOUR = 3600.0
DAY = 24 * HOUR
PATIENCE = delivery.ACK_DEADLINE  # as it is before a busy machine is given more
WAITS = {
    "§4.1, §6 an acknowledgement": (PATIENCE, 3.0),
    "§4.3 the challenge": (http_delivery.VERIFY_DEADLINE, 3.0),
    "§4.3 HTTP: nearly at once, a minute, five": (http_delivery.RETRY_AFTER, (0.0, 60.0, 300.0)),
    "§4.3 two redirects": (http_delivery.MOST_REDIRECTS, 2),
    "§4.3 Delayed Events: hourly for a day": (delivery.DELAYED_EVENTS, (HOUR,) * 24),
    "§3.1 a connection": (socket_mode.LIFE, 18_060.0),
    "§3.1 debug_reconnects": (socket_mode.DEBUG_LIFE, 360.0),
    "§3.1 the warning": (socket_mode.WARNING_LEAD, 10.0),
    "§3.1 connections": (socket_mode.MOST_SOCKETS, 10),
    "§3.2 pings": (line.PING_EVERY, 5.0),
    "§4.5 a trigger": (interactions.TRIGGER_LIFE, 3.0),
    "§4.5 a response URL": (interactions.RESPONSE_LIFE, 30 * 60.0),
    "§4.5 uses of it": (interactions.RESPONSE_USES, 5),
    "§1.7 scheduled ahead": (scheduling.FARTHEST, 120 * DAY),
    "§1.7 scheduled within five minutes": (scheduling.MOST_IN_WINDOW, 30),
    "§1.7 that window": (scheduling.WINDOW, 300),
    "§1.2 events": (limits.EVENTS_PER_HOUR, 30_000),
    "§7.3 a token that rotates": (rotation.LIFE, 12 * HOUR),
}


@pytest.mark.parametrize("row", WAITS)
def test_a_time_is_the_one_that_slack_publishes(row: str) -> None:
    """§1.2, §1.7, §3, §4, §7.3."""
    here, published = WAITS[row]

    assert here == published


def test_an_event_comes_again_on_a_socket_four_seconds_after_it_was_sent(sim: Simulator) -> None:
    """§3.2 "about 4 s after the send", then +60 s, +300 s: nothing here is shortened."""
    first, *further = sim.sockets.retry_after()

    assert PATIENCE + first == 4.0
    assert further == [60.0, 300.0]
    assert sim.backstage.http.retry_after() == (0.0, 60.0, 300.0)
