"""A pretend Slack workspace that speaks Slack's public protocols over real HTTP and WebSocket.

A bot is pointed at it by `api_url` and the tokens; people act and see through a Python API, or
through the page. It knows nothing of the bot. Nothing of a bot's process is replaced: what works
here went through real sockets.

    sim = Simulator(clock=clock, manifest_scopes={"chat:write", …})     # no scopes given: all
    sim.install(manifest.read(document))                  # or everything as a manifest says it
    await sim.start()                                     # url, api_url, bot_token, app_token,
    sim.deliver_over_http("http://…/slack/events")        # signing_secret; Socket Mode by default
    await sim.wait_connected()

    ann = sim.person("ann")       # admin, Europe/Berlin. bob: London. carol: New York.
                                  # dan: guest. eve: deactivated. finn: of another organisation
    reply = await ann.types("general", "/incident declare checkout is down")
    modal = await ann.sees_modal("declare")               # title, text, fields, options(), errors
    done = await ann.submits({"title": "x", "severity": "sev2"})
                                  # result: closed cleared updated pushed errors incomplete failed
    await ann.clicks("Join", in_="general")               # or a message, a view, "modal", "home"
    await ann.chooses("severity", "sev1")                 # await ann.types_in("title", "chec")
    said = await ann.posts("inc-1-x", "see @bob", thread=parent, files=[("a.png", b"…")])
    await ann.edits(said, "…")    # deletes, reacts("pushpin", to=said), unreacts, pins, unpins
    await ann.joins("inc-1-x")    # leaves, invites, removes, makes, archives, unarchives, renames
    await ann.opens_home()        # sees_home(), home, waits_for_home("…")
    await ann.uses_message_shortcut("callback_id", said)  # uses_shortcut("callback_id")
    assert "checkout" in ann.sees("inc-1-x")              # plain lines, times in her own zone
    await ann.waits_to_see("is commander", in_="inc-1-x")

    beta = sim.open_workspace("Beta")                     # beta.person("ann"), beta.bot_token
    sim.space("Beta")             # by name, domain or team id; all: sim.spaces
    sim.calls                     # method, args, at, status, error, answer, took
    sim.deliveries                # name, payload, attempts, acknowledged_after
    sim.faults.add("chat.postMessage", "lose_answer", nth=2)       # see bot.simulator.fault_kinds
    sim.limits.posts = sim.limits.tiers = True            # off by default
    sim.backstage.record.notes    # what the simulator did by itself, and why
    sim.latency = 0.1             # seconds added to every API call
    await sim.sockets.cut()       # sockets.disconnect("refresh_requested"), sockets.connected
    await sim.redeliver(delivery)

What a person could not do raises `CannotDo`; what does not appear in time raises `NotSeen`. Message
timestamps come from the clock handed in, also when it stands still; triggers, signatures, response
URLs and sockets are on wall time. `workspace` holds the state and tells listeners of each change.
"""

from bot.simulator.errors import CannotDo
from bot.simulator.simulator import Simulator
from bot.simulator.workspace import NotSeen

__all__ = ["CannotDo", "NotSeen", "Simulator"]
