"""A whole incident that plays itself, from its declaration to the close of its review."""

from bot.demo.stage import Stage

TITLE = "checkout is down"
ROOM = "inc-1-checkout-is-down"
FEED = "incidents"


async def play(stage: Stage) -> None:
    """Play it to its end.

    Raises:
        StoryBroke: somebody could not do what the story has them do.
    """
    await _declare(stage)
    await _lead(stage)
    await _work(stage)
    await _miss_an_update(stage)
    await _resolve(stage)
    await _review(stage)


async def _declare(stage: Stage) -> None:
    stage.chapter("Ann sees that nobody can pay, and declares an incident")
    await stage.types("ann", f"declare {TITLE} --sev 2 --category availability", in_="general")
    await stage.shows(f"INC-1 · {TITLE}", in_=ROOM, to="ann")
    await stage.shows(TITLE, in_=FEED, to="bob")
    stage.aside(f"Bob and Carol are on call: they are in #{ROOM} already.")


async def _lead(stage: Stage) -> None:
    stage.chapter("Everybody takes a part; Ann leads, because she declared")
    await stage.types("bob", "role operations", in_=ROOM)
    await stage.types("carol", "role communications", in_=ROOM)
    await stage.types("ann", "status investigating", in_=ROOM)
    await stage.posts(
        "bob",
        "For five minutes now every payment ends in a time-out.",
        in_=ROOM,
        reaction="pushpin",
    )
    await stage.types("carol", "update Nobody can pay at the moment. We are looking for the cause.",
                      in_=ROOM)  # fmt: skip
    await stage.shows("Nobody can pay", in_=FEED, to="bob")


async def _work(stage: Stage) -> None:
    stage.chapter("The playbook says what to look at next")
    await stage.types("ann", "playbook start service-outage", in_=ROOM)
    await stage.types("bob", "playbook done 1 Paying with a test card fails: 504", in_=ROOM)
    await stage.types("bob", "playbook done 2 Everybody, in all countries", in_=ROOM)
    await stage.types("bob", "note The pool of database connections is full since the deploy",
                      in_=ROOM)  # fmt: skip
    await stage.types("ann", "decision Roll the deploy back; a fix would take an hour", in_=ROOM)
    await stage.types("ann", "status identified", in_=ROOM)


async def _miss_an_update(stage: Stage) -> None:
    stage.chapter("Everybody is busy, and the next update is forgotten")
    await stage.later(minutes=61)
    await stage.shows("is due now", in_=ROOM, to="ann")
    await stage.types("carol", "update The deploy is rolled back, payments work again. "
                      "We watch them.", in_=ROOM)  # fmt: skip
    await stage.types("ann", "status monitoring", in_=ROOM)


async def _resolve(stage: Stage) -> None:
    stage.chapter("Payments are well for half an hour: Ann resolves it")
    await stage.later(minutes=30)
    await stage.types("ann", "resolve", in_=ROOM, opens=True)
    await stage.fills(
        "ann",
        "resolve",
        {"resolution": "The last deploy was rolled back.", "verified": ["verified"]},
    )
    await stage.types("bob", "followup add Alert when the pool of connections fills @bob --due 7d",
                      in_=ROOM)  # fmt: skip


async def _review(stage: Stage) -> None:
    stage.chapter("The review is written from the record; people add what only they know")
    await stage.types("ann", "edit impact Nobody could pay for about an hour", in_=ROOM)
    await stage.types("ann", "review", in_=ROOM, opens=True)
    await stage.fills(
        "ann",
        "review",
        {
            "summary": "A deploy used up all database connections of checkout.",
            "cause": "Each request opened a connection of its own; staging is too quiet to tell.",
            "went_well": "The roll-back took four minutes.",
            "was_hard": "Nothing told us that the pool was full.",
            "lucky": "It happened while everybody was at work.",
        },
    )
    await stage.types("ann", "close", in_=ROOM, opens=True)
    await stage.fills("ann", "close", {})
    await stage.shows("INC-1 is closed", in_=ROOM, to="bob")
    await stage.shows("The review of INC-1 is complete", in_=ROOM, to="bob")
