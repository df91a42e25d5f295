"""What holds for every test: nobody talks to the outside, and nothing of this machine leaks in."""

import asyncio
import gc
import logging
import os
import socket
from collections.abc import Callable, Generator, Mapping, Sequence
from ipaddress import ip_address

import pytest
import structlog
from hypothesis import HealthCheck, settings

from bot.simulator import delivery, interactions
from bot.slack import listener, moments
from tests import reliability
from tests.compiled import share_compiled
from tests.databases import copies, database, database_url, in_memory, postgresql
from tests.machine import PatientLoop

__all__ = ["copies", "database", "database_url", "postgresql"]

# A machine may be busy; how long an example takes says nothing about whether it is right. What a
# test is lent serves all of its examples. In CI they are the same each time, so that a change is
# judged by what it changes: new ones are tried by whoever runs the tests, and by `make fuzz`.
settings.register_profile(
    "muster",
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.register_profile(
    "fuzz",
    settings.get_profile("muster"),
    derandomize=False,
    max_examples=5_000,
    print_blob=True,
)
settings.load_profile("muster")

# A test fails by its assertions; logs below an error only make it slow to read.
structlog.configure(
    processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()],
    wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
)

LONG = (
    "test_crashes",
    "test_lost_answers",
    "test_throttled",
    "test_provisional_crashes",
    "test_any_mix",
    "test_any_order",
    "test_page_company",
    "test_tour",
    "test_incident",
    "test_pages",
    "test_simulator_page",
)
"""Modules of tests that keep a processor busy for long."""
ASLEEP = ("test_kills", "test_processes", "test_upgrade", "test_stopping", "test_soak")
"""Modules of long tests that mostly wait, for processes and for real time."""
DOZING = (
    "test_provisional",
    "test_slack_away",
    "test_database_away",
    "test_away",
    "test_socket",
    "test_stopped",
)
"""Modules of many short tests that mostly wait."""
NO_HURRY = 30.0
"""Seconds in which a delivery is answered on a machine that is busy with much else."""

GARBAGE = (5_000, 5, 5)
"""After how many new objects the young are looked through, and after how many of those the old."""

CONNECT = socket.socket.connect
CONNECT_EX = socket.socket.connect_ex


class OutsideSocketError(AssertionError):
    """A test tried to reach something that is not on this machine."""


def pytest_configure() -> None:
    """Have the files of tests kept in memory, where there is room; import without a pause."""
    if (folder := in_memory()) is not None:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(folder))
    share_compiled()
    gc.disable()


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Let no time pass for a test while the machine is not there."""
    return {"patient": PatientLoop}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that no worker is left alone with it in the end.

    What mostly waits is spread among what does not: were it done by all workers at once, the
    processors would have nothing to do.
    """
    busy, asleep, dozing = (_of(modules, items) for modules in (LONG, ASLEEP, DOZING))
    placed = {*busy, *asleep, *dozing}
    rest = [item for item in items if item not in placed]
    items[:] = [*_spread(asleep, busy), *_spread(dozing, rest)]


def _of(modules: Sequence[str], items: list[pytest.Item]) -> list[pytest.Item]:
    """Return the tests of these modules, in the modules' order."""
    place = {name: nth for nth, name in enumerate(modules)}
    of_these = [item for item in items if item.path.stem in place]
    return sorted(of_these, key=lambda item: place[item.path.stem])


def _spread(few: list[pytest.Item], many: list[pytest.Item]) -> list[pytest.Item]:
    """Return both, each of the few followed by its share of the many."""
    share = -(-len(many) // max(1, len(few)))
    spread = []
    for nth, one in enumerate(few):
        spread += [one, *many[nth * share : (nth + 1) * share]]
    return spread + many[len(few) * share :]


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Look for garbage from here on, and only in what the tests make.

    Modules and tests are there to stay: looking through them again and again took a tenth of the
    time. What a test forgot to close is found all the same.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE)
    gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a test that would be skipped in CI: there, a missing browser or database is an error.

    What a test of faults has survived is counted, as its mark says.
    """
    report = yield
    if "CI" in os.environ and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
    reliability.note(item, report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Do the same to a module that would skip itself."""
    report = yield
    if "CI" in os.environ and report.skipped:
        report.outcome = "failed"
    return report


def refuse_outside(family: int, address: object) -> None:
    """Raise unless the address is a Unix socket or on the loopback interface."""
    if family not in (socket.AF_INET, socket.AF_INET6):
        return
    host = str(address[0]) if isinstance(address, tuple) and address else ""
    if host == "localhost":
        return
    try:
        address_of_it = ip_address(host)
        here = address_of_it.is_loopback or address_of_it.is_unspecified
    except ValueError:
        here = False
    if not here:
        raise OutsideSocketError(address)


@pytest.fixture(autouse=True)
def only_sockets_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let tests connect to loopback and Unix sockets, and to nothing else."""

    def connect(sock: socket.socket, address: object, /) -> None:
        refuse_outside(sock.family, address)
        CONNECT(sock, address)  # type: ignore[arg-type]  # as the caller gave it

    def connect_ex(sock: socket.socket, address: object, /) -> int:
        refuse_outside(sock.family, address)
        return CONNECT_EX(sock, address)  # type: ignore[arg-type]  # as the caller gave it

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket.socket, "connect_ex", connect_ex)


@pytest.fixture(autouse=True)
def no_hurry(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give Muster, its database and the pretend Slack time.

    Tests of how soon somebody is answered are `hurried`.
    """
    monkeypatch.setattr(interactions, "TRIGGER_LIFE", NO_HURRY)
    if "hurried" not in request.keywords:
        monkeypatch.setattr(listener, "DEADLINE", NO_HURRY)
        monkeypatch.setattr(moments, "MOMENT", NO_HURRY)
        monkeypatch.setattr(delivery, "ACK_DEADLINE", NO_HURRY)
        monkeypatch.setattr("bot.storage.postgresql.CONNECTING", NO_HURRY)
        monkeypatch.setattr("bot.storage.postgresql.TURN", 3 * NO_HURRY)


@pytest.fixture(autouse=True)
def a_clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget proxies and any settings of Muster that the developer's shell carries."""
    for name in tuple(os.environ):
        folded = name.lower()
        ours = folded == "database_url" or folded.startswith(("muster_", "slack_"))
        if ours or folded.endswith("_proxy"):
            monkeypatch.delenv(name)
