"""A workspace as the sum of its events."""

import pytest

from bot.domain.workspace import (
    AppConnected,
    FeedFound,
    FeedLost,
    NothingNew,
    Workspace,
    WorkspaceEvent,
    decide_workspace,
    evolve_workspace,
)

EMPTY = Workspace(id="T1")


def _after(*events: WorkspaceEvent) -> Workspace:
    state = EMPTY
    for event in events:
        state = evolve_workspace(state, event)
    return state


def test_it_remembers_who_the_bot_is() -> None:
    assert _after(AppConnected(user="U1", bot="B1")).user == "U1"


@pytest.mark.parametrize("drill", [False, True])
def test_it_remembers_its_feeds_apart(*, drill: bool) -> None:
    state = _after(FeedFound(channel="C1", drill=drill))
    assert state.feed_for(drill=drill) == "C1"
    assert state.feed_for(drill=not drill) is None


@pytest.mark.parametrize("drill", [False, True])
def test_a_feed_that_is_gone_is_forgotten(*, drill: bool) -> None:
    found = FeedFound(channel="C1", drill=drill)
    assert _after(found, FeedLost(channel="C1", drill=drill)).feed_for(drill=drill) is None
    assert _after(found, FeedLost(channel="C2", drill=drill)).feed_for(drill=drill) == "C1"


def test_what_is_known_is_not_recorded_again() -> None:
    found = FeedFound(channel="C1", drill=False)
    assert decide_workspace(EMPTY, found) == found
    with pytest.raises(NothingNew):
        decide_workspace(_after(found), found)


def test_of_two_feeds_found_at_once_the_first_stays() -> None:
    first = _after(FeedFound(channel="C1", drill=False))
    with pytest.raises(NothingNew):
        decide_workspace(first, FeedFound(channel="C2", drill=False))
    lost = evolve_workspace(first, FeedLost(channel="C1", drill=False))
    another, of_drills = (FeedFound(channel="C2", drill=drill) for drill in (False, True))
    assert decide_workspace(lost, another) == another
    assert decide_workspace(first, of_drills) == of_drills
