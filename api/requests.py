"""Every request by its number, its route and how long it took."""

from time import perf_counter

from fastapi import FastAPI
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from prometheus_client import CollectorRegistry, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kure import logs
from kure.ids import new_id

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5, 5, 10)


class Requests:
    """ASGI middleware, outermost. What is logged meanwhile has the request's id; so has the answer,
    as X-Request-Id. Streams count until they begin."""

    def __init__(self, app: ASGIApp, registry: CollectorRegistry) -> None:
        self._app = app
        self._seconds = Histogram(
            "kure_http_request_duration_seconds",
            "Until an answer began, by route",
            ["method", "route", "status"],
            buckets=BUCKETS,
            registry=registry,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, request_id = perf_counter(), str(new_id())

        async def send_counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                took = self._seconds.labels(_method(scope), _route(scope), message["status"])
                took.observe(perf_counter() - began)
                header = (b"x-request-id", request_id.encode())
                message = {**message, "headers": [*message["headers"], header]}
            await send(message)

        with logs.about(request_id=request_id):
            await self._app(scope, receive, send_counted)


METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def _method(scope: Scope) -> str:
    return scope["method"] if scope["method"] in METHODS else "other"


def _route(scope: Scope) -> str:
    """The route as it was declared: paths themselves have ids, and anybody may invent more."""
    return getattr(scope.get("route"), "path", "none")


def trace(app: FastAPI, spans: TracerProvider | None) -> None:
    """A span for each request of an application, but those that only ask whether it lives."""
    if spans is not None:
        FastAPIInstrumentor.instrument_app(
            app,
            tracer_provider=spans,
            excluded_urls="healthz,readyz",
            exclude_spans=["send", "receive"],
        )
