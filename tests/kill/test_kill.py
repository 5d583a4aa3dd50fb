"""`kill -9` of any process at any time: nothing lost, nothing doubled, the same run goes on."""

import asyncio
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from temporalio.client import WorkflowExecutionStatus

from tests.cluster.kube import Admin, deployment, pod_spec
from tests.kill.stack import Stack

pytestmark = pytest.mark.cluster

BOUNDARIES = [
    "seen-not-reported",
    "reported-not-noted",
    "report-committed-not-signalled",
    "signalled-not-noted",
    "evidence-stored-not-acknowledged",
    "diagnosis-stored-not-acknowledged",
    "diagnosis-stored-event-unsent",
    "quiet-time-over-not-closed",
    "closed-not-acknowledged",
]
AFTER_REPAIR = BOUNDARIES[-2:]
PROCESSES = ["api", "worker", "agent", "temporal", "postgres"]
SLEEPS = ["exec sleep 3600"]

# Each boundary once, and other pairs of boundary and process.
EACH_ONCE = range(len(BOUNDARIES))
LONG_SEEDS = [pytest.param(seed, marks=pytest.mark.long) for seed in range(len(BOUNDARIES), 20)]


async def breaks(admin: Admin, namespace: str, name: str) -> None:
    """Two replicas whose image is not there."""
    spec = pod_spec(*SLEEPS, image=f"registry.local/{name}:none")
    await admin.create(deployment(namespace, name, spec, replicas=2))


async def is_repaired(admin: Admin, namespace: str, name: str) -> None:
    containers = [{"name": "app", "image": "busybox:1.36"}]
    path = f"/apis/apps/v1/namespaces/{namespace}/deployments/{name}"
    await admin.patch(path, {"spec": {"template": {"spec": {"containers": containers}}}})


@pytest.mark.parametrize("seed", [*EACH_ONCE, *LONG_SEEDS])
async def test_an_incident_survives_a_kill(
    stack: Stack, admin: Admin, namespace: str, seed: int
) -> None:
    chance = random.Random(seed)
    name = f"app-{chance.randrange(16**6):06x}"
    boundary = BOUNDARIES[seed % len(BOUNDARIES)]
    process = PROCESSES[seed % len(PROCESSES)]
    if boundary not in AFTER_REPAIR:
        stack.arm(boundary)
    await breaks(admin, namespace, name)
    await asyncio.sleep(chance.uniform(0, 2))  # a kill at a random moment
    await stack.kill(process)
    await stack.until(namespace, lambda row: not row["diagnosing"])
    if boundary in AFTER_REPAIR:
        stack.arm(boundary)
    await is_repaired(admin, namespace, name)
    await stack.until(namespace, lambda row: row["status"] == "resolved")
    assert not stack.armed(boundary), f"nobody came to {boundary}"
    await nothing_is_lost_or_doubled(stack, namespace)


async def nothing_is_lost_or_doubled(stack: Stack, namespace: str) -> None:
    """Rows, events, and the workflow's run id."""
    [row] = await stack.incidents(namespace)
    incident_id = UUID(row["id"])
    assert (row["resolution"], row["regressions"], row["pods_failing"]) == ("recovered", 0, 0)
    told = await happened(stack, incident_id)
    assert told == ["opened", "diagnosed", "resolved"], await explained(stack, incident_id)
    assert await number_of(stack, "diagnoses", incident_id) == 1
    reported = await stack.pool.fetch(
        "SELECT class, subject_uid FROM reports WHERE incident_id = $1", incident_id
    )
    assert Counter((r["class"], r["subject_uid"]) for r in reported).most_common(1)[0][1] == 1
    waiting = await number_of(stack, "reports", incident_id, "AND nudged_at IS NULL")
    assert waiting == 0
    await one_run_did_it_all(stack, incident_id)
    await events_came_once(stack, row["id"])


async def one_run_did_it_all(stack: Stack, incident_id: UUID) -> None:
    workflow_id = await stack.pool.fetchval(
        "SELECT workflow_id FROM runs WHERE incident_id = $1", incident_id
    )
    handle = stack.temporal.get_workflow_handle(workflow_id)
    async with asyncio.timeout(60):
        await handle.result()
    runs = await runs_of(stack, incident_id)
    assert [run["state"] for run in runs] == ["completed"]
    described = await handle.describe()
    assert described.run_id == str(runs[0]["id"])
    assert described.status is WorkflowExecutionStatus.COMPLETED
    open_steps = await stack.pool.fetchval(
        "SELECT count(*) FROM run_steps WHERE run_id = $1 AND ended_at IS NULL", runs[0]["id"]
    )
    assert open_steps == 0


async def events_came_once(stack: Stack, incident_id: str) -> None:
    newest = await stack.pool.fetchval(
        "SELECT max(seq) FROM ui_events WHERE entity_id = $1", incident_id
    )
    async with asyncio.timeout(30):
        while not stack.events or stack.events[-1][0] < newest:
            await asyncio.sleep(0.1)
    numbers = [seq for seq, _, _ in stack.events]
    assert numbers == sorted(set(numbers))
    stored = await stack.pool.fetch(
        "SELECT seq FROM ui_events WHERE entity_id = $1 ORDER BY seq", incident_id
    )
    assert {row["seq"] for row in stored} <= set(numbers)
    topics = Counter(topic for _, topic, data in stack.events if about(data) == incident_id)
    assert (topics["incident.created"], topics["diagnosis.ready"]) == (1, 1)


def about(data: dict[str, Any]) -> str:
    return str(data.get("incident_id") or data.get("id"))


async def happened(stack: Stack, incident_id: UUID) -> list[str]:
    rows = await stack.pool.fetch(
        "SELECT what FROM timeline WHERE incident_id = $1 ORDER BY at, id", incident_id
    )
    return [row["what"] for row in rows]


async def explained(stack: Stack, incident_id: UUID) -> list[list[str]]:
    """What each diagnosis was of: class, container and template."""
    rows = await stack.pool.fetch(
        "SELECT explains FROM diagnoses WHERE incident_id = $1 ORDER BY created_at", incident_id
    )
    return [row["explains"] for row in rows]


async def number_of(stack: Stack, table: str, incident_id: UUID, more: str = "") -> int:
    counted: int = await stack.pool.fetchval(
        f"SELECT count(*) FROM {table} WHERE incident_id = $1 {more}", incident_id
    )
    return counted


async def test_a_lost_temporal_store_loses_no_incident(
    stack: Stack, admin: Admin, namespace: str
) -> None:
    await breaks(admin, namespace, "stored")
    row = await stack.until(namespace, lambda row: not row["diagnosing"])
    for left in stack.data_dir.glob("temporal.db*"):
        left.unlink()
    await stack.kill("temporal")
    await stack.kill("api")  # the reconciler looks at start, and then each minute
    began = datetime.now(UTC)
    incident_id = UUID(row["id"])
    async with asyncio.timeout(60):
        while len(await runs_of(stack, incident_id)) < 2:
            await asyncio.sleep(0.1)
    assert datetime.now(UTC) - began < timedelta(seconds=60)
    assert [run["state"] for run in await runs_of(stack, incident_id)] == ["lost", "running"]
    await is_repaired(admin, namespace, "stored")
    await stack.until(namespace, lambda row: row["status"] == "resolved")
    told = await happened(stack, incident_id)
    assert told == ["opened", "diagnosed", "resolved"], await explained(stack, incident_id)


async def runs_of(stack: Stack, incident_id: UUID) -> list[Any]:
    found: list[Any] = await stack.pool.fetch(
        "SELECT * FROM runs WHERE incident_id = $1 ORDER BY started_at", incident_id
    )
    return found
