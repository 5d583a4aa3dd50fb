"""Agents that are killed, cut off, or lose their node: nothing is lost, nothing doubled."""

import asyncio
import os
import random
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from kure.adapters.cluster.credentials import Access
from kure.demo.ports import free_port
from kure.ports import Manifest
from tests.cluster.accounts import allow_election
from tests.cluster.kube import PATHS, Admin, deployment, pod, pod_spec
from tests.conftest import folder
from tests.kill.node_agents import NodeAgent, agent_of, leads
from tests.kill.stack import PATIENCE, Stack, running

pytestmark = pytest.mark.cluster

NODE = "node-1"
PARTITION_SECONDS = float(os.environ.get("KURE_TEST_PARTITION_SECONDS", "10"))
UNWATCHED_SECONDS = 30
STORM = 40

# A Lease lasts fifteen seconds, and heartbeats tell of a new leader every ten.
TAKEOVER_SECONDS = 35

# Nobody tells of it once its node is gone but whoever reads it again.
LOST_POD_STATUS = {
    "phase": "Pending",
    "containerStatuses": [
        {
            "name": "app",
            "image": "registry.local/absent:none",
            "imageID": "",
            "ready": False,
            "restartCount": 0,
            "state": {"waiting": {"reason": "ImagePullBackOff", "message": "not found"}},
        }
    ],
}


@pytest.fixture(scope="module")
async def stack() -> AsyncIterator[Stack]:
    """Kure without an agent of its own."""
    known = {f"KURE_GRACES__{name}": "PT1S" for name in ("PENDING", "CREATE", "CLAIM")} | {
        "KURE_CLUSTER": "agents",
        "KURE_AGENT_LISTEN": f"127.0.0.1:{free_port(18280)}",
    }
    with folder() as path:
        async with running(path, parts=("api", "worker"), **known) as found:
            yield found


@pytest.fixture
async def leader(
    stack: Stack, admin: Admin, admin_access: Access, namespace: str
) -> AsyncIterator[NodeAgent]:
    """The agent of the real node, which also watches the rest."""
    await allow_election(admin, namespace)
    async with agent_of(NODE, stack, admin, admin_access, namespace) as agent:
        await until(lambda: leads(stack, NODE))
        yield agent


def unpullable(namespace: str, name: str) -> Manifest:
    return pod(namespace, name, pod_spec(image=f"registry.local/{name}:none"))


def homeless(namespace: str, name: str) -> Manifest:
    return deployment(namespace, name, pod_spec("exec sleep 3600", nodeSelector={"disk": name}))


def unbound(namespace: str, name: str) -> Manifest:
    spec = {
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": name,
        "resources": {"requests": {"storage": "1Gi"}},
    }
    metadata = {"namespace": namespace, "name": name}
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "spec": spec}


async def fails(admin: Admin, *objects: Manifest) -> None:
    await asyncio.gather(*(admin.create(obj) for obj in objects))


async def goes(admin: Admin, obj: Manifest) -> None:
    path = PATHS[obj["kind"]].format(obj["metadata"]["namespace"])
    await admin.delete(f"{path}/{obj['metadata']['name']}")


async def told_once(stack: Stack, namespace: str, names: set[str]) -> None:
    """Each workload has one incident, opened once, and no failure was counted twice."""
    found = await stack.rows(namespace)
    assert set(found) == names
    assert {name: row["regressions"] for name, row in found.items() if row["regressions"]} == {}
    doubled = await stack.pool.fetch(
        """
        SELECT subject_uid, class FROM reports r JOIN incidents i ON i.id = r.incident_id
        WHERE i.namespace = $1 GROUP BY subject_uid, class, container, since HAVING count(*) > 1
        """,
        namespace,
    )
    assert doubled == []


async def until_status(stack: Stack, namespace: str, wanted: dict[str, str]) -> None:
    found: dict[str, Any] = {}
    try:
        async with asyncio.timeout(PATIENCE):
            while found != wanted:
                rows = await stack.rows(namespace)
                found = {name: row["status"] for name, row in rows.items()}
                await asyncio.sleep(0.2)
    except TimeoutError:
        raise TimeoutError(f"{namespace} stayed at {found}, not {wanted}") from None


async def test_an_agent_that_is_killed_again_and_again_loses_and_doubles_nothing(
    stack: Stack, admin: Admin, namespace: str, leader: NodeAgent
) -> None:
    chance = random.Random(4)
    made: list[Manifest] = []
    ended: list[Manifest] = []
    for number in range(6):
        kind = (unpullable, homeless, unbound)[number % 3]
        made.append(kind(namespace, f"w{number}-{secrets.token_hex(2)}"))
        await fails(admin, made[-1])
        await asyncio.sleep(chance.uniform(0, 2))  # a kill at a random moment
        await leader.kill()
        if number % 2:  # it ends while nobody watches
            ended.append(made[number - 1])
            await goes(admin, ended[-1])
        await leader.start()
    seen = {obj["metadata"]["name"] for obj in made}
    gone = {obj["metadata"]["name"] for obj in ended}
    await until(lambda: are_there(stack, namespace, seen - gone))
    told = set(await stack.rows(namespace))  # what went at once may never have been seen
    wanted = {name: "resolved" if name in gone else "open" for name in told}
    await until_status(stack, namespace, wanted)
    await told_once(stack, namespace, told)


@pytest.mark.parametrize("where", ["to_api", "to_cluster"])
async def test_an_agent_that_is_cut_off_catches_up(
    stack: Stack, admin: Admin, namespace: str, leader: NodeAgent, where: str
) -> None:
    before = [unpullable(namespace, "before"), unbound(namespace, "claim-before")]
    await fails(admin, *before)
    names = {"before", "claim-before"}
    await stack.until_all(namespace, names, "open")
    cable = getattr(leader, where)
    cable.cut()
    during = [
        unpullable(namespace, "during"),
        unbound(namespace, "claim-during"),
        homeless(namespace, "homeless"),
    ]
    await fails(admin, *during)
    short = unpullable(namespace, "short")
    await fails(admin, short)
    await asyncio.sleep(PARTITION_SECONDS)  # a partition of this length
    for obj in (*before, short):
        await goes(admin, obj)
    cable.mend()
    wanted = dict.fromkeys(("during", "claim-during", "homeless"), "open")
    # What came and went meanwhile is told too: by the spool, or by the watch, which goes on where
    # it was cut.
    wanted |= dict.fromkeys(names | {"short"}, "resolved")
    await until_status(stack, namespace, wanted)
    await told_once(stack, namespace, set(wanted))


@pytest.fixture
async def node(admin: Admin) -> AsyncIterator[str]:
    """A Node without a kubelet."""
    name = f"lost-{secrets.token_hex(3)}"
    await admin.create({"apiVersion": "v1", "kind": "Node", "metadata": {"name": name}})
    yield name
    await admin.delete_if_there(f"{PATHS['Node']}/{name}")


async def test_what_failed_on_a_node_that_goes_is_closed_and_its_silence_is_shown(
    stack: Stack,
    admin: Admin,
    admin_access: Access,
    namespace: str,
    leader: NodeAgent,
    node: str,
) -> None:
    elsewhere = unpullable(namespace, "elsewhere")
    lost = pod(namespace, "lost", pod_spec() | {"nodeName": node})
    async with agent_of(node, stack, admin, admin_access, namespace) as agent:
        await fails(admin, elsewhere, lost)
        path = f"{PATHS['Pod'].format(namespace)}/lost/status"
        await admin.patch(path, {"status": LOST_POD_STATUS})
        await stack.until_all(namespace, {"elsewhere", "lost"}, "open")
        await until(lambda: is_named(stack, node))
        told = changes(stack)
        await agent.kill()
        await until(lambda: is_unwatched(stack, node), UNWATCHED_SECONDS)
        await until(lambda: has_told(stack, told), 2)
        told = changes(stack)
        await agent.start()
        await until(lambda: is_watched(stack, node), 15)
        await until(lambda: has_told(stack, told), 2)
    await goes(admin, lost)  # as the garbage collector does; nobody sees it
    await admin.delete(f"{PATHS['Node']}/{node}")
    await until_status(stack, namespace, {"elsewhere": "open", "lost": "resolved"})
    assert (await stack.rows(namespace))["lost"]["resolution"] == "gone"
    assert await is_watched(stack, node)


async def are_there(stack: Stack, namespace: str, names: set[str]) -> bool:
    return names <= set(await stack.rows(namespace))


async def has_begun(stack: Stack, namespace: str) -> bool:
    """Whether some of the storm has been told, and most not."""
    return len(await stack.rows(namespace)) >= STORM // 8


async def until(holds: Callable[[], Awaitable[bool]], seconds: float = PATIENCE) -> None:
    async with asyncio.timeout(seconds):
        while not await holds():
            await asyncio.sleep(0.1)


async def is_named(stack: Stack, node: str) -> bool:
    """Whether the leader has told of the node: it does so with its next sign of life."""
    return bool(await stack.pool.fetchval("SELECT true FROM nodes WHERE name = $1", node))


async def is_unwatched(stack: Stack, node: str) -> bool:
    """Whether people are told that nobody watches the node."""
    unwatched = (await stack.config())["watching"]["unwatched"]
    return node in [one["node"] for one in unwatched]


async def is_watched(stack: Stack, node: str) -> bool:
    return not await is_unwatched(stack, node)


def changes(stack: Stack) -> int:
    """How often the live stream said that another set of nodes is unwatched."""
    return sum(topic == "watching.changed" for _, topic, _ in stack.events)


async def has_told(stack: Stack, before: int) -> bool:
    return changes(stack) > before


async def test_another_takes_over_when_the_leader_is_killed_in_a_storm(
    stack: Stack,
    admin: Admin,
    admin_access: Access,
    namespace: str,
    leader: NodeAgent,
) -> None:
    storm = [
        (unbound, homeless)[number % 2](namespace, f"storm-{number:02}") for number in range(STORM)
    ]
    async with agent_of("no-such-node", stack, admin, admin_access, namespace):
        beginning = asyncio.create_task(fails(admin, *storm))
        await until(lambda: has_begun(stack, namespace))
        await leader.kill()
        await until(lambda: leads(stack, "no-such-node"), TAKEOVER_SECONDS)
        await beginning
        names = {obj["metadata"]["name"] for obj in storm}
        await stack.until_all(namespace, names, "open")
        await told_once(stack, namespace, names)
