"""Who asks for traces sees a delivery, its decision, its effects and their calls as one trace."""

from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from bot.tracing import Traces
from tests.people import World
from tests.traces import spans, told

__all__ = ["spans"]


async def test_a_declare_is_one_trace_from_the_delivery_to_the_calls(
    spans: InMemorySpanExporter, world: World
) -> None:
    await world.ann.says("/incident declare checkout is on fire --sev 2")
    finished = spans.get_finished_spans()
    [decision] = [
        s
        for s in finished
        if s.name == "decision" and s.attributes == {"muster.command": "Declare"}
    ]
    assert decision.context is not None
    one = [s for s in finished if s.context and s.context.trace_id == decision.context.trace_id]
    [delivery] = [s for s in one if s.name == "delivery"]
    assert delivery.parent is None
    assert delivery.context is not None
    effects = {str((s.attributes or {})["muster.effect"]): s for s in one if s.name == "effect"}
    assert {"CreateRoom", "InviteDeclarer", "ShowCard", "AddBookmark"} <= set(effects)
    for effect in effects.values():
        assert effect.parent is not None
        assert effect.parent.span_id == delivery.context.span_id
    made = effects["CreateRoom"].context
    assert made is not None
    below = [s for s in one if s.parent and s.parent.span_id == made.span_id]
    assert [(s.attributes or {}).get("muster.method") for s in below] == ["conversations.create"]
    assert "fire" not in told(spans)


async def test_nobody_is_told_when_nobody_asked(world: World) -> None:
    exporter = InMemorySpanExporter()
    traces = Traces(SimpleSpanProcessor(exporter))
    await world.ann.says("/incident declare checkout is down --sev 2")
    assert exporter.get_finished_spans() == ()
    traces.close()
