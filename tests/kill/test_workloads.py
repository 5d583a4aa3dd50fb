"""The whole path on a real cluster: what fails becomes one incident an owner; the rest, none."""

import asyncio
import random
from typing import Any

import pytest

from tests.cluster.kube import PATHS, Admin, deployment, job, pod, pod_spec
from tests.kill.stack import PATIENCE, Stack

pytestmark = pytest.mark.cluster

SLEEP = "exec sleep 3600"
EXHAUST = "x=0123456789abcdef; while :; do x=$x$x; done"


def some_name(chance: random.Random) -> str:
    return f"{chance.choice('abcdefgh')}{chance.randrange(16**8):08x}"


async def finished(admin: Admin, namespace: str, healthy: str, done: str) -> None:
    """Wait until the rolling update has ended and the Job has run."""
    path = f"{PATHS['Deployment'].format(namespace)}/{healthy}"
    async with asyncio.timeout(PATIENCE):
        while True:
            status = (await admin.read(path))["status"]
            ended = (await admin.read(f"{PATHS['Job'].format(namespace)}/{done}"))["status"]
            if status.get("updatedReplicas") == status.get("readyReplicas") == 2 == status.get(
                "replicas"
            ) and ended.get("succeeded"):
                return
            await asyncio.sleep(0.2)


async def test_one_incident_for_each_failing_owner_and_none_for_the_rest(
    stack: Stack, admin: Admin, namespace: str
) -> None:
    chance = random.Random()
    absent, crashing, greedy, homeless, healthy, done = (some_name(chance) for _ in range(6))
    image = f"registry.local/{some_name(chance)}:none"
    memory = {"resources": {"limits": {"memory": "24Mi"}}}
    nowhere: dict[str, Any] = {"nodeSelector": {some_name(chance): "yes"}, "restartPolicy": "Never"}
    for made in (
        deployment(namespace, absent, pod_spec(SLEEP, image=image), replicas=5),
        deployment(namespace, crashing, pod_spec("exit 7")),
        pod(namespace, greedy, pod_spec(EXHAUST, container=memory)),
        job(namespace, homeless, pod_spec(SLEEP, **nowhere)),
        deployment(namespace, healthy, pod_spec(SLEEP), replicas=2),
        job(namespace, done, pod_spec("exit 0", restartPolicy="Never")),
    ):
        await admin.create(made)
    update = {"spec": {"template": {"metadata": {"annotations": {"updated": "yes"}}}}}
    await admin.patch(f"{PATHS['Deployment'].format(namespace)}/{healthy}", update)
    failing = {absent, crashing, greedy, homeless}
    await stack.until_all(namespace, failing, "open")
    await finished(admin, namespace, healthy, done)
    found = await stack.rows(namespace)
    assert {name: (row["kind"], row["classes"]) for name, row in found.items()} == {
        absent: ("Deployment", ["ImagePullBackOff"]),
        crashing: ("Deployment", ["CrashLoopBackOff"]),
        greedy: ("Pod", ["OOMKilled"]),
        homeless: ("Job", ["Unschedulable"]),
    }
    assert found[absent]["pods_failing"] == 5
    assert image in found[absent]["summary"]
    await repair(admin, namespace, absent, crashing, greedy, homeless)
    await stack.until_all(namespace, failing, "resolved")
    resolutions = {name: row["resolution"] for name, row in (await stack.rows(namespace)).items()}
    assert resolutions == {
        absent: "recovered", crashing: "stopped", greedy: "gone", homeless: "gone"
    }  # fmt: skip


async def repair(
    admin: Admin, namespace: str, absent: str, crashing: str, greedy: str, homeless: str
) -> None:
    """One gets its image, one is scaled to zero, two are deleted."""
    containers = [{"name": "app", "image": "busybox:1.36"}]
    deployments = PATHS["Deployment"].format(namespace)
    fixed = {"spec": {"template": {"spec": {"containers": containers}}}}
    await admin.patch(f"{deployments}/{absent}", fixed)
    await admin.patch(f"{deployments}/{crashing}", {"spec": {"replicas": 0}})
    await admin.delete(f"{PATHS['Pod'].format(namespace)}/{greedy}")
    await admin.delete(f"{PATHS['Job'].format(namespace)}/{homeless}")
