"""Five thousand pods on twenty nodes: what the agents hold in memory, and what happens when five
hundred Deployments fail in the same second."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from benchmarks.agents import agent_of, own_agent, resident, say, until_watching
from benchmarks.crowd import Crowd, crowd
from benchmarks.demo import Running, demo
from benchmarks.samples import Result, Row, p95
from benchmarks.seen import Observer

PODS, NODES, STORM, OWN_PODS, REPLICAS = 5000, 20, 500, 110, 250
LEAD_SECONDS = 60
DIAGNOSED_SECONDS = 60
ASK_SECONDS = 0.1
SETTLE_SECONDS = 20


async def storm(folder: Path) -> Result:
    """Writes the demo's files and kwok's log to the folder."""
    async with demo(folder) as running, crowd(running.settings, folder) as made:
        await settle(running, made)
        rows = await memory(running, made)
        failed, asked = await fail_together(running, made)
        now, most = resident(own_agent(running))
    rows += [
        *failed,
        Row("agent of all, after the storm", now, None, "MiB"),
        Row("agent of all, the most ever", most, None, "MiB"),
    ]
    return Result("crowd", f"{PODS} pods on {NODES} nodes, {STORM} failing at once", rows, asked)


async def settle(running: Running, made: Crowd) -> None:
    """All pods but those of the storm, Ready and watched."""
    say(f"Making {PODS - STORM} pods on {NODES} nodes")
    await made.join(NODES)
    await made.deploy(["own"], OWN_PODS, node=made.nodes[0])
    calm, odd = divmod(PODS - STORM - OWN_PODS, REPLICAS)
    await made.deploy([f"calm-{number:02}" for number in range(calm)], REPLICAS)
    await made.deploy(["calm-odd"], odd)
    await made.until_ready(PODS - STORM)
    await until_watching(running, "", PODS - STORM)


async def memory(running: Running, made: Crowd) -> list[Row]:
    """Of the agent of a node that is full, before and after it was elected."""
    node = made.nodes[0]
    await made.take_lease("kure-agent")
    async with agent_of(node, running, made.home) as pid:
        await until_watching(running, node, OWN_PODS)
        own, _ = resident(pid)
        await made.give_lease_back("kure-agent")
        await until_watching(running, node, OWN_PODS, leads=True)
        await asyncio.sleep(SETTLE_SECONDS)  # by then it has listed all that it now watches
        elected, _ = resident(pid)
    return [
        Row(f"agent of a node with {OWN_PODS} pods or more", own, 100, "MiB"),
        Row("the same, once elected", elected, None, "MiB"),
    ]


async def fail_together(running: Running, made: Crowd) -> tuple[list[Row], list[float]]:
    """The storm. Also gives how long the API took to answer each time it was asked, in ms."""
    names = [f"storm-{number:03}" for number in range(STORM)]
    at = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=LEAD_SECONDS)
    say(f"Making {STORM} Deployments that fail at {at:%H:%M:%S} UTC")
    async with Observer(running) as observer:
        await made.deploy(names, 1, fails="CrashLoopBackOff", fails_at=at)
        await made.until_ready(PODS)
        await until_watching(running, "", PODS)
        calm, _ = resident(own_agent(running))
        asked: list[float] = []
        asking = asyncio.create_task(ask(running, asked))
        left = (at - datetime.now(UTC)).total_seconds()
        await observer.until_all_are_seen(names, patience=left + 3 * DIAGNOSED_SECONDS)
        asking.cancel()
        visible, diagnosed = observer.storm(names)
    return [
        Row(f"agent of all, {PODS} pods", calm, 250, "MiB"),
        Row(f"all {STORM} visible", visible, None, "s"),
        Row(f"all {STORM} diagnosed", diagnosed, DIAGNOSED_SECONDS, "s"),
        Row("the list of incidents meanwhile, p95", p95(asked), 200, "ms"),
        Row("the list of incidents meanwhile, slowest", max(asked), None, "ms"),
    ], asked


async def ask(running: Running, took: list[float]) -> None:
    """The page's first question, again and again."""
    headers = {"Authorization": f"Bearer {running.token}"}
    async with httpx.AsyncClient(base_url=running.url, headers=headers, timeout=30) as client:
        while True:
            began = time.monotonic()
            (await client.get("/api/incidents")).raise_for_status()
            took.append((time.monotonic() - began) * 1000)
            await asyncio.sleep(ASK_SECONDS)
