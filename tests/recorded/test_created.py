"""Pods and leases that are created in a recorded cluster."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from kure.adapters.cluster.client import KubeCluster, connect
from kure.adapters.cluster.credentials import read_access
from kure.adapters.cluster.watch import Seen, Watch
from kure.demo.cluster import SHOP
from kure.domain import manifests
from kure.ports import Manifest
from kure.recording.format import Document, read
from kure.recording.kinds import POD_SCHEMA
from kure.settings import Settings
from tests.cluster.kube import lease
from tests.recorded.stage import CRASH, cluster_of, log, playing, pod, seen, write

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[1] / "cases" / "recorded" / "pods.yaml").read_text()
)
REFUSED = [case for case in CASES if "refused" in case]
CREATED = [case for case in CASES if "refused" not in case]
HOME = "/api/v1/namespaces/shop/pods"
LEASES = "/apis/coordination.k8s.io/v1/namespaces/shop/leases"
PATIENCE = 20


def crashed() -> Manifest:
    made = pod("crash")
    made["spec"]["containers"][0]["command"] = ["crash"]
    ended = {"exitCode": 3, "reason": "Error", "containerID": CRASH}
    made["status"]["containerStatuses"][0]["state"] = {"waiting": {"reason": "CrashLoopBackOff"}}
    made["status"]["containerStatuses"][0]["lastState"] = {"terminated": ended}
    return made


def unpulled() -> Manifest:
    made = pod("bad")
    made["spec"]["containers"][0]["image"] = "bad:1"
    waiting = {"reason": "ErrImagePull", "message": "bad:1: not found"}
    made["status"] = {
        "phase": "Pending",
        "containerStatuses": [{"name": "app", "image": "bad:1", "state": {"waiting": waiting}}],
    }
    return made


def with_keys() -> Manifest:
    made = pod("keys")
    del made["status"]["containerStatuses"][0]["lastState"]
    made["spec"]["containers"][0]["envFrom"] = [{"secretRef": {"name": "keys"}}]
    return made


def plain() -> Manifest:
    made = pod("web")
    del made["status"]["containerStatuses"][0]["lastState"]
    return made


@pytest.fixture(scope="module")
async def settings(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Settings]:
    folder = tmp_path_factory.mktemp("created")
    schema = Document(path=POD_SCHEMA, body=read(SHOP).documents[POD_SCHEMA])
    recording = write(
        folder / "r.kure.gz",
        *cluster_of("shop", "elsewhere"),
        *(seen(0, one) for one in (plain(), crashed(), unpulled(), with_keys())),
        log(CRASH, (-9.0, "no config")),
        documents=[schema],
    )
    async with playing(recording, folder / "state") as (known, _):
        yield known


@pytest.fixture
async def http(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    access = await read_access(settings)
    headers = {"Authorization": access.authorization or ""}
    async with httpx.AsyncClient(
        base_url=access.server, verify=access.tls.context(), headers=headers
    ) as client:
        yield client


@pytest.fixture
async def cluster(settings: Settings) -> AsyncIterator[KubeCluster]:
    async with connect(settings) as connected:
        yield connected


def manifest(case: dict[str, Any], name: str = "made") -> Manifest:
    container = {"name": "app", "image": "web:1"} | case.get("container", {})
    metadata = {"name": name} | case.get("metadata", {})
    spec = {"containers": [container]} | case.get("spec", {})
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case["name"])
@pytest.mark.parametrize("dry_run", [{"dryRun": "All"}, {}], ids=["dry-run", "create"])
async def test_a_pod_that_is_none_is_refused(
    http: httpx.AsyncClient, case: dict[str, Any], dry_run: dict[str, str]
) -> None:
    query = {"fieldValidation": "Strict"} | dry_run
    answer = await http.post(HOME, json=manifest(case), params=query)
    status, message = case["refused"]
    assert answer.status_code == status
    assert message in answer.json()["message"]
    assert (await http.get(f"{HOME}/made")).status_code == 404


@pytest.mark.parametrize("case", CREATED, ids=lambda case: case["name"])
async def test_a_pod_ends_as_its_manifest_says(
    http: httpx.AsyncClient, cluster: KubeCluster, case: dict[str, Any]
) -> None:
    name = f"made-{CREATED.index(case)}"
    answer = await http.post(HOME, json=manifest(case, name))
    assert answer.status_code == 201, answer.text
    found = await when(cluster, name, case)
    if wanted := case.get("event"):
        texts = [event["message"] for event in await cluster.events(found | {"kind": "Pod"})]
        assert any(wanted in text for text in texts)


async def when(cluster: KubeCluster, name: str, case: dict[str, Any]) -> Manifest:
    """The pod as soon as it is what the case says."""
    watch = Watch(cluster, HOME, {"fieldSelector": f"metadata.name={name}"})
    last: Manifest = {}
    try:
        async with asyncio.timeout(PATIENCE), aclosing(watch.changes()) as changes:
            async for change in changes:
                if isinstance(change, Seen):
                    last = change.object
                    if is_as_told(last, case):
                        return last
    except TimeoutError:
        pytest.fail(f"it is {last.get('status')}")
    raise AssertionError("a watch never ends")


def is_as_told(found: Manifest, case: dict[str, Any]) -> bool:
    if manifests.phase(found) != case["phase"]:
        return False
    if "event" in case and "reason" not in case:
        return manifests.condition(found, "PodScheduled").get("reason") == "Unschedulable"
    (status,) = found["status"].get("containerStatuses") or [{}]
    ended = [
        manifests.mapping(status.get(which)).get("terminated") for which in ("state", "lastState")
    ]
    waiting = manifests.mapping(manifests.mapping(status.get("state")).get("waiting"))
    return (
        bool(status.get("ready")) is case.get("ready", False)
        and waiting.get("reason", "") in (case.get("reason", ""), "CrashLoopBackOff")
        and ("exit" not in case or any(e and e["exitCode"] == case["exit"] for e in ended))
    )


async def test_what_crashes_again_writes_the_same_log(
    http: httpx.AsyncClient, cluster: KubeCluster
) -> None:
    case = {"container": {"command": ["crash"]}, "phase": "Running", "exit": 3}
    await http.post(HOME, json=manifest(case, "again"))
    await when(cluster, "again", case)
    found = await cluster.log("shop", "again", "app", previous=False)
    assert found.text == "no config\n"


async def test_a_name_that_is_taken_is_a_conflict(http: httpx.AsyncClient) -> None:
    answer = await http.post(HOME, json=manifest({}, "web"))
    assert (answer.status_code, answer.json()["reason"]) == (409, "AlreadyExists")


async def test_a_namespace_that_is_not_there_is_not_found(http: httpx.AsyncClient) -> None:
    answer = await http.post("/api/v1/namespaces/none/pods", json=manifest({}))
    assert (answer.status_code, answer.json()["message"]) == (404, 'namespaces "none" not found')


async def test_a_name_can_be_generated(http: httpx.AsyncClient) -> None:
    body = manifest({}) | {"metadata": {"generateName": "mirror-"}}
    names = [(await http.post(HOME, json=body)).json()["metadata"]["name"] for _ in range(2)]
    assert all(name.startswith("mirror-") for name in names)
    assert names[0] != names[1]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", f"{HOME}/web"),
        ("POST", "/apis/apps/v1/namespaces/shop/deployments"),
        ("DELETE", "/api/v1/nodes/node-1"),
    ],
)
async def test_what_was_recorded_cannot_be_changed(
    http: httpx.AsyncClient, method: str, path: str
) -> None:
    answer = await http.request(method, path, json={"metadata": {"name": "x"}})
    assert answer.status_code == 403
    assert "this cluster is a recording" in answer.json()["message"]


@pytest.mark.parametrize("text", ["{", "[]", '"x"'])
async def test_a_body_that_is_no_object_is_refused(http: httpx.AsyncClient, text: str) -> None:
    answer = await http.post(HOME, content=text)
    assert (answer.status_code, answer.json()["reason"]) == (400, "BadRequest")


async def test_a_pod_is_deleted_only_where_its_uid_is_right(http: httpx.AsyncClient) -> None:
    made = (await http.post(HOME, json=manifest({}, "mine"))).json()
    wrong = {"preconditions": {"uid": "another"}}
    assert (await http.request("DELETE", f"{HOME}/mine", json=wrong)).status_code == 409
    right = {"preconditions": {"uid": manifests.uid(made)}}
    assert (await http.request("DELETE", f"{HOME}/mine", json=right)).status_code == 200
    assert (await http.request("DELETE", f"{HOME}/mine", json=right)).status_code == 404


async def test_an_annotation_of_a_created_pod_can_be_changed(http: httpx.AsyncClient) -> None:
    await http.post(HOME, json=manifest({}, "noted"))
    change = {"metadata": {"annotations": {"until": "noon"}}}
    headers = {"Content-Type": "application/merge-patch+json"}
    answer = await http.patch(f"{HOME}/noted", json=change, headers=headers)
    assert answer.json()["metadata"]["annotations"] == {"until": "noon"}
    assert answer.json()["spec"]["containers"][0]["image"] == "web:1"


async def test_of_two_who_renew_a_lease_one_is_too_late(http: httpx.AsyncClient) -> None:
    made = (await http.post(LEASES, json=lease("shop", "one"))).json()
    path = f"{LEASES}/kure-agent"
    first = await http.put(path, json=made | {"spec": {"holderIdentity": "two"}})
    second = await http.put(path, json=made | {"spec": {"holderIdentity": "three"}})
    assert (first.status_code, second.status_code) == (200, 409)
    assert (await http.get(path)).json()["spec"]["holderIdentity"] == "two"
