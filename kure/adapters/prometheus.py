"""What Prometheus reads of a process that serves no HTTP otherwise: /metrics on a port of its own.

Names follow https://prometheus.io/docs/practices/naming: base units, `_total` for what only grows.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from prometheus_client import (
    CollectorRegistry,
    GCCollector,
    PlatformCollector,
    ProcessCollector,
)
from prometheus_client.aiohttp import make_aiohttp_handler

from kure.errors import Misconfigured


def new_registry() -> CollectorRegistry:
    """A registry that knows of the process already: memory, processor time, files, collections."""
    registry = CollectorRegistry()
    for collector in (ProcessCollector, PlatformCollector, GCCollector):
        collector(registry=registry)
    return registry


def address(name: str, value: str) -> tuple[str, int]:
    """Host and port of `HOST:PORT` (an IPv6 address in brackets). Misconfigured names the
    setting."""
    host, _, port = value.rpartition(":")
    bare = host.removeprefix("[").removesuffix("]")
    is_bracketed = host.startswith("[") and host.endswith("]")
    if not bare or (":" in bare) != is_bracketed or not port.isascii() or not port.isdigit():
        raise Misconfigured(f"{name} is {value!r}; give HOST:PORT, such as 0.0.0.0:8443.")
    if not 1 <= int(port) <= 65535:
        raise Misconfigured(f"{name} is {value!r}; a port is from 1 to 65535.")
    return bare, int(port)


@asynccontextmanager
async def serving(
    name: str, listen: str | None, registry: CollectorRegistry
) -> AsyncIterator[None]:
    """Serve /metrics meanwhile, where the setting `name` says so. Misconfigured where it cannot
    work. The registry is read in the event loop: it may look at what the process works with."""
    if listen is None:
        yield
        return
    host, port = address(name, listen)
    app = web.Application()
    app.router.add_get("/metrics", make_aiohttp_handler(registry))
    runner = web.AppRunner(app, access_log=None, handle_signals=False)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise Misconfigured(
                f"{name} is {listen}, but nothing can listen there: {error.strerror}. "
                "Choose another port."
            ) from error
        yield
    finally:
        await runner.cleanup()
