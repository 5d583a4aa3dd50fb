"""What is well on a real node is not told: a case is data in tests/cases/live/benign."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from kure.adapters.cluster.credentials import Access
from kure.settings import Settings
from tests.cluster.live.shorthand import CASES, Case, cases_of, drawn
from tests.cluster.live.stage import Stage, stage

pytestmark = pytest.mark.cluster

BENIGN = cases_of(*sorted((CASES / "benign").glob("*.yaml")))

# Shorter than the defaults where that leaves a node time for a hundred workloads at once.
GRACES = {
    "starting": 90,
    "pulling": 90,
    "config": 45,
    "init": 45,
    "not_ready": 25,
    "terminating": 30,
    "claim": 15,
    "endpoints": 15,
    "ingress": 15,
    "scaling": 15,
    "schedule": 20,
    "pending": 30,
    "create": 10,
    "node": 10,
}

# Cases that are played at the same time, so that each meets a node that is busy, not swamped.
AT_ONCE = 30

MARKER_PATIENCE = 90

MARKER = {
    "name": "a pod that no node takes and a container that is never Ready",
    "manifests": [
        {"kind": "Pod", "name": "{a}", "pod": {"nodeSelector": {"example.test/{b}": "{c}"}}},
        {
            "kind": "Deployment",
            "name": "{d}",
            "pod": {"containers": [{"readinessProbe": {"exec": {"command": ["false"]}}}]},
        },
    ],
}


class Played:
    """All cases, played to their end, and then a failure that is told: so the agent has seen
    them, and every grace that began before is over."""

    def __init__(self, on: Stage) -> None:
        self.stage = on
        self._room = asyncio.Semaphore(AT_ONCE)
        self._tasks = {case.id: asyncio.create_task(self._play(case)) for case in BENIGN}
        self._marker = drawn("marker", MARKER)
        self._marked = asyncio.create_task(self._mark())

    async def over(self, case: Case) -> None:
        """Raises what kept the case from being played."""
        await self._tasks[case.id]
        await self._marked

    async def tear_down(self) -> None:
        await asyncio.gather(self._marked, return_exceptions=True)
        cases = [*BENIGN, self._marker]
        await asyncio.gather(*(self.stage.hands.tear_down(case) for case in cases))
        await asyncio.gather(*(self.stage.hands.when_gone(case) for case in cases))

    async def _play(self, case: Case) -> None:
        if case.data.get("patient"):
            await self.stage.play(case)
            return
        async with self._room:
            await self.stage.play(case)

    async def _mark(self) -> None:
        await asyncio.wait(self._tasks.values())
        await self.stage.play(self._marker)
        for failure_class in ("Unschedulable", "NotReady"):
            await self.stage.told(self._marker, [failure_class], MARKER_PATIENCE)


@pytest.fixture(scope="module")
async def played(
    agent_settings: Settings, admin_settings: Settings, admin_access: Access
) -> AsyncIterator[Played]:
    async with stage(agent_settings, admin_settings, admin_access, GRACES) as on:
        cases = Played(on)
        yield cases
        await cases.tear_down()


@pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for case in BENIGN])
async def test_nothing_is_told_of_it(case: Case, played: Played) -> None:
    await played.over(case)
    assert [(one.body["name"], one.body["failures"]) for one in played.stage.failed(case)] == []
