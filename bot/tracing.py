"""Traces for who asks for them: delivery, decision, effects and calls as spans of one trace.

Imported only where a collector is named, since OpenTelemetry is an extra (`muster[otel]`). A trace
has the id that stands in the log and in the record, so what is carried an hour later by another
replica still belongs to the delivery that it follows from.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator

_BEGINS: ContextVar[str] = ContextVar("begins", default="")
"""The id of a trace of which the first span is being made."""
_HEX = 16
_HALF = (1 << 64) - 1


class _Ids(RandomIdGenerator):
    """A trace has the correlation's id, and its first span that id's second half."""

    def generate_trace_id(self) -> int:
        begins = _BEGINS.get()
        return int(begins, _HEX) if begins else super().generate_trace_id()

    def generate_span_id(self) -> int:
        begins = _BEGINS.get()
        return int(begins, _HEX) & _HALF if begins else super().generate_span_id()


class Traces:
    """Makes the spans of one process and hands them to a processor."""

    def __init__(self, processor: SpanProcessor) -> None:
        resource = Resource.create({"service.name": "muster"})
        self._provider = TracerProvider(
            id_generator=_Ids(), resource=resource, shutdown_on_exit=False
        )
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("muster")

    @contextmanager
    def span(self, name: str, correlation: str, facts: Mapping[str, str]) -> Iterator[None]:
        """Make a span below the one that is under way, or below the delivery of this id."""
        here = trace.get_current_span().get_span_context()
        attributes = {f"muster.{key}": fact for key, fact in facts.items()}
        if here.is_valid or not _is_id(correlation):
            with self._tracer.start_as_current_span(name, attributes=attributes):
                yield
            return
        begun = _BEGINS.set(correlation if name == "delivery" else "")
        try:
            below = None if name == "delivery" else _first_span(correlation)
            span = self._tracer.start_span(name, context=below, attributes=attributes)
        finally:
            _BEGINS.reset(begun)
        with trace.use_span(span, end_on_exit=True):
            yield

    def close(self) -> None:
        """Send what is left."""
        self._provider.shutdown()


def _is_id(correlation: str) -> bool:
    try:
        return len(correlation) == 2 * _HEX and int(correlation, _HEX) & _HALF > 0
    except ValueError:
        return False


def _first_span(correlation: str) -> Context:
    delivery = trace.SpanContext(
        trace_id=int(correlation, _HEX),
        span_id=int(correlation, _HEX) & _HALF,
        is_remote=True,
        trace_flags=trace.TraceFlags(trace.TraceFlags.SAMPLED),
    )
    return trace.set_span_in_context(trace.NonRecordingSpan(delivery))


def to_collector(address: str) -> Traces:
    """Return traces that go to a collector (OTLP over HTTP), a batch every few seconds."""
    exporter = OTLPSpanExporter(endpoint=f"{address.rstrip('/')}/v1/traces")
    return Traces(BatchSpanProcessor(exporter))
