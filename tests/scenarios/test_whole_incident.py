"""One incident by commands alone, from its declaration to its closed review and beyond.

Ann declares, Bob takes command from her, Carol speaks for it. At each step is said what each of
them comes to see, and that nobody sees more.
"""

import re

from bot.domain.values import Phase
from tests.scenarios.test_review import reads
from tests.scenarios.watching import Cast, timeline_of

GRAPH = "https://graphs.example/1"
FEED = "incidents"


async def test_an_incident_by_commands_alone(cast: Cast) -> None:
    await _declared_by_command(cast)
    await _roles_by_command(cast)
    await _work_by_command(cast)
    await _playbook_by_command(cast)
    await _nobody_updates(cast)
    await _resolved_by_command(cast)
    await _closed_by_command(cast)
    await _the_review_says_what_was_typed(cast)
    await _reopened_with_a_new_room(cast)


async def _declared_by_command(cast: Cast) -> None:
    ann, bob, carol = cast.everybody
    reply = await ann.person.says("/incident declare checkout is down --sev 1")
    assert "INC-1 is declared: checkout is down" in reply
    await cast.are_in()
    assert ann.room == "inc-1-checkout-is-down"
    seen = ann.new()
    for words in (
        "SEV1 · triage · ann commands",
        "INC-1 · checkout is down",
        "📋 A playbook fits: Restore the service",
        "How this room works",
        "(only you) You command INC-1.",
        "You lead: decide, delegate, keep the picture.",
    ):
        assert words in seen
    announced = bob.new(FEED)
    assert "🔴 SEV1 · INC-1 checkout is down" in announced
    assert "Next update\ntoday 10:30 AM" in announced, "in his own zone"
    assert "today 5:30 AM" in carol.new(FEED), "and in hers"
    for one in (bob, carol):
        reply = await one.person.says("/incident join inc-1")
        assert "You are being brought into #inc-1-checkout-is-down" in reply
        brief = one.new()
        assert "(only you) Welcome to INC-1.\ncheckout is down" in brief
        assert "State: SEV1 · triage\nCommander: @ann" in brief
    assert "(only you) Welcome" not in ann.new(), "a brief is for the one who joins"


async def _roles_by_command(cast: Cast) -> None:
    ann, bob, carol = cast.everybody
    cast.looked()
    assert "Communications of INC-1: @carol." in await carol.types("role communications")
    assert "You speak for the incident to people outside the room." in carol.told()
    assert "@bob has been asked" in await ann.types("handover @bob")
    assert "@ann asks you to take command of INC-1 checkout is down" in bob.told()
    assert (await bob.types("handover accept")).text == ""
    assert "You are commander of INC-1: checkout is down" in bob.told()
    assert "@bob accepted your handover" in ann.told()
    assert "👤 @bob commands INC-1 after @ann." in carol.new()
    assert "Commander\n@bob" in await carol.card()
    assert "Communications\n@carol" in await carol.card()
    assert "Commander\n@bob" in await ann.announcement()


async def _work_by_command(cast: Cast) -> None:
    ann, bob, carol = cast.everybody
    cast.looked()
    reply = await bob.types("status investigating")
    assert reply.text == "", "the form asks for the category that is missing"
    await bob.person.hands.closes_modal()
    cast.quiet()
    await bob.types("edit category availability")
    await bob.types("status investigating a look at the gateway")
    assert "➡️ triage → investigating, set by @bob.\n> a look at the gateway" in ann.new()
    assert "SEV1 · investigating · bob commands" in carol.new()
    assert "On the timeline of INC-1, as of today 10:58 AM" in await ann.types(
        "note the pool is full --at 10:58"
    )
    await bob.types("decision roll the deploy back")
    assert "🚩 Decision by @bob\n> roll the deploy back" in carol.new()
    cast.looked()
    await carol.types("update Nobody can pay; we roll a deploy back.")
    told = "📣 Update\n> Nobody can pay; we roll a deploy back.\nby @carol · SEV1 · investigating"
    assert ann.new().count(told) == 1
    assert ann.new(FEED) == f"↳ Incident Bot: {told} · next update today 11:30 AM"
    assert "Last update, just now\n> Nobody can pay; we roll a deploy back." in await ann.card()


async def _playbook_by_command(cast: Cast) -> None:
    ann, bob, carol = cast.everybody
    cast.looked()
    assert "0 of 5 done. Next is 1: Confirm" in await bob.types("playbook start restore")
    assert "1 of 5 done. Next is 2" in await carol.types("playbook done 1")
    assert "2 of 5 done" in await ann.types(f"playbook done 2 {GRAPH}")
    await cast.world.restarts()
    assert "3 of 5 done" in await bob.types("playbook skip 3 nothing is logged")
    assert "Restore the service · 3 of 5 done" in await ann.card()
    assert "Task 1 of INC-1 is done." in await carol.types("task done 1")
    assert "The playbook is finished" in await bob.types("playbook done 5")
    assert "📋 Finished: Restore the service" in await ann.card()
    for one in cast.everybody:
        assert all("(only you)" in line or "Next is" in line for line in one.new().splitlines())


async def _nobody_updates(cast: Cast) -> None:
    """Five minutes before, when due, ten minutes after, each hour, the last one, silence."""
    ann, bob, carol = cast.everybody
    world = cast.world
    cast.looked()
    await world.passes(minutes=24)
    cast.quiet()
    await world.passes(minutes=1)
    assert "(only you) ⏱️ The next update of INC-1 is due at 10:30 AM." in bob.new()
    cast.quiet(ann, carol)
    await world.passes(minutes=5)
    assert "⏰ @bob, the update promised for 11:30 AM is due now" in ann.new()
    assert "overdue" not in await ann.announcement()
    await world.passes(minutes=10)
    late = ann.new()
    assert "⏰ @carol and @bob, the update promised for 11:30 AM is overdue." in late
    assert "⏰ update overdue" in await ann.announcement()
    assert "⏰ overdue since today 11:30 AM" in await ann.card()
    for _ in range(3):
        await world.passes(hours=1)
        assert ann.new().count("people have waited since 11:30 AM") == 1
    await world.passes(hours=1)
    last = ann.new()
    assert "the update promised for 11:30 AM never came" in last
    assert "[Post update] [No change] [Resolve] [Snooze 8 h]" in last
    bob.new()
    carol.new()
    await world.passes(days=2)
    cast.quiet()
    assert ann.new(FEED) == "", "the announcement is edited in place"


async def _resolved_by_command(cast: Cast) -> None:
    ann, bob, carol = cast.everybody
    cast.looked()
    await carol.types("update Payments work again.")
    assert "overdue" not in await ann.announcement()
    await bob.types("severity 2 only cards fail now")
    assert "⬇️ @bob lowered the severity: SEV1 → SEV2\n> only cards fail now" in ann.new()
    await bob.types("status monitoring the deploy is rolled back")
    await ann.types("edit summary a deploy filled the pool")
    cast.looked()
    await bob.types("resolve Rolled the deploy back.")
    said = ann.new()
    assert "✅ INC-1 is resolved, says @bob." in said
    assert "How it was mended\n> Rolled the deploy back." in said
    assert "Missing at this point before it can be closed: impact, cause (or “not known”)" in said
    assert "📄 A draft of the review is made from the record. Read the draft" in said
    assert "✅ INC-1 is resolved" in carol.new(FEED)
    assert "✅ SEV2 · INC-1 checkout is down" in await carol.announcement()
    assert "The draft of the review of INC-1" in await reads(cast.world)
    cast.looked()
    await cast.world.passes(hours=9)
    cast.quiet()


async def _closed_by_command(cast: Cast) -> None:
    ann, bob, carol = cast.everybody
    assert "You are neither commander nor deputy" in await carol.types("close nobody has time")
    await bob.types("close")
    lacking = (await bob.person.hands.sees_modal("close")).text
    assert "• impact" in lacking
    assert "• at least one follow-up" in lacking
    await bob.person.hands.closes_modal()
    await carol.types("edit impact nobody could pay")
    await ann.types("followup add an alert on the pool @ann --due 7d")
    await bob.types("review")
    await bob.fills(went_well="the rollback", lucky="it was early", cause="a leak of connections")
    await ann.types("followup done 1")
    cast.looked()
    await bob.types("close")
    assert (
        "Everything that the review needs is there."
        in (await bob.person.hands.sees_modal("close")).text
    )
    await bob.fills()
    assert "🏁 INC-1 is closed by @bob. Thank you, everybody." in ann.new()
    assert "📄 The review of INC-1 is complete." in carol.new()
    assert "🏁 SEV2" not in await ann.announcement()
    assert (await cast.world.incident()).phase is Phase.CLOSED


async def _the_review_says_what_was_typed(cast: Cast) -> None:
    """What happened, in order, and nothing else; Carol is known by the part that she played."""
    review = await reads(cast.world)
    assert timeline_of(review) == [
        "Note by commander 1: the pool is full",
        "Commander 1 declared INC-1 as SEV1: checkout is down",
        "The room #inc-1-checkout-is-down was opened.",
        "The communications responder became communications.",
        "Commander 1 offered the command to commander 2.",
        "Commander 2 accepted the command, in place of commander 1.",
        "Commander 2 edited category: availability",
        "Commander 2 set the status to investigating: a look at the gateway",
        "Decision recorded by commander 2: roll the deploy back",
        "Update by the communications responder: Nobody can pay; we roll a deploy back.",
        "Commander 2 started the playbook “Restore the service”.",
        "The communications responder did “Confirm what is down”.",
        f"Commander 1 did “Find the minute in which it began”: <{GRAPH}>",
        "Commander 2 skipped “Write down the exact error”: nothing is logged",
        "Task 1, by the playbook “Restore the service”: Call the supplier",
        "The communications responder did “Call the supplier”.",
        "The communications responder finished task 1 (Call the supplier).",
        "Commander 2 did “Mend it”.",
        "The playbook “Restore the service” is finished.",
        "The next update was due; reminded: commander 2.",
        *["The update was overdue; reminded: the communications responder, commander 2."] * 4,
        "The update was still overdue; reminded for the last time: commander 2.",
        "Update by the communications responder: Payments work again.",
        "Commander 2 lowered the severity to SEV2: only cards fail now",
        "Commander 2 set the status to monitoring: the deploy is rolled back",
        "Commander 1 edited summary: a deploy filled the pool",
        "The impact ended at 2026-03-06 14:40 UTC. Resolution: Rolled the deploy back.",
        "Commander 2 set the status to resolved.",
        "The communications responder edited impact: nobody could pay",
        "Commander 1 added follow-up 1 for commander 1: an alert on the pool",
        "Commander 1 finished follow-up 1 (an alert on the pool).",
        "Commander 2 set the status to closed.",
    ]
    for written in ("> the rollback", "> it was early", "> a leak of connections"):
        assert written in review
    assert "Of 2 promised updates, 1 came in time, 1 came late, and 0 did not come." in review
    body = review.partition("### Participants")[0]
    assert not re.search(r"\b(ann|bob|carol)\b", body), "people appear by role"


async def _reopened_with_a_new_room(cast: Cast) -> None:
    ann, bob, carol = cast.everybody
    await ann.person.hands.archives(ann.room)
    await cast.world.settles()
    reply = await ann.person.says("/incident reopen inc-1 cards fail again")
    assert "INC-1 is investigating now." in reply
    assert cast.world.channels("inc-") == ["inc-1-checkout-is-down", "inc-1-checkout-is-down-2"]
    await cast.are_in()
    assert ann.room == "inc-1-checkout-is-down-2"
    assert "You command INC-1." in bob.new()
    for one in (ann, carol):
        assert "Welcome to INC-1.\ncheckout is down" in one.new()
    assert "INC-1 is open again: @ann set it from closed to investigating." in carol.new(FEED)
