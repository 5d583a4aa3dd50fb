"""The agent as it runs in a cluster: the image of infra/images, the DaemonSet of infra/agent, on a
real node, telling an API outside through its projected token."""

import asyncio
import re
import secrets
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from kure.demo.ports import free_port
from kure.ports import Manifest
from tests.cluster.accounts import NAMESPACE
from tests.cluster.conftest import CONTAINERD
from tests.cluster.kube import PATHS, Admin, pod, pod_spec
from tests.conftest import folder
from tests.kill.stack import Stack, running

pytestmark = pytest.mark.cluster

INFRA = Path(__file__).parents[2] / "infra"
NODE = "node-1"
ACCOUNT = "1001"
PATIENCE = 90


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Kure's image, made from this checkout and known to the node's runtime, by its name."""
    name = f"registry.local/kure:test-{secrets.token_hex(4)}"
    archive = tmp_path_factory.mktemp("image") / "kure.tar"
    subprocess.run([sys.executable, INFRA / "images" / "archive.py", archive, name], check=True)
    subprocess.run([*ctr(), "images", "import", archive], check=True, stdout=subprocess.DEVNULL)
    return name


def ctr() -> list[str]:
    return ["ctr", "--address", str(CONTAINERD), "--namespace", "k8s.io"]


def manifests_of_agent(image: str, api_url: str) -> list[Manifest]:
    """What `kubectl apply -k infra/agent` would make, with the two values that people set."""
    settings = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "kure-agent", "namespace": NAMESPACE},
        "data": {"KURE_API_URL": api_url},
    }
    kustomization = yaml.safe_load((INFRA / "agent" / "kustomization.yaml").read_text())
    found = [
        obj | {"metadata": obj["metadata"] | {"namespace": NAMESPACE}}
        for name in kustomization["resources"]
        for obj in yaml.safe_load_all((INFRA / "agent" / name).read_text())
    ]
    (daemon_set,) = (obj for obj in found if obj["kind"] == "DaemonSet")
    (container,) = daemon_set["spec"]["template"]["spec"]["containers"]
    container["image"] = image
    # An apparent change, so that no pod of an earlier run stays.
    daemon_set["spec"]["template"]["metadata"]["annotations"] = {"test.kure.dev/api": api_url}
    return [settings, *found]


@asynccontextmanager
async def installed(admin: Admin, image: str, api_url: str) -> AsyncIterator[None]:
    """The agent on every node, removed afterwards."""
    found = manifests_of_agent(image, api_url)
    try:
        for obj in found:
            await admin.apply(obj)
        yield
    finally:
        for obj in found:
            path = PATHS[obj["kind"]].format(NAMESPACE)
            await admin.delete(f"{path}/{obj['metadata']['name']}")


async def address_of_node(admin: Admin) -> str:
    """Where its pods reach the node, and what listens on it."""
    status = (await admin.read(f"/api/v1/nodes/{NODE}"))["status"]
    return next(str(a["address"]) for a in status["addresses"] if a["type"] == "InternalIP")


async def when_watched(stack: Stack) -> dict[str, Any]:
    """What the API knows of the agent of the node, once it has spoken and leads."""
    row = None
    async with asyncio.timeout(PATIENCE):
        while row is None:
            await asyncio.sleep(0.2)
            row = await stack.pool.fetchrow("SELECT * FROM agents WHERE node = $1 AND leads", NODE)
    return dict(row)


def process_of(uid: str) -> Path:
    """The agent's process in the pod of this uid, as the node sees it."""
    names = (uid, uid.replace("-", "_"))
    for group in Path("/proc").glob("[0-9]*/cgroup"):
        command = (group.parent / "cmdline").read_bytes()
        if b"agent.main" in command and any(name in group.read_text() for name in names):
            return group.parent
    raise AssertionError(f"no process of the agent in pod {uid}")


async def test_the_agent_of_a_node_tells_what_fails_there(
    admin: Admin, namespace: str, image: str
) -> None:
    address = await address_of_node(admin)
    port = free_port(18181)
    with folder() as path:
        async with (
            running(
                path,
                parts=("api", "worker"),
                KURE_CLUSTER="nodes",
                KURE_AGENT_LISTEN=f"{address}:{port}",
            ) as stack,
            installed(admin, image, f"http://{address}:{port}"),
        ):
            beat = await when_watched(stack)
            assert beat["refused"] in ("[]", [])
            await admin.create(pod(namespace, "absent", pod_spec(image="example.test/none:1")))
            row = await stack.until(namespace, lambda row: not row["diagnosing"])
            assert (row["name"], row["classes"]) == ("absent", ["ImagePullBackOff"])
            await is_confined(admin)


async def is_confined(admin: Admin) -> None:
    """It runs as 1001, gains no rights, and writes to nothing but its own folder."""
    selector = "?labelSelector=app.kubernetes.io/name%3Dkure-agent"
    (found,) = (await admin.read(PATHS["Pod"].format(NAMESPACE) + selector))["items"]
    assert found["status"]["containerStatuses"][0]["restartCount"] == 0
    process = process_of(found["metadata"]["uid"])
    status = dict(
        line.split(":\t", 1)
        for line in (process / "status").read_text().splitlines()
        if ":\t" in line
    )
    assert status["Uid"].split() == [ACCOUNT] * 4
    assert status["Gid"].split() == [ACCOUNT] * 4
    assert (status["NoNewPrivs"], status["Seccomp"], int(status["CapBnd"], 16)) == ("1", "2", 0)
    mounts = (process / "mountinfo").read_text()
    (root,) = re.findall(r"^\d+ \d+ \S+ \S+ / (\S+) ", mounts, re.M)
    assert "ro" in root.split(",")
