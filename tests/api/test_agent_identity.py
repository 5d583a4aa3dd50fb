"""Agents with projected tokens: each speaks of its own node, and who leads of what has none."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.api.conftest import OTHER_TOKEN, Api
from tests.api.kube_server import KubeServer, as_agent, projected
from tests.api.test_reports import CRASH, FAILED

BEAT = {"version": "1", "node": "node-1"}
POD = {"name": "cart-1", "namespace": "shop", "uid": "u1"}
EVIDENCE = POD | {"since": "2026-11-01T10:00:00Z"}
SPEAKS = {
    "healthy": ("POST", "/api/pods/healthy", POD),
    "gone": ("POST", "/api/pods/gone", POD),
    "evidence": ("PUT", "/api/agent/evidence", EVIDENCE),
    "failed": ("POST", FAILED, CRASH | {"node": "node-2"}),
}


async def ask(api: Api, token: str, method: str, path: str, **more: Any) -> httpx.Response:
    return await api.client.request(method, path, **as_agent(token), **more)


async def fail(api: Api, token: str, **more: Any) -> httpx.Response:
    return await ask(api, token, "POST", FAILED, json=CRASH | more)


def another_audience(kube: KubeServer) -> str:
    kube.audiences = ["https://kubernetes.default.svc"]
    return kube.give("agent-1", "node-1")


def no_audience(kube: KubeServer) -> str:
    kube.audiences = []
    return kube.give("agent-1", "node-1")


def another_account(kube: KubeServer) -> str:
    kube.username = "system:serviceaccount:shop:default"
    return kube.give("agent-1", "node-1")


TOKENS: dict[str, Callable[[KubeServer], str]] = {
    "nobody gave it": lambda kube: projected("agent-1"),
    "it is for another audience, it says": lambda kube: kube.give("a", "n", audience="api"),
    "it is another account's, it says": lambda kube: kube.give("a", "n", account="x"),
    "it is for another audience, says the server": another_audience,
    "the server knows no audiences": no_audience,
    "it is another account's, says the server": another_account,
    "it is bound to no pod": lambda kube: kube.give("", ""),
    "it is bound to no node": lambda kube: kube.give("agent-1", ""),
    "it is no token": lambda kube: "a.b.c",
    "it is too long to be one": lambda kube: projected("x" * 9000),
}


@pytest.mark.parametrize("why", TOKENS)
async def test_a_projected_token_is_refused(inside: Api, kube: KubeServer, why: str) -> None:
    answer = await fail(inside, TOKENS[why](kube), node="node-1")
    assert answer.status_code == 401, answer.text
    assert await inside.count("reports") == 0


@pytest.mark.parametrize("what", SPEAKS)
async def test_of_another_nodes_pod_an_agent_may_not_speak(
    inside: Api, kube: KubeServer, what: str
) -> None:
    mine, other = kube.give("agent-1", "node-1"), kube.give("agent-2", "node-2")
    kube.holder = "agent-1"
    assert (await fail(inside, other, node="node-2")).status_code == 202
    method, path, body = SPEAKS[what]
    answer = await ask(inside, mine, method, path, json=body)
    assert answer.status_code == 403, answer.text
    assert "node-1" in answer.json()["detail"]
    assert await inside.pool.fetchval("SELECT state FROM failed_pods") == "failing"
    assert await inside.count("reports") == 1


async def test_a_stored_pod_cannot_be_claimed_for_ones_own_node(
    inside: Api, kube: KubeServer
) -> None:
    mine, other = kube.give("agent-1", "node-1"), kube.give("agent-2", "node-2")
    await fail(inside, other, node="node-2")
    assert (await fail(inside, mine, node="node-1")).status_code == 403


@pytest.mark.parametrize("what", ["healthy", "gone", "evidence", "failed"])
@pytest.mark.parametrize("kind", ["Pod", "Job"])
async def test_of_what_has_no_node_only_the_leader_may_speak(
    inside: Api, kube: KubeServer, what: str, kind: str
) -> None:
    leader, other = kube.give("agent-1", "node-1"), kube.give("agent-2", "node-2")
    kube.holder = "agent-1"
    assert (await fail(inside, leader, kind=kind, node="")).status_code == 202
    method, path, body = SPEAKS[what]
    body = body | {"kind": kind} | ({"node": ""} if what == "failed" else {})
    refused = await ask(inside, other, method, path, json=body)
    assert refused.status_code == 403
    assert "does not lead" in refused.json()["detail"]
    assert (await ask(inside, leader, method, path, json=body)).is_success


async def test_a_job_is_not_made_a_pod_of_ones_own_node(inside: Api, kube: KubeServer) -> None:
    leader, other = kube.give("agent-1", "node-1"), kube.give("agent-2", "node-2")
    kube.holder = "agent-1"
    await fail(inside, leader, kind="Job")
    assert (await fail(inside, other, kind="Pod", node="node-2")).status_code == 409
    # A node in the report of what belongs to none says nothing.
    assert (await fail(inside, other, kind="Job", node="node-2")).status_code == 403


async def test_a_pod_that_was_scheduled_is_taken_over_by_its_node(
    inside: Api, kube: KubeServer
) -> None:
    leader, other = kube.give("agent-1", "node-1"), kube.give("agent-2", "node-2")
    kube.holder = "agent-1"
    await fail(inside, leader, node="")
    later = CRASH["failures"][0] | {"since": "2026-11-01T10:07:00Z"}
    assert (await fail(inside, other, node="node-2", failures=[later])).status_code == 202
    assert await inside.pool.fetchval("SELECT node FROM failed_pods") == "node-2"
    assert (await ask(inside, leader, "POST", "/api/pods/gone", json=POD)).status_code == 403


async def test_a_new_leader_is_believed_at_once(inside: Api, kube: KubeServer) -> None:
    first, second = kube.give("agent-1", "node-1"), kube.give("agent-2", "node-2")
    kube.holder = "agent-1"
    assert (await fail(inside, first, kind="Node", namespace="")).status_code == 202
    assert kube.reads == 1
    kube.holder = "agent-2"
    assert (await fail(inside, second, kind="Node", namespace="")).status_code == 202
    assert kube.reads == 2
    assert (await fail(inside, second, kind="Node", namespace="")).status_code == 202
    assert kube.reads == 2


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/agent/open?scope=all", 403),
        ("/api/agent/open?scope=node&node=node-2", 403),
        ("/api/agent/open?node=node-2", 403),
        ("/api/agent/open", 200),
        ("/api/agent/open?scope=node&node=node-1", 200),
        ("/api/agent/open?scope=rest", 200),
        ("/api/agent/config", 200),
    ],
)
async def test_an_agent_asks_for_its_own_node_or_the_rest(
    inside: Api, kube: KubeServer, path: str, status: int
) -> None:
    answer = await ask(inside, kube.give("agent-1", "node-1"), "GET", path)
    assert answer.status_code == status, answer.text


async def test_a_heartbeat_is_for_ones_own_node(inside: Api, kube: KubeServer) -> None:
    mine = kube.give("agent-1", "node-1")
    for node in ("node-2", ""):
        beat = BEAT | {"node": node}
        assert (await ask(inside, mine, "POST", "/api/agent/heartbeat", json=beat)).status_code == (
            403
        )
    assert await inside.count("agents") == 0
    assert (await ask(inside, mine, "POST", "/api/agent/heartbeat", json=BEAT)).status_code == 204


async def test_who_does_not_lead_is_not_believed_about_nodes(inside: Api, kube: KubeServer) -> None:
    mine = kube.give("agent-1", "node-1")
    said = BEAT | {"leads": True, "nodes": ["node-1", "node-7"]}
    assert (await ask(inside, mine, "POST", "/api/agent/heartbeat", json=said)).status_code == 204
    assert await inside.pool.fetchval("SELECT leads FROM agents") is False
    assert await inside.count("nodes") == 0
    kube.holder = "agent-1"
    await ask(inside, mine, "POST", "/api/agent/heartbeat", json=said)
    assert await inside.pool.fetchval("SELECT leads FROM agents") is True
    assert await inside.count("nodes") == 2


async def test_a_cluster_that_does_not_answer_is_waited_for(
    inside: Api, kube: KubeServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    token = kube.give("agent-1", "node-1")
    kube.away = True
    answer = await fail(inside, token, node="node-1")
    assert (answer.status_code, "retry-after" in answer.headers) == (503, True)
    kube.away = False
    assert (await fail(inside, token, node="node-1")).status_code == 202
    unknown = projected("agent-9")
    refused = await fail(inside, unknown)
    for secret in (token, unknown):
        assert secret not in answer.text + refused.text + caplog.text


async def test_a_token_is_reviewed_once_however_many_ask(inside: Api, kube: KubeServer) -> None:
    token, unknown = kube.give("agent-1", "node-1"), projected("agent-9")
    kube.held = asyncio.Event()
    asked = [asyncio.create_task(ask(inside, token, "GET", "/api/agent/open")) for _ in range(20)]
    asked += [asyncio.create_task(ask(inside, unknown, "GET", "/api/agent/open"))]
    while kube.reviews < 2:
        await asyncio.sleep(0.01)
    kube.held.set()
    answers = await asyncio.gather(*asked)
    assert [answer.status_code for answer in answers] == [200] * 20 + [401]
    await ask(inside, token, "GET", "/api/agent/open")
    await ask(inside, unknown, "GET", "/api/agent/open")
    assert kube.reviews == 2


async def test_what_is_refused_is_noted_once_a_minute(inside: Api, kube: KubeServer) -> None:
    mine = kube.give("agent-1", "node-1")
    for _ in range(5):
        await fail(inside, mine, node="node-2")
    rows = await inside.pool.fetch("SELECT actor, action, target, outcome FROM audit_log")
    assert [tuple(row) for row in rows] == [
        (f"agent {inside.settings.cluster}/node-1 (agent-1)", "agent.failed", "Pod/cart-1",
         "refused")
    ]  # fmt: skip


async def test_another_cluster_learns_nothing_of_a_uid(api: Api) -> None:
    await api.agent("POST", FAILED, json=CRASH)
    for uid in ("u1", "u2"):
        gone = POD | {"uid": uid}
        answer = await ask(api, OTHER_TOKEN, "POST", "/api/pods/gone", json=gone)
        assert (answer.status_code, answer.json()["incident_id"]) == (202, None)
        named = gone | {"cluster": api.settings.cluster}
        refused = await ask(api, OTHER_TOKEN, "POST", "/api/pods/gone", json=named)
        assert refused.status_code == 403
        lost = EVIDENCE | {"uid": uid}
        put = await ask(api, OTHER_TOKEN, "PUT", "/api/agent/evidence", json=lost)
        assert put.status_code == 404
    assert await api.pool.fetchval("SELECT state FROM failed_pods") == "failing"
