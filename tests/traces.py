"""Spans as a collector of traces would get them, for tests that look at what is told there."""

from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from bot.following import trace_with
from bot.tracing import Traces


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    """All that is told from here on."""
    exporter = InMemorySpanExporter()
    traces = Traces(SimpleSpanProcessor(exporter))
    trace_with(traces.span)
    yield exporter
    trace_with(None)
    traces.close()


def told(spans: InMemorySpanExporter) -> str:
    """The names, the attributes and whatever else stands in the spans."""
    return "\n".join(span.to_json() for span in spans.get_finished_spans())
