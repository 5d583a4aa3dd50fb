"""Whatever is reported in whatever order: an incident is never closed while a replica fails, and
its workload never has two runs or two open incidents."""

from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any, ClassVar
from uuid import UUID

import pytest
from temporalio import activity
from temporalio.client import WorkflowExecutionStatus
from temporalio.testing import WorkflowEnvironment

from activities.incidents import IncidentActivities
from kure.contracts.activities import Closed, CloseRequest, Recovery
from kure.contracts.incidents import Status
from kure.domain.failures.model import Failure, FailureClass, Health, Verdict
from kure.domain.recovery import PodSeen, judge
from tests.workflows.world import LONG_AGO, QUIET, World

CRASH = Failure(FailureClass.CRASH_LOOP, "app", LONG_AGO, "CrashLoopBackOff", "", "")
STEPS = 14


@dataclass
class Replicas:
    """The pods of the Deployment as they truly are: name to whether it fails."""

    failing: dict[str, bool] = field(default_factory=lambda: {f"u{n}": False for n in range(3)})
    made: int = 3

    def recovery(self, world: World) -> Recovery:
        """What a look at the workload finds now."""
        owner: dict[str, Any] = {
            "kind": "Deployment",
            "metadata": {"name": "cart", "generation": 1},
            "spec": {"replicas": 3},
            "status": {
                "observedGeneration": 1,
                "replicas": 3,
                "readyReplicas": list(self.failing.values()).count(False),
            },
        }
        pods = [_seen(name, fails=fails) for name, fails in self.failing.items()]
        found = judge(world.workload, owner, pods, LONG_AGO)
        return Recovery(
            resolution=found.resolution,
            text=found.text,
            look_again_seconds=found.look_again_seconds,
        )

    def replace(self, name: str) -> None:
        """It is deleted, and its controller makes another."""
        del self.failing[name]
        self.failing[f"u{self.made}"] = False
        self.made += 1


def _seen(name: str, *, fails: bool) -> PodSeen:
    verdict = Verdict(Health.FAILING, (CRASH,)) if fails else Verdict(Health.HEALTHY)
    return PodSeen({"metadata": {"name": name}, "status": {"phase": "Running"}}, verdict)


class Witnessed(IncidentActivities):
    """Notes which replicas failed whenever an incident was closed."""

    replicas: ClassVar[Replicas]
    failing_at_close: ClassVar[list[list[str]]]

    @activity.defn
    async def close(self, request: CloseRequest) -> Closed:
        closed = await super().close(request)
        if closed.closed:
            failing = [name for name, fails in Witnessed.replicas.failing.items() if fails]
            Witnessed.failing_at_close.append(failing)
        return closed


async def step(chance: Random, world: World, replicas: Replicas, incident_id: str) -> None:
    """Something happens to a replica, and is reported, now and then twice or not at all."""
    name = chance.choice(sorted(replicas.failing))
    match chance.choice(["fails", "fails", "is healthy", "goes", "is looked at"]):
        case "fails":
            # Reported first: else it might be closed between its failing and the report of it.
            await world.fail(name)
            replicas.failing[name] = True
        case "is healthy":
            replicas.failing[name] = False
            if chance.random() < 0.7:
                await world.end(name, "healthy")
        case "goes":
            replicas.replace(name)
            if chance.random() < 0.7:
                await world.end(name, "gone")
        case _:
            await world.look(incident_id)
    for _ in range(chance.choice([1, 1, 2])):
        await world.nudge(incident_id)


@pytest.mark.parametrize("seed", range(4))
async def test_no_order_of_reports_closes_it_while_a_replica_fails(
    env: WorkflowEnvironment, world: World, seed: int
) -> None:
    chance, replicas = Random(seed), Replicas()
    Witnessed.replicas, Witnessed.failing_at_close = replicas, []

    async def look() -> None:
        world.scripted.recovery = replicas.recovery(world)

    world.scripted.on_confirm = look
    async with world.working(Witnessed):
        replicas.failing["u0"] = True
        incident_id = (await world.fail("u0")).incident_id
        assert incident_id is not None
        handle = await world.nudge(incident_id)
        for _ in range(STEPS):
            await step(chance, world, replicas, incident_id)
            if (await handle.describe()).status is WorkflowExecutionStatus.RUNNING:
                await env.fast_forward(handle, QUIET.crash * chance.choice([0.1, 0.6, 1.2]))
        for name in replicas.failing:
            replicas.failing[name] = False
        await world.look(incident_id)
        await env.fast_forward(handle, timedelta(hours=1))
        row = await world.until(incident_id, lambda row: row.status is Status.RESOLVED)
    assert row.pods_failing == 0
    assert Witnessed.failing_at_close
    assert not any(Witnessed.failing_at_close)
    found = await world.pool.fetch("SELECT id FROM incidents")
    assert [UUID(incident_id)] == [row["id"] for row in found]
    same_time = """
        SELECT count(*) FROM runs a JOIN runs b ON a.id < b.id
        WHERE a.started_at < b.ended_at AND b.started_at < a.ended_at
    """
    assert await world.pool.fetchval(same_time) == 0
