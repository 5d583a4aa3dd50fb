"""kwok as a process: it plays the kubelets of nodes that are not there. https://kwok.sigs.k8s.io"""

import asyncio
import os
import shutil
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from kure.errors import Misconfigured

STAGES = Path(__file__).parent / "kwok" / "stages.yaml"
LEASE_SECONDS = 40
STOP_SECONDS = 10


def program() -> str:
    """Where kwok is. Misconfigured says what it is for and where to get it."""
    wanted = os.environ.get("KURE_BENCH_KWOK", "kwok")
    found = shutil.which(wanted)
    if found is None:
        raise Misconfigured(
            f"Cannot make a crowd of pods: there is no program {wanted}. kwok plays nodes whose "
            "pods cost next to nothing; get it from https://kwok.sigs.k8s.io and put it on PATH, "
            "or set KURE_BENCH_KWOK to where it is"
        )
    return found


@asynccontextmanager
async def playing(selector: str, kubeconfig: Path, log: Path) -> AsyncIterator[None]:
    """kwok plays the nodes that the label selector chooses, and no others; ended at the end."""
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            program(), "--kubeconfig", str(kubeconfig), "--config", str(STAGES),
            "--manage-all-nodes=false", "--manage-nodes-with-label-selector", selector,
            "--node-lease-duration-seconds", str(LEASE_SECONDS),
            "--server-address", f"127.0.0.1:{_free_port()}",
            stdout=output, stderr=output,
            start_new_session=True,  # Ctrl-C is for us: pods have to be played to their end
        )  # fmt: skip
    try:
        yield
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(process.wait(), STOP_SECONDS)
            except TimeoutError:
                process.kill()
                await process.wait()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port
