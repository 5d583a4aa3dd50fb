"""What agents may say, and what bad input gets: each its own answer, nothing stored in part."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.api.conftest import OTHER_TOKEN, Api

CASES = Path(__file__).parents[1] / "cases"
STORED = ("incidents", "reports", "failed_pods", "evidence", "ui_events")
FAILED = "/api/pods/failed"
CRASH: dict[str, Any] = {"name": "cart-1", "namespace": "shop", "uid": "u1", "failures": [
    {"failure_class": "CrashLoopBackOff", "container": "app", "since": "2026-11-01T10:00:00Z"}
]}  # fmt: skip


def load(name: str) -> list[Any]:
    cases = yaml.safe_load((CASES / f"{name}.yaml").read_text())
    return [pytest.param(case, id=case["name"]) for case in cases]


def body_of(case: dict[str, Any]) -> Any:
    body = case["body"]
    if isinstance(body, dict) and body.get("name") == "{300}":
        return body | {"name": "x" * 300}
    if isinstance(body, dict) and body.get("manifest") == "{deep}":
        deep: dict[str, Any] = {}
        for _ in range(200):
            deep = {"spec": deep}
        return body | {"manifest": deep}
    return body


async def stored(api: Api) -> dict[str, int]:
    return {table: await api.count(table) for table in STORED}


@pytest.mark.parametrize("case", load("reports_refused"))
async def test_a_report_is_refused_with_its_reason(api: Api, case: dict[str, Any]) -> None:
    answer = await api.agent("POST", FAILED, json=body_of(case))
    assert answer.status_code == case["status"], answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert case["says"] in answer.text
    assert set((await stored(api)).values()) == {0}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"X-Service-Token": ""}, 401),
        ({"X-Service-Token": "a-wrong-one"}, 401),
        ({"X-Service-Token": "\u00fc".encode().decode("latin-1")}, 401),
    ],
    ids=["no token", "a wrong token", "a token that is no ASCII"],
)
async def test_a_report_needs_the_clusters_token(
    api: Api, headers: dict[str, str], status: int
) -> None:
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    answer = await api.client.post(FAILED, json=CRASH, headers=raw)
    assert answer.status_code == status
    assert set((await stored(api)).values()) == {0}


async def test_what_is_no_json_is_refused(api: Api) -> None:
    answer = await api.agent(
        "POST", FAILED, content=b"{", headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 422
    assert "JSON" in answer.text


async def test_brackets_without_end_are_refused(api: Api) -> None:
    answer = await api.agent(
        "POST", FAILED, content=b"[" * 1_000_000, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code in (400, 422)


@pytest.mark.parametrize("chunked", [False, True], ids=["with its length", "in chunks"])
async def test_ten_mib_of_logs_are_too_large(api: Api, *, chunked: bool) -> None:
    body = json.dumps(CRASH | {"logs": "x" * 10 * 1024 * 1024}).encode()

    async def chunks() -> Any:
        for start in range(0, len(body), 65536):
            yield body[start : start + 65536]

    answer = await api.agent(
        "POST",
        FAILED,
        content=chunks() if chunked else body,
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code == 413
    assert "2 MiB" in answer.text
    assert set((await stored(api)).values()) == {0}


async def test_another_clusters_token_cannot_close_an_incident(api: Api) -> None:
    await api.agent("POST", FAILED, json=CRASH)
    gone = {"name": "cart-1", "namespace": "shop", "uid": "u1"}
    theirs = {"X-Service-Token": OTHER_TOKEN}
    answer = await api.client.post("/api/pods/gone", json=gone, headers=theirs)
    assert (answer.status_code, answer.json()["incident_id"]) == (202, None)
    named = await api.client.post(
        "/api/pods/gone", json=gone | {"cluster": api.settings.cluster}, headers=theirs
    )
    assert named.status_code == 403
    assert await api.pool.fetchval("SELECT state FROM failed_pods") == "failing"


@pytest.mark.parametrize("case", load("reports_accepted"))
async def test_a_report_opens_an_incident(api: Api, case: dict[str, Any]) -> None:
    answer = await api.agent(
        "POST",
        FAILED,
        content=json.dumps(case["body"]),
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code == 202, answer.text
    incident = await api.person("GET", f"/api/incidents/{answer.json()['incident_id']}")
    assert incident.json()["classes"] == case["classes"]


async def test_the_same_report_again_changes_nothing(api: Api) -> None:
    first = (await api.agent("POST", FAILED, json=CRASH)).json()
    before = await stored(api)
    again = (await api.agent("POST", FAILED, json=CRASH)).json()
    assert again == first | {"duplicate": True}
    assert await stored(api) == before


async def test_pods_of_one_replica_set_share_an_incident(api: Api) -> None:
    owner = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "cart-6d4cf56db6", "uid": "r"}
    ids = set()
    for n in range(3):
        metadata = {
            "labels": {"pod-template-hash": "6d4cf56db6"},
            "ownerReferences": [owner | {"controller": True}],
        }
        pod = CRASH | {"name": f"cart-{n}", "uid": f"u{n}", "manifest": {"metadata": metadata}}
        ids.add((await api.agent("POST", FAILED, json=pod)).json()["incident_id"])
    incident = (await api.person("GET", f"/api/incidents/{ids.pop()}")).json()
    assert not ids
    assert (incident["kind"], incident["name"], incident["pods_failing"]) == (
        "Deployment",
        "cart",
        3,
    )


async def test_an_agent_learns_what_it_has_open(api: Api) -> None:
    await api.agent("POST", FAILED, json=CRASH)
    found = (await api.agent("GET", "/api/agent/open")).json()["items"]
    assert [(pod["uid"], pod["failures"][0]["failure_class"]) for pod in found] == [
        ("u1", "CrashLoopBackOff")
    ]
    await api.agent("POST", "/api/pods/healthy", json={
        "name": "cart-1", "namespace": "shop", "uid": "u1", "since": "2026-11-01T10:05:00Z"
    })  # fmt: skip
    assert (await api.agent("GET", "/api/agent/open")).json()["items"] == []


async def test_an_older_healthy_does_not_close_a_newer_failure(api: Api) -> None:
    await api.agent("POST", FAILED, json=CRASH)
    early = {"name": "cart-1", "namespace": "shop", "uid": "u1", "since": "2026-11-01T09:00:00Z"}
    assert (await api.agent("POST", "/api/pods/healthy", json=early)).status_code == 202
    assert await api.pool.fetchval("SELECT state FROM failed_pods") == "failing"


async def test_captured_logs_become_evidence_once(api: Api) -> None:
    incident_id = (await api.agent("POST", FAILED, json=CRASH)).json()["incident_id"]
    evidence = {
        "uid": "u1", "name": "cart-1", "namespace": "shop", "since": "2026-11-01T10:00:00Z",
        "logs": [{"container": "app", "stream": "previous", "text": "password: hunter2\nbye\n"}],
    }  # fmt: skip
    first = (await api.agent("PUT", "/api/agent/evidence", json=evidence)).json()
    assert (await api.agent("PUT", "/api/agent/evidence", json=evidence)).json() == first
    item = (
        await api.person("GET", f"/api/incidents/{incident_id}/evidence/{first['evidence_ids'][0]}")
    ).json()
    assert (item["container"], item["stream"], item["captured_by"]) == ("app", "previous", "agent")
    assert "hunter2" not in item["text"]
    assert item["text"].endswith("bye\n")
    assert b"bye" not in await api.pool.fetchval("SELECT sealed FROM evidence LIMIT 1")


async def test_of_a_long_crash_loop_the_first_and_the_newest_captures_are_kept(api: Api) -> None:
    for minute in range(12):
        since = f"2026-11-01T10:{minute:02}:00Z"
        failure = CRASH["failures"][0] | {"since": since}
        await api.agent("POST", FAILED, json=CRASH | {"failures": [failure]})
        log = {"container": "app", "stream": "previous", "text": f"crash {minute}\n"}
        evidence = {"uid": "u1", "name": "cart-1", "namespace": "shop", "since": since}
        await api.agent("PUT", "/api/agent/evidence", json=evidence | {"logs": [log]})
    kept = await api.pool.fetch("SELECT captured_for FROM evidence ORDER BY id")
    assert [row["captured_for"].split("T10:")[1][:2] for row in kept] == [
        "00", "08", "09", "10", "11"
    ]  # fmt: skip


async def test_evidence_of_a_pod_that_was_never_reported_is_refused(api: Api) -> None:
    evidence = {"uid": "u9", "name": "x", "namespace": "shop", "since": "2026-11-01T10:00:00Z"}
    answer = await api.agent("PUT", "/api/agent/evidence", json=evidence)
    assert answer.status_code == 404
