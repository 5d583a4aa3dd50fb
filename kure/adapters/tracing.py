"""Traces by OpenTelemetry, from a report to its diagnosis; none unless an endpoint is set.

What leaves is on a list: names, times, ids and how it ended. Texts of errors, queries, addresses
and whatever else instrumentation puts on a span stay here.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from opentelemetry import context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Link, Status
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from kure import __version__
from kure.settings import Settings

HEADER = "traceparent"
W3C = TraceContextTextMapPropagator()

MAY_LEAVE = frozenset(
    {
        *("http.method", "http.request.method", "http.route"),
        *("http.status_code", "http.response.status_code"),
        *("temporalWorkflowID", "temporalRunID", "temporalActivityID", "temporalUpdateID"),
    }
)


class Discreet(SpanExporter):
    """Passes on what may leave of each span."""

    def __init__(self, to: SpanExporter) -> None:
        self._to = to

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return self._to.export([_bare(span) for span in spans])

    def shutdown(self) -> None:
        self._to.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._to.force_flush(timeout_millis)


def _bare(span: ReadableSpan) -> ReadableSpan:
    """Without events, which are exceptions with their texts, and without the status' words."""
    attributes = span.attributes or {}
    return ReadableSpan(
        name=span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes={name: attributes[name] for name in MAY_LEAVE & attributes.keys()},
        links=[Link(link.context) for link in span.links],
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def provider(settings: Settings, part: str) -> TracerProvider | None:
    """Where the spans of a process go; None where no endpoint is set."""
    if settings.otlp_endpoint is None:
        return None
    about = {"service.name": f"kure-{part}", "service.version": __version__}
    made = TracerProvider(resource=Resource(about))
    endpoint = f"{settings.otlp_endpoint.rstrip('/')}/v1/traces"
    made.add_span_processor(BatchSpanProcessor(Discreet(OTLPSpanExporter(endpoint=endpoint))))
    return made


def traceparent() -> str | None:
    """The trace that goes on here, as W3C writes it; None where there is none."""
    carrier: dict[str, str] = {}
    W3C.inject(carrier)
    return carrier.get(HEADER)


@contextmanager
def within(parent: str | None) -> Iterator[None]:
    """Go on with the trace that was written down elsewhere, if there is one."""
    if parent is None:
        yield
        return
    token = context.attach(W3C.extract({HEADER: parent}))
    try:
        yield
    finally:
        context.detach(token)
