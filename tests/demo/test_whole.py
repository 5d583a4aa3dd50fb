"""`kure demo` as processes: all of Kure, on the recorded shop."""

import asyncio
import os
import re
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx
import pytest

from benchmarks.demo import demo as measured_demo
from kure.demo.process import command_line
from tests.conftest import folder

ROOT = Path(__file__).parents[2]
PORT = "18570"
START_SECONDS = 120  # two at once, on a machine that does something else as well
STOP_SECONDS = 10


class Demo:
    """One that runs, and what it has said."""

    def __init__(self, process: Process, data_dir: Path) -> None:
        self.process = process
        self.data_dir = data_dir
        self._said = ""

    async def says(self, pattern: str) -> re.Match[str]:
        """Wait until it says this; what it said until then is not looked at again."""
        assert self.process.stdout
        async with asyncio.timeout(START_SECONDS):
            while not (found := re.search(pattern, self._said)):
                line = await self.process.stdout.readline()
                assert line, f"it ended before it said {pattern}: {self._said}"
                self._said += line.decode()
        self._said = self._said[found.end() :]
        return found

    def parts(self) -> dict[int, str]:
        """The processes of its folder, with their commands, without itself."""
        found = {}
        for each in Path("/proc").iterdir():
            if each.name.isdigit() and int(each.name) != self.process.pid:
                pid = int(each.name)
                try:
                    env = (each / "environ").read_bytes()
                except OSError:  # it has just ended
                    continue
                command = command_line(pid)
                if str(self.data_dir) in command or str(self.data_dir).encode() in env:
                    found[pid] = command
        return found


async def start(data_dir: Path) -> Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "kure", "demo", "--plain"),
        stdout=PIPE,
        env=os.environ
        | {"KURE_DATA_DIR": str(data_dir), "KURE_PORT": PORT, "PYTHONPATH": str(ROOT)},
    )


@asynccontextmanager
async def demos(number: int) -> AsyncIterator[list[Demo]]:
    """So many, started at the same moment, each on a folder of its own."""
    async with AsyncExitStack() as stack:
        folders = [stack.enter_context(folder()) for _ in range(number)]
        processes = await asyncio.gather(*map(start, folders))
        for process in processes:
            stack.push_async_callback(ended, process)
        yield [Demo(*each) for each in zip(processes, folders, strict=True)]


async def ended(process: Process) -> None:
    if process.returncode is None:
        process.kill()
    await process.wait()


@pytest.fixture(scope="module")
async def two() -> AsyncIterator[list[Demo]]:
    async with demos(2) as started:
        yield started


async def test_two_that_start_at_once_both_come_up_and_do_not_meet(two: list[Demo]) -> None:
    places = [await place(each) for each in two]
    assert len(set(places)) == len(two)
    for demo, url in zip(two, places, strict=True):
        async with httpx.AsyncClient(base_url=url, headers=signed(demo)) as client:
            assert (await client.get("/api/incidents")).status_code == 200
    words = [word for each in two for word in " ".join(each.parts().values()).split()]
    for option in ("--port", "--ui-port"):  # the recorded clusters', Temporal's and its page's
        ports = [words[at + 1] for at, word in enumerate(words) if word == option]
        assert len(set(ports)) == len(ports), f"{option}: {ports}"


async def test_a_second_on_the_same_folder_is_refused_and_the_first_goes_on(
    two: list[Demo],
) -> None:
    second = await start(two[0].data_dir)
    assert second.stdout
    assert await second.stdout.read() == b""
    assert await second.wait() == 2
    assert two[0].parts()


async def test_a_part_that_died_is_said_and_started_again(two: list[Demo]) -> None:
    worker = next(pid for pid, command in two[0].parts().items() if "workers.main" in command)
    os.kill(worker, signal.SIGKILL)
    await two[0].says(r"worker: down: it ended with SIGKILL.*; starts again in")
    await two[0].says(r"worker: running")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_told_to_stop_it_ends_in_time_and_leaves_no_process(
    two: list[Demo], number: signal.Signals
) -> None:
    demo = two.pop()
    asked = time.monotonic()
    demo.process.send_signal(number)
    assert await demo.process.wait() == 0
    assert time.monotonic() - asked < STOP_SECONDS
    assert demo.parts() == {}


async def test_benchmarks_without_a_cluster_can_ask_the_demo(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KUBECONFIG", raising=False)
    async with measured_demo(data_dir) as running:
        headers = {"Authorization": f"Bearer {running.token}"}
        async with httpx.AsyncClient(base_url=running.url, headers=headers) as client:
            assert (await client.get("/api/incidents")).status_code == 200
        assert running.is_recorded


async def place(demo: Demo) -> str:
    found = await demo.says(r"Kure +(http://\S+)/#code=")
    return found[1]


def signed(demo: Demo) -> dict[str, str]:
    return {"Authorization": f"Bearer {(demo.data_dir / 'token').read_text().strip()}"}
