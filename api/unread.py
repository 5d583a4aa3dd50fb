"""Connections whose other end does not read are cut: what waits for it must not wait for ever.

Below HTTP, as nothing above can do it: a response that ends only closes its connection when all of
it has been taken. https://docs.python.org/3/library/asyncio-protocol.html#flow-control-callbacks
"""

import asyncio
import socket
import struct

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

UNREAD_SECONDS = 10.0


class _Cuts(asyncio.Protocol):
    """Cuts the connection when its buffer has stayed full for so long."""

    seconds = UNREAD_SECONDS
    transport: asyncio.Transport
    _cut: asyncio.TimerHandle | None = None

    def pause_writing(self) -> None:
        super().pause_writing()
        self._cut = asyncio.get_running_loop().call_later(self.seconds, self._abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._stay()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._stay()

    def _abort(self) -> None:
        # With a reset: else the kernel goes on offering what it holds, for minutes.
        if (connection := self.transport.get_extra_info("socket")) is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()

    def _stay(self) -> None:
        if self._cut is not None:
            self._cut.cancel()
            self._cut = None


class Http(_Cuts, HttpToolsProtocol):
    """HTTP/1.1, cut where it is not read."""


class WebSocket(_Cuts, WebSocketsSansIOProtocol):
    """WebSocket, cut where it is not read."""
