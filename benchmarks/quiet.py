"""What an agent asks of the API server while nothing happens: its watches, and nothing else."""

import asyncio
import re
from collections import Counter
from pathlib import Path

from benchmarks.agents import say, until_watching
from benchmarks.crowd import crowd
from benchmarks.demo import demo
from benchmarks.samples import Result, Row

PODS, NODES = 5000, 20
REPLICAS = 250
REQUEST = re.compile(r"request path=(\S+) watch=(\w+)")
SETTLE_SECONDS = 30

# There are thirteen watches, each asked for anew after four to eight minutes.
MOST_WATCHES = 26


async def quiet(folder: Path, minutes: float) -> Result:
    """Writes the demo's files and kwok's log to the folder."""
    # DEBUG, where each request has a line
    async with (
        demo(folder, "DEBUG") as running,
        crowd(running.settings, folder) as made,
    ):
        say(f"Making {PODS} pods on {NODES} nodes")
        await made.join(NODES)
        await made.deploy([f"calm-{number:02}" for number in range(PODS // REPLICAS)], REPLICAS)
        await made.until_ready(PODS)
        await until_watching(running, "", PODS)
        await asyncio.sleep(SETTLE_SECONDS)
        before = len(requests(running.data_dir))
        say(f"{minutes:g} quiet minutes")
        await asyncio.sleep(minutes * 60)
        asked = requests(running.data_dir)[before:]
    watches = [path for path, watch in asked if watch == "true"]
    others = Counter(path for path, watch in asked if watch != "true")
    rows = [
        Row("watches asked for again", len(watches), MOST_WATCHES, "requests"),
        Row("any other request", others.total(), 0, "requests"),
    ]
    title = f"{minutes:g} quiet minutes with {PODS} pods: what the agent asks of the API server"
    return Result("quiet", title, rows, {"watches": watches, "others": dict(others)})


def requests(data_dir: Path) -> list[tuple[str, str]]:
    """The agent's requests so far: path, and whether it is a watch."""
    return REQUEST.findall((data_dir / "log" / "agent.log").read_text())
