"""Verdicts on objects that are no pods: what an agent waits for before it tells of one."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from kure.contracts.reports import OpenPod, ReportedFailure
from kure.domain.failures.model import FailureClass
from kure.ports import Manifest
from tests.agent.api_server import Answer, Script, event, page, refuse, stream
from tests.agent.pods import stamp, unpulled
from tests.agent.stage import PATIENCE, Stage

CLAIMS = "/api/v1/persistentvolumeclaims"
EVENTS = "/api/v1/namespaces/shop/events"
INGRESSES = "/apis/networking.k8s.io/v1/ingresses"
SERVICES = "/api/v1/services"


def made(kind: str, name: str, version: int, **fields: Any) -> Manifest:
    metadata = {
        "name": name,
        "namespace": "shop",
        "uid": f"uid-{name}",
        "resourceVersion": str(version),
        "creationTimestamp": stamp(600),
    }
    return {"kind": kind, "metadata": metadata, **fields}


def ingress(name: str, version: int, service: str) -> Manifest:
    backend = {"service": {"name": service, "port": {"number": 80}}}
    return made("Ingress", name, version, spec={"defaultBackend": backend})


def service(name: str, version: int) -> Manifest:
    return made("Service", name, version, spec={"ports": [{"port": 80}]})


def claim(name: str, version: int, phase: str = "Pending") -> Manifest:
    return made("PersistentVolumeClaim", name, version, spec={}, status={"phase": phase})


def changed(kind: str, obj: Manifest) -> bytes:
    return event(kind, obj | {"apiVersion": "v1"})


def listed(stage: Stage, path: str, *objects: Manifest, then: Answer | None = None) -> None:
    """What a list of the kind gives, and what its watch tells then."""
    script = stage.cluster.kinds.setdefault(path, Script())
    script.lists.append(page(list(objects), 5))
    if then:
        script.watches.append(then)


def after(gate: asyncio.Event, answer: Answer) -> Answer:
    async def held(request: web.Request) -> web.StreamResponse:
        await gate.wait()
        return await answer(request)

    return held


async def test_a_kind_that_may_not_be_read_is_named_and_the_others_go_on(
    stage: Stage, monkeypatch: Any
) -> None:
    monkeypatch.setattr("agent.main.HEARTBEAT_SECONDS", 0.05)
    refusal = refuse(403, "services is forbidden")
    stage.cluster.kinds[SERVICES] = Script()
    stage.cluster.kinds[SERVICES].lists.extend([refusal] * 50)
    listed(stage, CLAIMS, claim("data", 1, "Lost"))
    listed(stage, INGRESSES, ingress("web", 1, "absent"))
    stage.cluster.lists.append(page([unpulled("z", 2)], 5))
    async with stage.agent():
        await stage.told("failed", "uid-data")
        await stage.told("failed", "uid-z")
        (beat, *_) = await stage.api.wait_for(lambda one: bool(one.body.get("refused")), PATIENCE)
    assert [text.partition(": ")[0] for text in beat.body["refused"]] == [
        "Cannot list /api/v1/services"
    ]
    # Whether the Service is there is not known, so nothing is said of who points to it.
    assert ("failed", "uid-web") not in stage.reports()


async def test_nothing_is_told_before_all_is_listed_that_the_verdict_hangs_on(
    stage: Stage,
) -> None:
    gate = asyncio.Event()
    listed(stage, INGRESSES, ingress("web", 1, "cart"), ingress("old", 1, "absent"))
    script = stage.cluster.kinds[SERVICES] = Script()
    script.lists.append(after(gate, page([service("cart", 1)], 5)))
    stage.api.graces = {"ingress": 0}
    stage.cluster.lists.append(page([unpulled("z", 2)], 5))
    async with stage.agent():
        await stage.told("failed", "uid-z")
        assert stage.reports() == [("failed", "uid-z")]
        gate.set()
        await stage.told("failed", "uid-old")
    assert ("failed", "uid-web") not in stage.reports()


async def test_a_neighbour_that_changes_changes_the_verdict(stage: Stage) -> None:
    gate = asyncio.Event()
    listed(stage, INGRESSES, ingress("web", 1, "cart"))
    came = after(gate, stream(changed("ADDED", service("cart", 9))))
    listed(stage, SERVICES, then=came)
    stage.api.graces = {"ingress": 0}
    async with stage.agent():
        report = (await stage.told("failed", "uid-web")).body
        gate.set()
        await stage.told("healthy", "uid-web")
    assert (report["kind"], report["name"]) == ("Ingress", "web")
    assert report["owner"] == {"kind": "Ingress.networking.k8s.io", "name": "web"}


async def test_events_are_asked_for_by_uid_where_the_verdict_hangs_on_them(stage: Stage) -> None:
    told = {"reason": "ProvisioningFailed", "message": "class not found", "lastTimestamp": stamp(9)}
    stage.cluster.objects[EVENTS] = page([told])
    listed(stage, CLAIMS, claim("data", 1), claim("bound", 1, "Bound"))
    async with stage.agent():
        report = (await stage.told("failed", "uid-data")).body
        await stage.told("evidence", "uid-data")
    assert report["reason"] == "ProvisioningFailed"
    asked = {one.query["fieldSelector"] for one in stage.cluster.asked if one.path == EVENTS}
    assert asked == {"involvedObject.uid=uid-data"}
    assert not any(one.is_watch for one in stage.cluster.asked if one.path == EVENTS)


async def test_a_grace_that_people_shorten_counts_at_once(stage: Stage) -> None:
    listed(stage, INGRESSES, ingress("web", 1, "absent"))
    stage.api.graces = {"ingress": 86400}
    stage.cluster.lists.append(page([unpulled("z", 2)], 5))
    async with stage.agent():
        await stage.told("failed", "uid-z")
        await stage.api.change_graces(ingress=1)
        await stage.told("failed", "uid-web")


async def test_after_a_restart_what_is_well_or_gone_is_closed_and_nothing_told_twice(
    stage: Stage,
) -> None:
    failure = ReportedFailure(
        failure_class=FailureClass.CLAIM_LOST, since=datetime.fromisoformat(stamp(600))
    )
    open_claim = OpenPod(
        kind="PersistentVolumeClaim", uid="uid-same", name="same", namespace="shop",
        failures=[failure],
    )  # fmt: skip
    stage.api.open_pods = [
        open_claim.model_copy(update={"uid": f"uid-{name}", "name": name})
        for name in ("same", "well", "away")
    ]
    listed(stage, CLAIMS, claim("same", 1, "Lost"), claim("well", 2, "Bound"))
    async with stage.agent():
        await stage.told("gone", "uid-away")
        await stage.told("healthy", "uid-well")
    assert sorted(stage.reports()) == [("gone", "uid-away"), ("healthy", "uid-well")]


async def test_what_is_deleted_is_told_with_the_time_of_its_deletion(stage: Stage) -> None:
    deleted = claim("data", 6, "Lost")
    deleted["metadata"]["deletionTimestamp"] = stamp(1)
    gate = asyncio.Event()
    listed(
        stage,
        CLAIMS,
        claim("data", 1, "Lost"),
        then=after(gate, stream(changed("DELETED", deleted))),
    )
    async with stage.agent():
        await stage.told("failed", "uid-data")
        gate.set()
        report = (await stage.told("gone", "uid-data")).body
    assert datetime.fromisoformat(report["since"]) == datetime.fromisoformat(stamp(1))
    assert datetime.fromisoformat(report["since"]) < datetime.now(UTC)


async def test_what_changes_but_for_its_verdict_is_told_once(stage: Stage) -> None:
    touched = claim("data", 7, "Lost")
    touched["metadata"]["annotations"] = {"touched": "yes"}
    more = stream(changed("MODIFIED", touched), changed("ADDED", claim("next", 8, "Lost")))
    listed(stage, CLAIMS, claim("data", 1, "Lost"), then=more)
    async with stage.agent():
        await stage.told("failed", "uid-next")
    assert stage.reports() == [("failed", "uid-data"), ("failed", "uid-next")]
