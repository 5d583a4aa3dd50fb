"""Where a trace begins: a report on its way to the API, which goes on with it to the diagnosis."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kure.settings import Settings

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider


class Traces:
    """The spans of one agent; none unless an endpoint is set."""

    def __init__(self, settings: Settings) -> None:
        self._spans: TracerProvider | None = None
        if settings.otlp_endpoint is not None:
            # Only here: without traces an agent on every node need not hold what makes them.
            from kure.adapters import tracing

            self._spans = tracing.provider(settings, "agent")

    @contextmanager
    def of(self, method: str, path: str) -> Iterator[Mapping[str, str]]:
        """A span around a request; gives the headers that hand the trace on. What is only asked
        for begins none."""
        if self._spans is None or method == "GET":
            yield {}
            return
        from kure.adapters import tracing

        name = f"{method} {path.partition('?')[0]}"
        with self._spans.get_tracer("kure").start_as_current_span(name):
            yield {tracing.HEADER: tracing.traceparent() or ""}

    async def aclose(self) -> None:
        """Send what is not sent yet."""
        if self._spans is not None:
            await asyncio.to_thread(self._spans.shutdown)
