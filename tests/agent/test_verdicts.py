"""The whole agent between a scripted API server and a recording API: which verdicts it tells, and
which it keeps to itself."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from kure.domain.failures.model import FailureClass
from tests.agent.api_server import (
    Answer,
    body,
    event,
    page,
    refuse,
    stream,
    thing,
)
from tests.agent.pods import (
    crashed,
    open_pod,
    stamp,
    unpulled,
    unscheduled_from,
    waits_for_its_start,
    well,
)
from tests.agent.recording_api import problem
from tests.agent.stage import PATIENCE, Stage

PODS = "/api/v1/namespaces/shop/pods"
EVENTS = "/api/v1/namespaces/shop/events"


@pytest.fixture
def stage(stage: Stage) -> Stage:
    """With a short grace for what no node takes: what ends a wait is told of here."""
    stage.api.graces = {"pending": 1}
    return stage


async def test_pods_that_are_well_are_not_told_of(stage: Stage) -> None:
    stage.cluster.lists.append(page([well("a", 1), unpulled("z", 2)], 5))
    async with stage.agent():
        await stage.told("failed", "uid-z")
    assert stage.reports() == [("failed", "uid-z")]


async def test_a_failure_is_told_with_its_owner_and_redacted(stage: Stage) -> None:
    owned = unpulled("web-7d-x", 1)
    reference = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-7d", "uid": "rs"}
    owned["metadata"] |= {
        "ownerReferences": [reference | {"controller": True}],
        "managedFields": [{"manager": "kubelet"}],
    }
    owner = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web", "controller": True}
    stage.cluster.objects["/apis/apps/v1/namespaces/shop/replicasets/web-7d"] = thing(
        {
            "apiVersion": "apps/v1",
            "kind": "ReplicaSet",
            "metadata": {"uid": "rs", "namespace": "shop", "ownerReferences": [owner]},
        }
    )
    stage.cluster.lists.append(page([owned], 5))
    async with stage.agent():
        report = (await stage.told("failed", "uid-web-7d-x")).body
    assert (report["name"], report["namespace"]) == ("web-7d-x", "shop")
    assert report["owner"] == {"kind": "Deployment", "name": "web"}
    assert report["failures"][0]["failure_class"] == "ImagePullBackOff"
    assert report["failures"][0]["since"] == "2026-01-01T10:00:00Z"
    assert report["manifest"]["kind"] == "Pod"
    assert "managedFields" not in report["manifest"]["metadata"]
    assert "swordfish-3f9c81d2ab" not in str(stage.api.told)


async def test_an_owner_that_may_not_be_read_is_read_off_the_pod(stage: Stage) -> None:
    owned = unpulled("web-7d-x", 1)
    reference = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-7d", "uid": "rs"}
    owned["metadata"] |= {
        "labels": {"pod-template-hash": "7d"},
        "ownerReferences": [reference | {"controller": True}],
    }
    stage.cluster.objects["/apis/apps/v1/namespaces/shop/replicasets/web-7d"] = refuse(403, "no")
    stage.cluster.lists.append(page([owned], 5))
    async with stage.agent():
        report = (await stage.told("failed", "uid-web-7d-x")).body
    assert report["owner"] == {"kind": "Deployment", "name": "web"}


async def test_the_same_verdict_is_told_once_and_a_new_crash_again(stage: Stage) -> None:
    stage.cluster.lists.append(page([crashed("a", 1, 60)], 5))
    stage.cluster.watches.append(
        stream(
            event("MODIFIED", crashed("a", 6, 60)),
            event("MODIFIED", crashed("a", 7, 30)),
            event("ADDED", unpulled("z", 8)),
        )
    )
    async with stage.agent():
        await stage.told("failed", "uid-z")
        await stage.api.wait_for(
            lambda one: one.body.get("failures", [{}])[0].get("since") == stamp(30), PATIENCE
        )
    # The first crash is told too, unless the second came while it still waited to be sent.
    assert 1 <= stage.reports().count(("failed", "uid-a")) <= 2


async def test_a_pod_that_recovers_is_told_once_with_its_own_time(stage: Stage) -> None:
    stage.cluster.lists.append(page([unpulled("a", 1)], 5))
    stage.cluster.watches.append(
        stream(event("MODIFIED", well("a", 6)), event("MODIFIED", well("a", 7)))
    )
    async with stage.agent():
        report = (await stage.told("healthy", "uid-a")).body
    assert report == {"name": "a", "namespace": "shop", "uid": "uid-a", "since": stamp(5)}
    assert stage.reports() == [("failed", "uid-a"), ("healthy", "uid-a")]


async def test_a_pod_that_is_deleted_is_told_with_the_time_of_its_deletion(stage: Stage) -> None:
    deleted = unpulled("a", 6)
    now = deleted["metadata"]["deletionTimestamp"] = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    stage.cluster.lists.append(page([unpulled("a", 1), well("b", 1)], 5))
    stage.cluster.watches.append(
        stream(
            event("MODIFIED", deleted), event("DELETED", deleted), event("DELETED", well("b", 7))
        )
    )
    async with stage.agent():
        report = (await stage.told("gone", "uid-a")).body
    assert report["since"] == now
    assert stage.reports() == [("failed", "uid-a"), ("gone", "uid-a")]


async def test_after_a_restart_nothing_is_told_twice_and_what_went_is_closed(stage: Stage) -> None:
    stage.api.open_pods = [
        open_pod("same"),
        open_pod("changed", failure_class=FailureClass.OOM_KILLED),
        open_pod("well"),
        open_pod("away"),
        open_pod("foreign").model_copy(update={"uid": "shop/foreign"}),
    ]
    stage.cluster.lists.append(page([unpulled("same", 1), unpulled("changed", 2), well("well", 3)]))
    async with stage.agent():
        await stage.told("gone", "uid-away")
        await stage.told("failed", "uid-changed")
        await stage.told("healthy", "uid-well")
    assert sorted(stage.reports()) == [
        ("failed", "uid-changed"),
        ("gone", "uid-away"),
        ("healthy", "uid-well"),
    ]


async def test_a_pod_that_stays_unscheduled_is_read_again_when_its_grace_ends(
    stage: Stage,
) -> None:
    now = datetime.now(UTC)
    stage.cluster.lists.append(page([unscheduled_from(now, "a", 1)], 5))
    stage.cluster.objects[f"{PODS}/a"] = thing({"kind": "Pod"} | unscheduled_from(now, "a", 4))
    async with stage.agent():
        report = (await stage.told("failed", "uid-a")).body
    assert report["failures"][0]["failure_class"] == "Unschedulable"
    assert len([one for one in stage.cluster.asked if one.path == f"{PODS}/a"]) == 1


async def test_a_pod_of_which_nothing_says_why_is_asked_about_until_something_does(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kubelet tells of a mount that failed after minutes."""
    monkeypatch.setattr("agent.subjects.EVENTS_SECONDS", 0.05)
    stage.api.graces = {"pending": 1, "starting": 1}
    starting = waits_for_its_start("a", 1)
    stage.cluster.lists.append(page([starting], 5))
    stage.cluster.objects[f"{PODS}/a"] = thing({"kind": "Pod"} | starting)
    stage.cluster.objects[EVENTS] = page([])
    async with stage.agent():
        vague = await stage.told("failed", "uid-a")
        late = {"reason": "FailedMount", "message": "configmap not found", "type": "Warning"}
        stage.cluster.objects[EVENTS] = page([late | {"lastTimestamp": stamp(0)}])
        told = await stage.told("failed", "uid-a", 2)
    assert vague.classes == ["ContainerCreating"]
    assert told.classes == ["FailedMount"]


async def test_a_pod_that_cannot_be_read_again_is_read_a_little_later(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.watch.SOON_SECONDS", 0.05)
    now, answers = datetime.now(UTC), [refuse(500, "not now")]

    async def read(request: web.Request) -> web.StreamResponse:
        answer = answers.pop() if answers else thing(unscheduled_from(now, "a", 4))
        return await answer(request)

    stage.cluster.lists.append(page([unscheduled_from(now, "a", 1)], 5))
    stage.cluster.objects[f"{PODS}/a"] = read
    async with stage.agent():
        await stage.told("failed", "uid-a")
    assert len([one for one in stage.cluster.asked if one.path == f"{PODS}/a"]) == 2


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(refuse(404, "not found"), id="is gone"),
        pytest.param(thing({"metadata": {"uid": "another"}}), id="is another of its name"),
    ],
)
async def test_a_pod_is_not_told_of_when_the_read_finds_that_it(
    stage: Stage, answer: Answer
) -> None:
    """The watch tells of its end."""
    now, asked = datetime.now(UTC), asyncio.Event()

    async def read(request: web.Request) -> web.StreamResponse:
        asked.set()
        return await answer(request)

    stage.cluster.lists.append(page([unscheduled_from(now, "a", 1), unpulled("z", 2)], 5))
    stage.cluster.objects[f"{PODS}/a"] = read
    async with stage.agent():
        await asyncio.wait_for(asked.wait(), PATIENCE)
    assert stage.reports() == [("failed", "uid-z")]


async def test_a_report_that_had_to_be_forgotten_is_made_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.subjects.SOON_SECONDS", 0.5)
    monkeypatch.setattr("agent.report.MOST_BYTES", 1000)
    # More than there is room for, while the API takes nothing; then room for one after another.
    stage.api.refusals.extend([problem(503, "not now") for _ in range(3)])
    names = [f"p{number}" for number in range(8)]
    stage.cluster.lists.append(page([unpulled(name, 1) for name in names], 5))
    for name in names:
        stage.cluster.objects[f"{PODS}/{name}"] = thing(unpulled(name, 6))
    async with stage.agent():
        for name in names:
            await stage.told("failed", f"uid-{name}")


async def test_a_change_that_is_older_than_what_was_read_is_passed_over(stage: Stage) -> None:
    now, gate = datetime.now(UTC), asyncio.Event()

    async def old_change(request: web.Request) -> web.StreamResponse:
        await gate.wait()
        late = event("MODIFIED", crashed("a", 3, 60))
        return await stream(late, event("ADDED", unpulled("z", 9)))(request)

    stage.cluster.lists.append(page([unscheduled_from(now, "a", 1)], 2))
    stage.cluster.watches.append(old_change)
    stage.cluster.objects[f"{PODS}/a"] = thing(unscheduled_from(now, "a", 4))
    async with stage.agent():
        await stage.told("failed", "uid-a")
        gate.set()
        await stage.told("failed", "uid-z")
    assert stage.reports() == [("failed", "uid-a"), ("failed", "uid-z")]


async def test_logs_and_events_follow_the_report(stage: Stage) -> None:
    told = {"reason": "BackOff", "message": "Back-off", "lastTimestamp": stamp(9), "count": 3}
    newer = {"reason": "Failed", "message": "pass: swordfish-3f9c81d2ab", "eventTime": stamp(1)}
    stage.cluster.objects[EVENTS] = page([told, newer])
    stage.cluster.objects[f"{PODS}/a/log"] = body(b"password=swordfish-3f9c81d2ab\nlast words\n")
    stage.cluster.lists.append(page([crashed("a", 1, 60)], 5))
    async with stage.agent():
        evidence = (await stage.told("evidence", "uid-a")).body
    assert [one.what for one in stage.api.told if one.body.get("uid")] == ["failed", "evidence"]
    assert evidence["since"] == stamp(60)
    (log,) = evidence["logs"]
    assert (log["container"], log["stream"]) == ("app", "previous")
    assert log["text"].endswith("\nlast words\n")
    assert [event["reason"] for event in evidence["events"]] == ["Failed", "BackOff"]
    assert "swordfish-3f9c81d2ab" not in str(stage.api.told)


async def test_evidence_that_cannot_be_read_is_named(stage: Stage) -> None:
    stage.cluster.objects[EVENTS] = refuse(403, "events is forbidden")
    stage.cluster.objects[f"{PODS}/a/log"] = refuse(403, "pods/log is forbidden")
    stage.cluster.lists.append(page([crashed("a", 1, 60)], 5))
    async with stage.agent():
        evidence = (await stage.told("evidence", "uid-a")).body
    assert [text.partition(":")[0] for text in evidence["unavailable"]] == [
        "Cannot read the previous log of shop/a/app",
        "Cannot list /api/v1/namespaces/shop/events",
    ]


async def test_a_heartbeat_counts_what_is_watched(stage: Stage, monkeypatch: Any) -> None:
    monkeypatch.setattr("agent.main.HEARTBEAT_SECONDS", 0.05)
    stage.cluster.lists.append(page([well("a", 1), well("b", 2)], 5))
    async with stage.agent():
        await stage.api.wait_for(lambda one: one.body.get("pods") == 2, PATIENCE)
    beat = next(one.body for one in stage.api.told if one.body.get("pods") == 2)
    assert (beat["namespaces"], beat["version"]) == (1, "0.1.0")
    assert "problem" not in beat


async def test_a_heartbeat_says_why_nothing_is_seen(stage: Stage, monkeypatch: Any) -> None:
    monkeypatch.setattr("agent.main.HEARTBEAT_SECONDS", 0.05)
    stage.cluster.lists.extend([refuse(403, "pods is forbidden")] * 20)
    async with stage.agent():
        (beat, *_) = await stage.api.wait_for(lambda one: "problem" in one.body, PATIENCE)
    assert beat.body["problem"].startswith("Cannot list /api/v1/pods: the API server answered 403")


async def test_a_broken_kubeconfig_is_said_once_and_used_when_it_is_mended(
    stage: Stage, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: Any
) -> None:
    monkeypatch.setattr("agent.main.HEARTBEAT_SECONDS", 0.05)
    kubeconfig = tmp_path / "kubeconfig"
    whole = kubeconfig.read_text()
    kubeconfig.write_text("")
    stage.cluster.lists.append(page([unpulled("a", 1)], 5))
    async with stage.agent():
        await stage.api.wait_for(lambda one: "problem" in one.body, PATIENCE)
        kubeconfig.write_text(whole)
        await stage.told("failed", "uid-a")
    said = [one.getMessage() for one in caplog.records if one.levelname == "WARNING"]
    assert len(said) == 1
    assert said[0].startswith(f"Cannot use the kubeconfig {kubeconfig}")


async def test_what_is_known_at_the_end_is_told_before_the_agent_stops(stage: Stage) -> None:
    stage.cluster.lists.append(page([unpulled(f"p{n}", n) for n in range(1, 40)], 50))
    async with stage.agent():
        await stage.told("failed", "uid-p1")
    assert len(stage.reports()) == 39
