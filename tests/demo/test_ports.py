"""Ports found free, and kept from the other demos of this machine."""

import socket
import subprocess
import sys

from kure.demo.ports import LOOPBACK, Ports, free_port

HOLDER = """
import sys
from kure.demo.ports import Ports

with Ports() as ports:
    print(ports.take(0), flush=True)
    sys.stdin.read()
"""


def test_a_busy_port_moves_to_the_next_free_one() -> None:
    with socket.create_server((LOOPBACK, 0)) as other:
        busy = other.getsockname()[1]
        chosen = free_port(busy)
        assert chosen > busy
        assert free_port(busy, taken=[chosen]) > chosen


def test_two_that_look_before_either_listens_find_different_ports() -> None:
    with Ports() as first, Ports() as second:
        port = first.take(0)
        assert second.take(port) > port
        assert free_port(port) == port  # nobody listens: TCP alone does not tell


def test_a_port_stays_ours_while_its_server_is_started_again() -> None:
    with Ports() as ports:
        port = ports.take(0)
        with socket.create_server((LOOPBACK, port)):
            pass
        assert ports.take(port) == port


def test_a_port_is_free_again_when_its_holder_was_killed() -> None:
    with (
        subprocess.Popen(
            [sys.executable, "-c", HOLDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as holder,
        Ports() as ports,
    ):
        assert holder.stdout
        port = int(holder.stdout.readline())
        assert ports.take(port) > port
        holder.kill()
        holder.wait()
        assert ports.take(port) == port
