"""How an incident begins."""

import pytest

from bot.domain import commands as c
from bot.domain import effects as f
from bot.domain import events as e
from bot.domain.declaring import DeclaredAlready
from bot.domain.process import Process, Severity
from bot.domain.refusals import InvalidInput, NotAllowed, NotFound
from bot.domain.values import Phase, Text
from tests.domain.vocabulary import (
    ANN,
    BOB,
    GUS,
    MONDAY_NOON,
    STREAM,
    Story,
    declare,
    declared,
    minutes,
)


def test_a_title_is_all_it_takes() -> None:
    story = declared()
    incident = story.incident
    assert incident.name == "INC-42"
    assert incident.title == "checkout is down"
    assert incident.phase is Phase.TRIAGE
    assert incident.severity == "sev3"
    assert (incident.reporter, incident.commander) == (ANN, ANN)
    assert incident.at("declared") == incident.at("detected") == MONDAY_NOON
    assert incident.at("acknowledged") is None
    assert f.CreateRoom(stream=STREAM) in story.owed


@pytest.mark.parametrize("typed", ["1", "sev1", "SEV1", " Sev1 "])
def test_a_severity_is_named_in_any_of_its_spellings(typed: str) -> None:
    assert declared(declare(severity=typed)).incident.severity == "sev1"


def test_an_unknown_severity_is_refused_with_the_nearest_or_all() -> None:
    assert "“sev2”" in Story().refuses(InvalidInput, declare(severity="sef2")).message
    refusal = Story().refuses(InvalidInput, declare(severity="apocalypse"))
    assert "sev1, sev2, sev3, sev4" in refusal.message
    assert isinstance(refusal, InvalidInput)
    assert refusal.field == "severity"


def test_a_security_report_opens_as_private_unless_its_declarer_says_otherwise() -> None:
    report = c.Declare(title=Text("strange login"), category="Security", number=1)
    assert declared(report).incident.private
    public = c.Declare(title=Text("x"), category="security", private=False, number=1)
    assert not declared(public).incident.private
    assert declared(c.Declare(title=Text("x"), private=True, number=1)).incident.private
    assert not declared().incident.private


def test_an_unknown_category_is_refused() -> None:
    refusal = Story().refuses(InvalidInput, c.Declare(title=Text("x"), category="availabilty"))
    assert "did you mean “availability”?" in refusal.message


def test_without_a_list_any_service_may_be_named_and_each_counts_once() -> None:
    command = c.Declare(title=Text("x"), services=(" api ", "api", "", "web\nshop"), number=1)
    assert declared(command).incident.services == ("api", "web shop")


def test_with_a_list_only_its_services_are_known_by_any_case() -> None:
    process = Process(services=("Checkout", "Search"))
    command = c.Declare(title=Text("x"), services=("checkout", "CHECKOUT"), number=1)
    assert declared(command, process=process).incident.services == ("Checkout",)
    story = Story(process=process)
    refusal = story.refuses(InvalidInput, c.Declare(title=Text("x"), services=("serch",)))
    assert "“Search”" in refusal.message
    assert isinstance(refusal, InvalidInput)
    assert refusal.field == "services"


def test_an_incident_may_have_started_before_it_was_declared() -> None:
    started = MONDAY_NOON - minutes(20)
    story = declared(c.Declare(title=Text("x"), started_at=started, number=1))
    assert story.incident.at("started") == started
    assert story.incident.at("detected") == MONDAY_NOON


def test_a_start_in_the_future_is_refused_unless_it_is_only_a_fast_clock() -> None:
    far = c.Declare(title=Text("x"), started_at=MONDAY_NOON + minutes(6))
    assert "future" in Story().refuses(InvalidInput, far).message
    near = c.Declare(title=Text("x"), started_at=MONDAY_NOON + minutes(4), number=1)
    assert declared(near).incident.at("started") == MONDAY_NOON


def test_declaring_the_same_twice_leads_to_the_first_with_a_button_for_another() -> None:
    story = Story()
    again = c.Declare(title=Text("checkout is down"), recent=41, number=42)
    refusal = story.refuses(DeclaredAlready, again)
    assert "INC-41" in refusal.message
    assert refusal.way_out is not None
    command = refusal.way_out.command
    assert isinstance(command, c.Declare)
    assert (command.again, command.recent, command.number) == (True, None, 0)
    story.takes_way_out(refusal)
    assert story.incident.title == "checkout is down"


def test_a_guest_cannot_declare() -> None:
    assert "member" in Story().refuses(NotAllowed, declare(), by=GUS).message


def test_the_levels_list_and_the_declarers_list_are_called_once_each() -> None:
    level = Severity(
        key="sev1", label="SEV1", rank=1, criteria="", update_every=None, invite=(BOB, "SOPS")
    )
    process = Process(severities=(level,), default_severity="sev1")
    command = c.Declare(title=Text("x"), invite=("UEVE", BOB), number=1)
    assert declared(command, process=process).incident.invite == (BOB, "SOPS", "UEVE")


def test_nothing_else_can_be_asked_of_an_incident_that_does_not_exist() -> None:
    Story().refuses(NotFound, c.Join())


def test_the_declarer_leads_without_being_told_so() -> None:
    story = declared()
    assert story.happened(e.RoleTaken) == [e.RoleTaken(role="commander", user=ANN, how="declared")]
    assert not story.owes(f.TellPerson)


def test_one_stream_holds_one_declaration() -> None:
    assert "INC-42" in declared().refuses(DeclaredAlready, declare("another")).message
