"""`kure demo` as a user starts it, in a folder of its own: on the cluster of KUBECONFIG, else on
the recorded shop."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from kure.demo.process import wait_until
from kure.errors import Unavailable
from kure.settings import Settings

START_SECONDS = 90
STOP_SECONDS = 20
PLACE = re.compile(r"(http://\S+)/#(?:code|token)=")


@dataclass(frozen=True)
class Running:
    """Where the demo is."""

    pid: int
    url: str
    token: str
    data_dir: Path
    settings: Settings
    is_recorded: bool


def kubeconfig() -> Path | None:
    """The cluster on which pods may be made to fail."""
    file = os.environ.get("KUBECONFIG")
    return Path(file) if file else None


@asynccontextmanager
async def demo(folder: Path, log_level: str = "INFO") -> AsyncIterator[Running]:
    """Started and ready; stopped at the end."""
    file = kubeconfig()
    process = await asyncio.create_subprocess_exec(
        *(Path(sys.executable).with_name("kure"), "demo", "--plain"),
        *(("--cluster", "--yes") if file else ()),
        stdout=asyncio.subprocess.PIPE,
        env=os.environ
        | {
            "KURE_DATA_DIR": str(folder),
            "KURE_PORT": "18090",
            "KURE_LOG_LEVEL": log_level,
            "KURE_OUTGOING_LOOPBACK": "true",  # the receiver of messages is here
        },
        start_new_session=True,
    )
    assert process.stdout is not None, "it was asked for"
    data_dir = folder if file else folder / "shop"
    reached = file or data_dir / "played" / "kubeconfig"
    try:
        async with asyncio.timeout(START_SECONDS):
            place = await _place(process.stdout)
            await wait_until(lambda: _is_watched(data_dir / "log" / "agent.log"), START_SECONDS)
        draining = asyncio.create_task(process.stdout.read())
        settings = Settings(kubeconfig=reached, data_dir=data_dir)
        token = (folder / "token").read_text().strip()
        yield Running(process.pid, place[1], token, data_dir, settings, file is None)
        draining.cancel()
    finally:
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(STOP_SECONDS):
            await process.wait()


async def _place(output: asyncio.StreamReader) -> re.Match[str]:
    while line := await output.readline():
        if found := PLACE.search(line.decode()):
            return found
    raise Unavailable("kure demo ended before it was ready.")


def _is_watched(log: Path) -> bool:
    """Whether the agent watches: what failed before is found by its first list, not by a watch."""
    return log.exists() and "watching cluster" in log.read_text()
