"""Dumps of kubectl read as a cluster: what is refused, and what is never said to be absent."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from kure.adapters.dump.cluster import Dump
from kure.errors import AccessDenied, InvalidInput, NotFound
from kure.ports import Manifest

SHOP = Path(__file__).parents[1] / "cases" / "dumps" / "shop.yaml"
PODS = "/api/v1/namespaces/shop/pods"


def obj(kind: str, name: str, namespace: str = "shop", api: str = "v1", **more: Any) -> Manifest:
    metadata = {"name": name, "uid": f"uid-{name}"} | (
        {"namespace": namespace} if namespace else {}
    )
    return {"apiVersion": api, "kind": kind, "metadata": metadata, "status": {"phase": ""}, **more}


def dump(*documents: Manifest) -> Dump:
    return Dump(yaml.safe_dump_all(documents), "dump.yaml")


def listed(*items: Manifest) -> Manifest:
    return {"apiVersion": "v1", "kind": "List", "items": list(items)}


async def names(found: Dump, path: str, **query: str) -> list[str]:
    return [each["metadata"]["name"] async for each in found.list(path, query)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds no Kubernetes object"),
        ("---\n---\n", "holds no Kubernetes object"),
        ("just words", "it has no kind"),
        ("a: 1", "it has no kind"),
        ("[1, 2]", "it has no kind"),
        ("a: [1", r"neither YAML nor JSON \(line \d\)"),
        ("kind: Pod\nmetadata: {name: x\n", "neither YAML nor JSON"),
        ("\0", "neither YAML nor JSON"),
        ("a: &x [1]\nb: *x\n", "aliases"),
        ("[" * 5000, "is nested deeper"),
        ("kind: Pod\nmetadata: {name: x}\nspec: {}\n", "has a status"),
        ("kind: List\nitems: []\n", "holds no Kubernetes object"),
    ],
)
def test_what_is_no_dump_is_refused_without_being_quoted(text: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said) as raised:
        Dump(text, "dump.yaml")
    assert str(raised.value).startswith(("dump.yaml", "Nothing in dump.yaml"))


def test_a_secret_in_a_broken_dump_is_not_told() -> None:
    with pytest.raises(InvalidInput) as raised:
        Dump("kind: Secret\ndata: {password: hunter2-swordfish\n", "dump.yaml")
    assert "hunter2" not in str(raised.value)


async def test_a_kind_that_was_not_dumped_is_refused_not_empty() -> None:
    found = dump(listed(obj("Pod", "web")))
    with pytest.raises(AccessDenied, match="holds no list of configmaps of namespace shop"):
        await names(found, "/api/v1/namespaces/shop/configmaps")
    with pytest.raises(AccessDenied, match="holds no list of pods of namespace bank"):
        await names(found, "/api/v1/namespaces/bank/pods")


async def test_one_object_is_no_list_and_can_be_read() -> None:
    found = dump(obj("Pod", "web"))
    with pytest.raises(AccessDenied):
        await names(found, PODS)
    assert [each["metadata"]["name"] async for each in found.held("/api/v1/pods")] == ["web"]
    assert (await found.get(f"{PODS}/web"))["metadata"]["uid"] == "uid-web"
    with pytest.raises(NotFound, match=r"dump.yaml does not hold .*/pods/none"):
        await found.get(f"{PODS}/none")


async def test_one_namespace_is_not_taken_for_all_of_them() -> None:
    one = dump(listed(obj("Service", "web")))
    with pytest.raises(AccessDenied):
        await names(one, "/api/v1/services")
    both = dump(listed(obj("Service", "web"), obj("Service", "web", "bank")))
    assert await names(both, "/api/v1/services") == ["web", "web"]
    assert await names(both, "/api/v1/namespaces/none/services") == []


async def test_kinds_without_a_namespace_are_listed() -> None:
    found = dump(
        listed(obj("Node", "node-1", ""), obj("StorageClass", "fast", "", "storage.k8s.io/v1"))
    )
    assert await names(found, "/api/v1/nodes") == ["node-1"]
    assert await names(found, "/apis/storage.k8s.io/v1/storageclasses") == ["fast"]


async def test_lists_are_narrowed_as_the_server_does() -> None:
    labelled = obj("Pod", "web", spec={"nodeName": "node-1"})
    labelled["metadata"]["labels"] = {"app": "web"}
    found = dump(listed(labelled, obj("Pod", "db")))
    assert await names(found, PODS, fieldSelector="spec.nodeName=") == ["db"]
    assert await names(found, PODS, labelSelector="app in (web),!old") == ["web"]


async def test_typed_lists_json_and_several_documents_are_read() -> None:
    pods = {"kind": "PodList", "apiVersion": "v1", "items": [{**obj("Pod", "web"), "kind": None}]}
    ingress = listed(obj("Ingress", "front", api="networking.k8s.io/v1"))
    found = Dump(json.dumps(pods) + "\n" + json.dumps(ingress, indent=2), "dump.json")
    assert (await found.get(f"{PODS}/web"))["kind"] == "Pod"
    assert await names(found, "/apis/networking.k8s.io/v1/namespaces/shop/ingresses") == ["front"]


async def test_events_are_those_of_the_object() -> None:
    about = {"kind": "Pod", "namespace": "shop", "name": "web", "uid": "uid-web"}
    core = obj("Event", "web.1", involvedObject=about, message="one")
    new = obj("Event", "web.2", api="events.k8s.io/v1", regarding=about, note="two")
    other = obj("Event", "db.1", involvedObject=about | {"uid": "uid-before"}, message="old")
    found = dump(listed(obj("Pod", "web"), core, other), listed(new))
    events = await found.events(await found.get(f"{PODS}/web"))
    assert [event["message"] for event in events] == ["one", "two"]


async def test_without_events_and_logs_that_is_said() -> None:
    found = dump(obj("Pod", "web"))
    with pytest.raises(AccessDenied, match="holds no events"):
        await found.events(await found.get(f"{PODS}/web"))
    with pytest.raises(NotFound, match="has no logs"):
        await found.log("shop", "web", "app", previous=True)


def test_the_dumps_time_is_the_newest_that_was_not_still_to_come() -> None:
    found = obj("Pod", "web", spec={"startTime": "2031-01-01T00:00:00Z"})
    found["metadata"] |= {"creationTimestamp": "2026-01-01T00:00:00Z"}
    found["metadata"] |= {"deletionTimestamp": "2030-01-01T00:00:00Z"}
    found["status"] = {"conditions": [{"lastTransitionTime": "2026-01-02T00:00:00Z"}]}
    newest = dump(found).newest
    assert newest is not None
    assert newest.isoformat() == "2026-01-02T00:00:00+00:00"


def test_a_real_dump_is_read() -> None:
    assert len(list(Dump(SHOP.read_text(), "shop.yaml").objects)) == 14
