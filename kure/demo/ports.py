"""TCP ports on loopback that nobody listens on, and how to keep one until a server does."""

import socket
from collections.abc import Iterable
from contextlib import AbstractContextManager
from types import TracebackType

from kure.errors import Misconfigured

LOOPBACK = "127.0.0.1"
LAST = 65535


def free_port(preferred: int, taken: Iterable[int] = ()) -> int:
    """`preferred` or the next one that is free and not in `taken`; 0 lets the system choose."""
    for port in range(preferred, LAST + 1):
        if port not in set(taken) and (chosen := _bind(port)):
            return chosen
    raise Misconfigured(
        f"No port from {preferred} to {LAST} can be taken on {LOOPBACK}. Does this machine have an "
        "IPv4 loopback? `ip addr show lo` tells; `sudo ip addr add 127.0.0.1/8 dev lo` adds it. "
        "Else set KURE_PORT to a lower port"
    )


def _bind(port: int) -> int | None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # as servers do: a port whose last connections are in TIME_WAIT is free
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return None
        chosen: int = probe.getsockname()[1]
        return chosen


class Ports(AbstractContextManager["Ports"]):
    """Ports that no other demo of this machine takes until this is closed.

    A server listens seconds after its port was found free, and not while it is started again. What
    says meanwhile whose the port is: the UDP socket of the same number, which we hold. It needs no
    file, holds between users as well, and the kernel frees it however we end. A TCP socket that
    does not listen would not do: servers set SO_REUSEADDR and may bind beside it."""

    def __init__(self) -> None:
        self._held: dict[int, socket.socket] = {}

    def take(self, preferred: int, taken: Iterable[int] = ()) -> int:
        """As `free_port`; what was taken here before, for a server that ended, may be had again."""
        refused = set(taken)
        while not self._hold(port := free_port(preferred, refused)):
            refused.add(port)
        return port

    def _hold(self, port: int) -> bool:
        if port in self._held:
            return True
        claim = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            claim.bind((LOOPBACK, port))
        except OSError:
            claim.close()
            return False
        self._held[port] = claim
        return True

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for claim in self._held.values():
            claim.close()
