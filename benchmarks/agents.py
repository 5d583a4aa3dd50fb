"""The agents that are measured: the demo's own, and one of a single node."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from benchmarks.demo import Running
from kure.demo.program import Program
from kure.errors import Unavailable

PATIENCE = 180


def resident(pid: int) -> tuple[float, float]:
    """MiB now, and the most since its start.

    https://man7.org/linux/man-pages/man5/proc_pid_status.5.html"""
    status = Path(f"/proc/{pid}/status").read_text()
    fields = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    now, most = (int(fields[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))
    return now, most


def own_agent(running: Running) -> int:
    """The process of the demo's agent."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue  # it has just ended
        if parent == running.pid and b"agent.main" in words:
            return int(folder.name)
    raise Unavailable("The demo has no agent; its log says why.")


@asynccontextmanager
async def agent_of(node: str, running: Running, home: str) -> AsyncIterator[int]:
    """An agent of scope `node` that stands for election in the namespace; gives its process."""
    folder = running.data_dir / f"agent-{node}"
    env = os.environ | {
        "KURE_AGENT_SCOPE": "node",
        "KURE_NODE_NAME": node,
        "KURE_POD_NAME": f"agent-{node}",
        "KURE_POD_NAMESPACE": home,
        "KURE_DATA_DIR": str(folder),
        "KURE_API_URL": running.url,
        "KURE_SERVICE_TOKEN": (running.data_dir / "agent-token").read_text().strip(),
    }
    async with Program("agent.main", folder / "agent.log", env) as agent:
        assert agent.pid, "it has just started"
        yield agent.pid


async def until_watching(running: Running, node: str, pods: int, *, leads: bool = False) -> None:
    """Until the agent of the node ('' for the demo's own) has said that it watches so many pods."""
    headers = {"Authorization": f"Bearer {running.token}"}
    async with (
        asyncio.timeout(PATIENCE),
        httpx.AsyncClient(base_url=running.url, headers=headers) as client,
    ):
        while True:
            found = (await client.get("/api/config")).json()["watching"]["agents"]
            own = [one for one in found if one["node"] == node]
            if any(one["pods"] >= pods and one["leads"] >= leads for one in own):
                return
            await asyncio.sleep(1)


def say(text: str) -> None:
    """What is under way, for whoever waits."""
    sys.stderr.write(f"{text}\n")
