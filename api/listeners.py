"""The sockets of one API process: people's on loopback and, where set, one for agents and one for
Prometheus. They start and stop together."""

import asyncio
import logging
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from api import metrics
from api.agents_app import create_agents_app
from api.unread import Http, WebSocket
from kure.adapters.prometheus import address
from kure.errors import Misconfigured
from kure.settings import LOOPBACK, Settings

log = logging.getLogger("kure.api")

MAX_MESSAGE = 4096  # of a WebSocket: nobody has anything to say there
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Server(uvicorn.Server):
    """One of several: signals are handled once for all of them. `up` is set when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def servers(app: FastAPI, settings: Settings) -> list[Server]:
    """A server for each listener, the people's first: its application opens what all share.
    Misconfigured where a setting cannot work."""
    made = [_server(app, settings.host, settings.port, opens=True)]
    if settings.agent_listen is not None:
        made.append(_agents_server(app, settings, settings.agent_listen))
    elif settings.agent_tls_cert or settings.agent_tls_key:
        raise Misconfigured("KURE_AGENT_TLS_CERT and …_KEY are for KURE_AGENT_LISTEN, not set.")
    if settings.metrics_listen is not None:
        host, port = address("KURE_METRICS_LISTEN", settings.metrics_listen)
        made.append(_server(metrics.create_app(app), host, port))
    return made


def _agents_server(app: FastAPI, settings: Settings, listen: str) -> Server:
    host, port = address("KURE_AGENT_LISTEN", listen)
    cert, key = settings.agent_tls_cert, settings.agent_tls_key
    if (cert is None) != (key is None):
        raise Misconfigured("KURE_AGENT_TLS_CERT and KURE_AGENT_TLS_KEY go together: set both.")
    if cert is None and host not in LOOPBACK:
        log.warning("agents' tokens cross the network unencrypted: KURE_AGENT_TLS_CERT is not set")
    server = _server(create_agents_app(app), host, port, cert=cert, key=key)
    try:
        server.config.load()
    except OSError as error:
        raise Misconfigured(
            f"Cannot use KURE_AGENT_TLS_CERT and KURE_AGENT_TLS_KEY: {error}; are they PEM, and is "
            "the key the certificate's?"
        ) from error
    return server


def _server(
    app: FastAPI,
    host: str,
    port: int,
    *,
    opens: bool = False,
    cert: Path | None = None,
    key: Path | None = None,
) -> Server:
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        lifespan="on" if opens else "off",
        ssl_certfile=cert,
        ssl_keyfile=key,
        http=Http,
        ws=WebSocket,
        ws_max_size=MAX_MESSAGE,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=3,
    )
    return Server(config)


async def serve(app: FastAPI, listening: list[Server]) -> None:
    """Until SIGTERM or SIGINT, or until one of them ends by itself; a second signal hurries."""

    def stop() -> None:
        kure = getattr(app.state, "kure", None)
        if kure is not None:
            kure.stopping.set()
        for server in listening:
            server.force_exit = server.should_exit
            server.should_exit = True

    loop = asyncio.get_running_loop()
    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, stop)
    first, *others = listening
    async with asyncio.TaskGroup() as group:
        main = group.create_task(first.serve())
        up = group.create_task(first.up.wait())
        await asyncio.wait([main, up], return_when=asyncio.FIRST_COMPLETED)
        up.cancel()
        further = [group.create_task(server.serve()) for server in others if first.started]
        await asyncio.wait([main, *further], return_when=asyncio.FIRST_COMPLETED)
        for server in listening:
            server.should_exit = True
