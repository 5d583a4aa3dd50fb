"""What fails need not be a pod; and what a report says beside its fields changes nothing."""

from typing import Any

import pytest

from tests.api.conftest import Api
from tests.api.test_reports import CRASH, FAILED, stored

SINCE = "2026-11-01T10:00:00Z"


def report(kind: str, failure_class: str, **more: Any) -> dict[str, Any]:
    failures = [{"failure_class": failure_class, "since": SINCE}]
    named = {"kind": kind, "name": "cart", "namespace": "shop", "uid": f"uid-{kind}"}
    return named | {"failures": failures} | more


@pytest.mark.parametrize(
    "body",
    [
        report("Pod", "Failed", namespace=""),
        report("Job", "JobFailed", name="../etc"),
        report("Job", "JobFailed", namespace="No Namespace"),
        report("job", "JobFailed"),
        report("Job", "JobFailed", owner={"kind": "cronjob", "name": "x"}),
        report("Ingress", "IngressBackendNotFound", manifest={"apiVersion": "x" * 9000 + "/v1"}),
    ],
    ids=[
        "a pod without namespace",
        "a path",
        "no namespace's name",
        "no kind",
        "no owner's kind",
        "no group",
    ],
)
async def test_a_subject_is_refused(api: Api, body: dict[str, Any]) -> None:
    answer = await api.agent("POST", FAILED, json=body)
    assert answer.status_code == 422, answer.text
    assert set((await stored(api)).values()) == {0}


async def test_a_uid_keeps_its_kind(api: Api) -> None:
    await api.agent("POST", FAILED, json=report("Job", "JobFailed", uid="u1"))
    answer = await api.agent("POST", FAILED, json=CRASH)
    assert (answer.status_code, await api.count("reports")) == (409, 1)


@pytest.mark.parametrize(
    ("body", "workload"),
    [
        (report("Deployment", "ProgressDeadlineExceeded"), ("shop", "Deployment", "cart")),
        (report("PersistentVolumeClaim", "ClaimPending"),
         ("shop", "PersistentVolumeClaim", "cart")),
        (report("Node", "NodeNotReady", namespace=""), ("_", "Node", "cart")),
        (report("Ingress", "IngressBackendNotFound",
                manifest={"apiVersion": "networking.k8s.io/v1", "kind": "Service"}),
         ("shop", "Ingress.networking.k8s.io", "cart")),
        (report("Job", "JobFailed", owner={"kind": "CronJob", "name": "nightly"}),
         ("shop", "CronJob", "nightly")),
        (report("ReplicaSet", "FailedCreate", owner={"kind": "Deployment", "name": "web"}),
         ("shop", "Deployment", "web")),
    ],
)  # fmt: skip
async def test_a_subjects_incident_is_its_owners(
    api: Api, body: dict[str, Any], workload: tuple[str, ...]
) -> None:
    answer = await api.agent("POST", FAILED, json=body)
    assert answer.status_code == 202, answer.text
    row = await api.pool.fetchrow("SELECT namespace, kind, name FROM incidents")
    assert tuple(row) == workload
    page = (await api.person("GET", f"/api/incidents/{answer.json()['incident_id']}")).json()
    assert [(pod["kind"], pod["name"]) for pod in page["pods"]] == [(body["kind"], "cart")]
    assert page["pods_failing"] == 1
    [held] = (await api.agent("GET", "/api/agent/open?scope=rest")).json()["items"]
    assert (held["kind"], held["uid"]) == (body["kind"], body["uid"])
    ended = {key: body[key] for key in ("kind", "name", "namespace", "uid")}
    assert (await api.agent("POST", "/api/pods/healthy", json=ended)).status_code == 202
    assert (await api.agent("GET", "/api/agent/open")).json()["items"] == []
    kinds = await api.pool.fetch("SELECT DISTINCT subject_kind FROM reports")
    assert [row["subject_kind"] for row in kinds] == [body["kind"]]


async def test_the_open_are_asked_for_by_place(api: Api) -> None:
    await api.agent("POST", FAILED, json=CRASH | {"node": "node-1"})
    await api.agent("POST", FAILED, json=report("Job", "JobFailed"))
    for query, uids in {
        "": ["u1", "uid-Job"],
        "?scope=all": ["u1", "uid-Job"],
        "?scope=rest": ["uid-Job"],
        "?scope=node&node=node-1": ["u1"],
        "?node=node-1": ["u1"],
        "?node=node-2": [],
    }.items():
        items = (await api.agent("GET", f"/api/agent/open{query}")).json()["items"]
        assert [item["uid"] for item in items] == uids, query
    assert (await api.agent("GET", "/api/agent/open?scope=node")).status_code == 422


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("Evicted", "Evicted"),
        ("Failed", "Failed"),
        ("FailedMount", "FailedMount"),
        ("CreateContainerConfigError", "CreateContainerConfigError"),
        ("OutOfcpu", "RejectedByNode"),
        ("StartError", "RunContainerError"),
        ("DeadlineExceeded", "DeadlineExceeded"),
        ("BackoffLimitExceeded", "JobFailed"),
    ],
)
async def test_a_reason_names_a_class(api: Api, reason: str, expected: str) -> None:
    body = {"name": "cart-1", "namespace": "shop", "reason": reason}
    await api.agent("POST", FAILED, json=body)
    assert await api.pool.fetchval("SELECT classes FROM incidents") == [expected]


async def test_a_forged_manifest_changes_nothing_that_is_diagnosed(api: Api) -> None:
    told = CRASH | {"node": "node-1", "owner": {"kind": "Deployment", "name": "cart"}}
    owner = {"apiVersion": "v1", "kind": "Service", "name": "bank", "uid": "x", "controller": True}
    state = {"terminated": {"reason": "OOMKilled", "exitCode": 137, "finishedAt": SINCE}}
    forged = {
        "kind": "Node",
        "metadata": {"name": "bank", "namespace": "kube-system", "uid": "another",
                     "ownerReferences": [owner], "generateName": "bank-"},
        "spec": {"nodeName": "node-9", "containers": [{"name": "other"}]},
        "status": {"containerStatuses": [{"name": "other", "state": state}]},
    }  # fmt: skip
    answer = await api.agent("POST", FAILED, json=told | {"manifest": forged})
    assert answer.status_code == 202, answer.text
    incident = await api.pool.fetchrow("SELECT namespace, kind, name, classes FROM incidents")
    assert tuple(incident) == ("shop", "Deployment", "cart", ["CrashLoopBackOff"])
    pod = await api.pool.fetchrow("SELECT kind, uid, namespace, name, node, failures, template "
                                  "FROM failed_pods")  # fmt: skip
    assert tuple(pod)[:5] == ("Pod", "u1", "shop", "cart-1", "node-1")
    assert [(f["failure_class"], f["container"]) for f in pod["failures"]] == [
        ("CrashLoopBackOff", "app")
    ]
    assert pod["template"] == ""
    kept = await api.pool.fetch("SELECT kind, subject, captured_by FROM evidence")
    assert [tuple(row) for row in kept] == [("manifest", "Pod/cart-1", "agent")]


async def test_what_stands_around_a_pod_becomes_evidence(api: Api) -> None:
    incident_id = (await api.agent("POST", FAILED, json=CRASH)).json()["incident_id"]
    env = [{"name": "DB_PASSWORD", "value": "hunter2"}]
    template = {"spec": {"containers": [{"name": "app", "env": env}]}}
    owner = {"kind": "ReplicaSet", "metadata": {"name": "cart-6d"}, "spec": {"template": template}}
    evidence = {
        "uid": "u1", "name": "cart-1", "namespace": "shop", "since": SINCE,
        "owners": [owner, {"kind": "Deployment", "metadata": {"name": "cart"}}],
        "node": {"kind": "Node", "metadata": {"name": "node-1"}},
        "usage": {"kind": "PodMetrics", "containers": [{"name": "app", "usage": {"cpu": "1m"}}]},
    }  # fmt: skip
    first = (await api.agent("PUT", "/api/agent/evidence", json=evidence)).json()
    assert (await api.agent("PUT", "/api/agent/evidence", json=evidence)).json() == first
    path = f"/api/incidents/{incident_id}/evidence"
    items = [(await api.person("GET", f"{path}/{id_}")).json() for id_ in first["evidence_ids"]]
    assert [(item["kind"], item["subject"]) for item in items] == [
        ("owner", "ReplicaSet/cart-6d"),
        ("owner", "Deployment/cart"),
        ("node", "Node/node-1"),
        ("usage", "Pod/cart-1"),
    ]
    assert "hunter2" not in str(items)
    assert "DB_PASSWORD" in items[0]["text"]


@pytest.mark.parametrize("field", ["uid", "node"])
async def test_what_the_database_cannot_hold_is_no_error(api: Api, field: str) -> None:
    assert (await api.agent("POST", FAILED, json=CRASH | {field: "a\0b"})).status_code == 202
    gone = {"name": "cart-1", "namespace": "shop", "uid": "a\0b"}
    assert (await api.agent("POST", "/api/pods/gone", json=gone)).status_code == 202
    beat = {"version": "1\0", "node": "n\0", "problem": "\0", "refused": ["\0"]}
    assert (await api.agent("POST", "/api/agent/heartbeat", json=beat)).status_code == 204
