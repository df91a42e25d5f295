"""The same by buttons, forms and the message menu alone: nobody types a command.

What is only typed in `test_whole_incident` is only pressed here: every button has its command.
"""

from datetime import timedelta

from tests.scenarios.test_review import reads
from tests.scenarios.watching import Cast, timeline_of

GRAPH = "https://graphs.example/1"
FEED = "incidents"
LATER = "Reason: the next sprint will see to it"


async def test_an_incident_by_buttons_and_forms_alone(cast: Cast) -> None:
    await _declared_by_form(cast)
    await _roles_by_button(cast)
    await _work_by_button(cast)
    await _playbook_by_button(cast)
    await _an_update_is_missed(cast)
    await _nobody_hears_the_bot_for_hours(cast)
    await _resolved_by_button(cast)
    await _closed_by_button(cast)
    await _the_review_says_what_was_pressed(cast)
    await _reopened_by_button(cast)


async def _declared_by_form(cast: Cast) -> None:
    ann, bob, carol = cast.everybody
    await ann.person.hands.opens_home()
    await ann.person.hands.waits_for_home("Declare an incident")
    form = await ann.opens("Declare an incident", "declare", in_="home")
    assert "A critical service is down or data is at risk for many users." in form
    await ann.fills(
        title="checkout is down", severity="sev1", category="availability", services="checkout"
    )
    modal = await ann.person.hands.sees_modal(showing="INC-1")
    assert modal.title == "INC-1 declared"
    assert "Room: #inc-1-checkout-is-down" in modal.text
    await ann.person.hands.closes_modal()
    await cast.are_in()
    assert "(only you) You command INC-1." in ann.new()
    for one in (bob, carol):
        assert "[Join] [Show]" in await one.announcement()
        await one.person.hands.joins(FEED)
        await one.presses("Join", in_=FEED)
        assert "(only you) Welcome to INC-1." in one.new()
    assert "Concerns\navailability, checkout" in await ann.card()


async def _roles_by_button(cast: Cast) -> None:
    ann, bob, carol = cast.everybody
    cast.looked()
    form = await carol.opens("Take a role", "role")
    assert "Commander: @ann" in form
    await carol.fills(role="communications")
    assert "You speak for the incident" in carol.told()
    await ann.opens("Hand over", "handover")
    await ann.fills(person="bob")
    assert "👥 @ann hands command over to @bob, who has yet to accept." in await carol.card()
    assert "[Accept] [Decline] [Catch up]" in bob.told()
    cast.looked()
    await bob.presses("Accept", in_="@app")
    assert "You are commander of INC-1" in bob.told()
    assert "@bob accepted your handover" in ann.told()
    assert "👤 @bob commands INC-1 after @ann." in carol.new()
    assert "Commander\n@bob" in await ann.announcement()


async def _work_by_button(cast: Cast) -> None:
    ann, bob, carol = cast.everybody
    cast.looked()
    await bob.opens("Status", "status")
    await bob.fills(status="investigating", reason="a look at the gateway")
    assert "➡️ triage → investigating, set by @bob." in ann.new()
    said = await ann.person.hands.posts(ann.room, "the deploy of 9:50 broke it")
    await carol.person.hands.uses_message_shortcut("add_to_timeline", said)
    await cast.world.passes(seconds=20)
    assert "the deploy of 9:50 broke it\n:memo: 1" in bob.new(), "the bot confirms with a mark"
    await ann.opens("Note", "note")
    await ann.fills(text="the pool is full")
    await bob.opens("Decision", "decision")
    await bob.fills(text="roll the deploy back")
    assert "🚩 Decision by @bob\n> roll the deploy back" in carol.new()
    cast.looked()
    await carol.opens("Post update", "update")
    await carol.fills(text="Nobody can pay.", impact="Nobody can pay by card.", next="15")
    told = "📣 Update\n> Nobody can pay."
    assert ann.new().count(told) == 1
    assert ann.new(FEED).count(told) == 1
    assert "Next update\ntoday 11:15 AM" in await ann.announcement()
    assert "Impact\n> Nobody can pay by card." in await ann.card()


async def _playbook_by_button(cast: Cast) -> None:
    ann, bob, carol = cast.everybody
    cast.looked()
    await bob.presses("Start")
    assert "Restore the service · 0 of 5 done" in await ann.card()
    await carol.presses("Done")
    await ann.opens("Done, with link…", "evidence")
    await ann.fills(link=GRAPH)
    await cast.world.restarts()
    await bob.opens("Skip 3…", "skip")
    await bob.fills(reason="nothing is logged")
    assert "Restore the service · 3 of 5 done" in await ann.card()
    await carol.presses("Done")
    await bob.presses("Done")
    assert "📋 Finished: Restore the service" in await carol.card()
    cast.quiet()


async def _an_update_is_missed(cast: Cast) -> None:
    ann, bob, carol = cast.everybody
    await cast.world.passes(minutes=10)
    assert "(only you) ⏱️ The next update of INC-1 is due at 10:15 AM." in bob.new()
    cast.quiet(ann, carol)
    await cast.world.passes(minutes=5)
    await cast.world.passes(minutes=10)
    assert "@carol and @bob, the update promised for 11:15 AM is overdue." in ann.new()
    assert "⏰ update overdue" in await ann.announcement()
    cast.looked()
    await carol.presses("No change")
    assert "📣 No change since the last update." in ann.new()
    assert "📣 No change since the last update." in ann.new(FEED)
    assert "overdue" not in await ann.announcement()


async def _nobody_hears_the_bot_for_hours(cast: Cast) -> None:
    """After the absence of the bot one nudge comes, not all that were missed."""
    ann, bob, _ = cast.everybody
    cast.looked()
    await cast.world.stops()
    cast.world.clock.advance(timedelta(hours=2))
    await cast.world.starts()
    await cast.world.settles()
    nudge = ann.new()
    assert nudge.count("⏰") == 1
    assert "people have waited since" in nudge
    bob.new()
    await bob.presses("Snooze 1 h")
    assert bob.new() == "", "the reminder itself says so"
    (await cast.world.room(1)).shows("✔️ @bob put the reminders off until")
    cast.looked()
    await cast.world.passes(minutes=54)
    cast.quiet()


async def _resolved_by_button(cast: Cast) -> None:
    ann, bob, carol = cast.everybody
    await bob.opens("Resolve", "resolve")
    refused = await bob.person.submits({"resolution": "Rolled the deploy back."})
    assert "verified" in refused.errors
    await bob.fills(verified=["verified"])
    said = ann.new()
    assert "✅ INC-1 is resolved, says @bob." in said
    assert "[Fill in the review]" in said
    assert "✅ INC-1 is resolved" in carol.new(FEED)
    assert "✅ SEV1 · INC-1 checkout is down" in await carol.announcement()
    lacking = "summary, cause (or “not known”), at least one follow-up"
    assert f"Still missing before it can be closed: {lacking}." in await ann.card()


async def _closed_by_button(cast: Cast) -> None:
    ann, bob, carol = cast.everybody
    await bob.opens("Fill in the review", "review")
    await bob.fills(summary="A deploy filled the pool.", cause_unknown=["yes"], was_hard="the dark")
    assert "Still missing before it can be closed: at least one follow-up." in await ann.card()
    form = await bob.opens("Close", "close")
    assert "• at least one follow-up" in form
    assert "• cause" not in form
    unanswered = await bob.person.submits({})
    assert unanswered.result == "incomplete"
    assert list(unanswered.errors) == ["reason"]
    refused = await bob.person.submits({"reason": " "})
    assert "Missing: at least one follow-up." in refused.errors["reason"]
    cast.looked()
    await bob.fills(reason="the next sprint will see to it")
    assert "🏁 INC-1 is closed by @bob." in ann.new()
    told = carol.new()
    assert "📄 The review of INC-1 is there, as it was closed." in told
    assert "Still missing in it: at least one follow-up." in told


async def _the_review_says_what_was_pressed(cast: Cast) -> None:
    review = await reads(cast.world)
    assert timeline_of(review) == [
        "Commander 1 declared INC-1 as SEV1: checkout is down",
        "The room #inc-1-checkout-is-down was opened.",
        "The communications responder became communications.",
        "Commander 1 offered the command to commander 2.",
        "Commander 2 accepted the command, in place of commander 1.",
        "Commander 2 set the status to investigating: a look at the gateway",
        "Commander 1: “the deploy of 9:50 broke it”",
        "Note by commander 1: the pool is full",
        "Decision recorded by commander 2: roll the deploy back",
        "The communications responder edited impact: Nobody can pay by card.",
        "Update by the communications responder: Nobody can pay.",
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
        "The update was overdue; reminded: the communications responder, commander 2.",
        "Update by the communications responder: no change.",
        "The update was overdue; reminded: the communications responder, commander 2.",
        "The impact ended at 2026-03-04 13:19 UTC. Resolution: Rolled the deploy back.",
        "Commander 2 set the status to resolved.",
        f"Commander 2 closed it although this was missing: at least one follow-up. {LATER}",
        "Commander 2 set the status to closed: the next sprint will see to it",
    ]
    assert "> A deploy filled the pool." in review
    assert "> the dark" in review
    assert "not known" in review.partition("## Contributing factors")[2].partition("##")[0]


async def _reopened_by_button(cast: Cast) -> None:
    ann, bob, _ = cast.everybody
    await ann.person.hands.archives(ann.room)
    await cast.world.settles()
    cast.looked()
    await bob.presses("Show", in_=FEED)
    assert "[Reopen]" in bob.new(FEED), "nothing can be pressed in an archived room"
    await bob.presses("Reopen", in_=FEED)
    await cast.are_in()
    assert ann.room == "inc-1-checkout-is-down-2"
    assert "You command INC-1." in bob.new()
    assert "Welcome to INC-1.\ncheckout is down" in ann.new()
