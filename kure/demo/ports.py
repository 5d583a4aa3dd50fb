"""TCP ports on loopback that nobody listens on."""

import socket
from collections.abc import Iterable

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
