"""Playing what is well, all at once, to where a failure would have been told."""

import asyncio
from collections.abc import Sequence

from tests.cluster.live.shorthand import Case, drawn
from tests.cluster.live.stage import Stage

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

    def __init__(self, on: Stage, cases: Sequence[Case]) -> None:
        self.stage = on
        self._cases = cases
        self._room = asyncio.Semaphore(AT_ONCE)
        self._tasks = {case.id: asyncio.create_task(self._play(case)) for case in cases}
        self._marker = drawn("marker", MARKER)
        self._marked = asyncio.create_task(self._mark())

    async def over(self, case: Case) -> None:
        """Raises what kept the case from being played."""
        await self._tasks[case.id]
        await self._marked

    async def tear_down(self) -> None:
        await asyncio.gather(self._marked, return_exceptions=True)
        cases = [*self._cases, self._marker]
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
