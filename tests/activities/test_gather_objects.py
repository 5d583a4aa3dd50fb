"""Gathering what explains the failure of an object that is not a pod, against a fake cluster."""

from typing import Any

import pytest
from temporalio.testing import ActivityEnvironment

from kure.contracts.activities import Gathered, GatherRequest, PodRef
from kure.contracts.reports import ReportedFailure
from kure.domain.diagnosis.model import Cause
from kure.domain.failures.model import FailureClass
from kure.domain.workloads import Workload
from kure.errors import AccessDenied, KureError
from kure.ports import Manifest
from tests.activities import objects
from tests.activities.cart import (
    CART,
    DEPLOYMENT,
    EVENTS,
    LOGS,
    NOW,
    PODS,
    SECRET,
    activities,
    controlled,
    deployment,
    pod,
    world,
)
from tests.fakes import FakeCluster, FakeEvidenceStore

Objects = dict[str, Manifest | KureError]


def ref(kind: str, name: str = "cart", *classes: FailureClass) -> PodRef:
    failures = [ReportedFailure(failure_class=found, since=NOW) for found in classes]
    return PodRef(kind=kind, uid=f"uid-{name}", name=name, failures=failures)


def workload(kind: str, name: str = "cart", namespace: str = "shop") -> Workload:
    return Workload("local", namespace, kind, name)


async def gathered(
    of: Workload, found: Objects, *refs: PodRef, store: FakeEvidenceStore | None = None, **more: Any
) -> Gathered:
    request = GatherRequest(incident_id="i", run_id="r", number=7, workload=of, pods=list(refs))
    cluster = FakeCluster(found, **more)
    return await ActivityEnvironment().run(activities(cluster, store).gather, request)


def told(cause: Cause) -> tuple[str, str, str]:
    return cause.rule, cause.confidence.value, cause.evidence[0].subject


async def test_what_is_gone_or_another_one_or_of_an_unknown_kind_is_said() -> None:
    other = ref("Service").model_copy(update={"uid": "uid-before"})
    refs = (other, ref("Ingress"), ref("Gizmo"))
    found = await gathered(workload("Service"), {objects.SERVICE: objects.service()}, *refs)
    assert found.diagnosis.causes == ()
    assert set(found.diagnosis.unavailable) == {
        "Service/cart is gone: another Service has its name now",
        "Ingress/cart is gone: deleted",
        "Gizmo/cart: this version does not know how to judge its kind",
    }


async def test_neighbours_that_may_not_be_read_are_named_and_the_report_stands() -> None:
    refused = {objects.SLICES: AccessDenied("Cannot list endpointslices: 403")}
    of = workload("Service")
    found: Objects = {objects.SERVICE: objects.service()}
    reported = ref("Service", "cart", FailureClass.NO_ENDPOINTS)
    result = await gathered(of, found, reported, refused=refused)
    assert [told(cause) for cause in result.diagnosis.causes] == [
        ("L01", "definitive", "Service/cart")
    ]
    assert "Cannot list endpointslices: 403" in result.diagnosis.unavailable


async def test_an_object_that_is_well_is_told_as_it_was_reported_and_that_is_said() -> None:
    reported = ref("PersistentVolumeClaim", "cart", FailureClass.CLAIM_PENDING)
    found: Objects = {objects.CLAIM: objects.claim("Bound")}
    result = await gathered(workload("PersistentVolumeClaim"), found, reported)
    assert [told(cause) for cause in result.diagnosis.causes] == [
        ("Z05", "symptom", "PersistentVolumeClaim/cart")
    ]
    assert result.diagnosis.severity == "low"
    assert "PersistentVolumeClaim/cart does not fail any more" in result.diagnosis.unavailable


FAILING: list[tuple[str, str, Objects, tuple[str, str, str], str]] = [
    (
        "PersistentVolumeClaim",
        "PersistentVolumeClaim",
        {objects.CLAIM: objects.claim(), objects.EVENT: objects.NO_CLASS},
        ("G11", "definitive", "PersistentVolumeClaim/cart"),
        "high",
    ),
    (
        "Service",
        "Service",
        {objects.SERVICE: objects.service(), objects.INGRESS: objects.ingress()},
        ("L01", "definitive", "Service/cart"),
        "high",
    ),
    (
        "Ingress.networking.k8s.io",
        "Ingress",
        {objects.INGRESS: objects.ingress()},
        ("L08", "definitive", "Ingress/cart"),
        "high",
    ),
    (
        "HorizontalPodAutoscaler.autoscaling",
        "HorizontalPodAutoscaler",
        {objects.AUTOSCALER: objects.autoscaler()},
        ("K15", "definitive", "HorizontalPodAutoscaler/cart"),
        "medium",
    ),
]


@pytest.mark.parametrize(("of", "kind", "found", "cause", "severity"), FAILING)
async def test_a_failing_object_is_told_by_itself_and_kept(
    of: str, kind: str, found: Objects, cause: tuple[str, str, str], severity: str
) -> None:
    store = FakeEvidenceStore()
    result = (await gathered(workload(of), found, ref(kind), store=store)).diagnosis
    assert [told(one) for one in result.causes] == [cause]
    assert result.severity == severity
    kept = {(item.kind, item.subject) for item in store.kept.values()}
    assert ("owner", f"{kind}/cart") in kept
    assert ("manifest", f"{kind}/cart") not in kept


async def test_a_node_is_read_without_a_namespace_and_with_its_kubelets_events() -> None:
    said = objects.event_of("node-1", "Node", "NodeNotReady", "the kubelet stopped")
    found: Objects = {objects.NODE: objects.node(), objects.NODE_EVENT: said}
    store = FakeEvidenceStore()
    of = workload("Node", "node-1", "_")
    result = (await gathered(of, found, ref("Node", "node-1"), store=store)).diagnosis
    assert [told(cause) for cause in result.causes] == [("M01", "definitive", "Node/node-1")]
    assert result.severity == "critical"
    assert [(item.kind, item.subject) for item in store.kept.values()] == [
        ("events", "Node/node-1"),
        ("node", "Node/node-1"),
    ]
    assert all("images" not in item.text for item in store.kept.values())


def stuck() -> Manifest:
    condition = objects.condition("Progressing", "False", "ProgressDeadlineExceeded", "no progress")
    found = deployment()
    found["status"]["conditions"] = [condition]
    return found


async def test_behind_a_stuck_rollout_stand_its_failing_pods() -> None:
    """None of them was reported."""
    store = FakeEvidenceStore()
    stray = pod("stray")
    stray["metadata"]["ownerReferences"] = controlled("ReplicaSet", "else", "uid-else")
    found = world(deployment=stuck()) | {f"{PODS}/stray": stray}
    result = (await gathered(CART, found, ref("Deployment"), store=store, logs=LOGS)).diagnosis
    assert [(cause.rule, cause.failure_class) for cause in result.causes] == [
        ("C07", "CrashLoopBackOff"),
        ("K01", "ProgressDeadlineExceeded"),
    ]
    kept = [(item.kind, item.subject) for item in store.kept.values()]
    assert ("log", "Pod/cart-1-a") in kept
    assert ("manifest", "Pod/cart-1-a") in kept
    assert ("owner", "Deployment/cart") in kept
    assert all(subject != "Pod/stray" for _, subject in kept)
    assert all(SECRET not in item.text for item in store.kept.values())


async def test_of_a_stuck_rollout_the_pods_get_no_more_time_to_become_ready() -> None:
    conditions = [
        {"type": "ContainersReady", "status": "True", "lastTransitionTime": "2026-11-23T20:29:55Z"},
        {
            **{"type": "Ready", "status": "False", "reason": "ReadinessGatesNotReady"},
            "lastTransitionTime": "2026-11-23T20:29:55Z",
        },
    ]
    waiting = pod(status={"phase": "Running", "conditions": conditions})
    waiting["spec"] |= {"readinessGates": [{"conditionType": "example.test/ok"}]}
    of = ref("Deployment", "cart", FailureClass.ROLLOUT_STUCK)
    found = await gathered(CART, world(deployment=stuck(), pod=waiting), of)
    assert "E12" in [cause.rule for cause in found.diagnosis.causes]


async def test_of_many_failing_pods_two_are_read() -> None:
    found = world(deployment=stuck())
    found |= {f"{PODS}/cart-1-{n}": pod(f"cart-1-{n}") for n in range(5)}
    store = FakeEvidenceStore()
    await gathered(CART, found, ref("Deployment"), store=store)
    pods = {item.subject for item in store.kept.values() if item.subject.startswith("Pod/")}
    assert len(pods) == 2


async def test_pods_that_may_not_be_listed_are_named() -> None:
    refused = {PODS: AccessDenied("Cannot list pods: 403")}
    found: Objects = {DEPLOYMENT: stuck()}
    result = (await gathered(CART, found, ref("Deployment"), refused=refused)).diagnosis
    assert [cause.rule for cause in result.causes] == ["Z22"]
    assert "Cannot list pods: 403" in result.unavailable


async def test_of_a_cron_job_the_pods_of_its_newest_job_are_read() -> None:
    job = objects.named("Job", "batch/v1", "cart-1", spec={"selector": {"matchLabels": {"j": "1"}}})
    job["metadata"]["ownerReferences"] = controlled("CronJob", "cart", "uid-cart", "batch/v1")
    old = objects.named("Job", "batch/v1", "cart-0", spec={"selector": {"matchLabels": {"j": "0"}}})
    old["metadata"] |= {"ownerReferences": job["metadata"]["ownerReferences"]}
    old["metadata"]["creationTimestamp"] = "2026-11-22T18:00:00Z"
    hangs = pod("cart-1-x")
    hangs["metadata"] |= {
        "labels": {"j": "1"},
        "ownerReferences": controlled("Job", "cart-1", "uid-cart-1", "batch/v1"),
    }
    cron_job = objects.named(
        *("CronJob", "batch/v1"),
        spec={"schedule": "0 * * * *", "concurrencyPolicy": "Forbid"},
        status={"lastScheduleTime": objects.LONG_AGO, "active": [{"name": "cart-1"}]},
    )
    found: Objects = {
        objects.CRON_JOB: cron_job,
        objects.JOB: job,
        "/apis/batch/v1/namespaces/shop/jobs/cart-0": old,
        f"{PODS}/cart-1-x": hangs,
    }
    result = (await gathered(workload("CronJob"), found, ref("CronJob"))).diagnosis
    assert [(cause.rule, cause.failure_class) for cause in result.causes] == [
        ("C07", "CrashLoopBackOff"),
        ("K12", "JobAlreadyActive"),
    ]
    assert result.severity == "high", "for more than an hour"


async def test_events_that_may_not_be_read_leave_the_report_of_a_stateful_set_standing() -> None:
    owner = objects.named(
        *("StatefulSet", "apps/v1"),
        spec={"replicas": 2, "selector": {"matchLabels": {"app": "cart"}}},
        status={"replicas": 1},
    )
    path = "/apis/apps/v1/namespaces/shop/statefulsets/cart"
    reported = ref("StatefulSet", "cart", FailureClass.FAILED_CREATE)
    refused = {EVENTS: AccessDenied("Cannot list events: 403")}
    result = await gathered(workload("StatefulSet"), {path: owner}, reported, refused=refused)
    assert [cause.rule for cause in result.diagnosis.causes] == ["Z03"]
    assert "Cannot list events: 403" in result.diagnosis.unavailable


@pytest.mark.parametrize(
    ("log", "rule", "said"),
    [
        ("starting\nERROR no such shelf\n", "C07", "no such shelf"),
        (
            "Traceback (most recent call last):\n"
            '  File "/app/run.py", line 3, in <module>\n'
            "    import shelves\n"
            "ModuleNotFoundError: No module named 'shelves'\n",
            *("C16", "shelves"),
        ),
    ],
)
async def test_how_the_pods_of_a_failed_job_ended_is_told_though_no_pod_was_reported(
    log: str, rule: str, said: str
) -> None:
    condition = objects.condition("Failed", "True", "BackoffLimitExceeded", "limit reached")
    job = objects.named(
        *("Job", "batch/v1", "cart-1"),
        spec={"selector": {"matchLabels": {"j": "1"}}, "backoffLimit": 0},
        status={"failed": 1, "conditions": [condition]},
    )
    ended = {"exitCode": 3, "reason": "Error", "finishedAt": "2026-11-23T20:29:00Z"}
    status = {"name": "app", "restartCount": 0, "state": {"terminated": ended}}
    over = pod("cart-1-x", status={"phase": "Failed", "containerStatuses": [status]})
    over["metadata"] |= {
        "labels": {"j": "1"},
        "ownerReferences": controlled("Job", "cart-1", "uid-cart-1", "batch/v1"),
    }
    over["spec"]["restartPolicy"] = "Never"
    found: Objects = {objects.JOB: job, f"{PODS}/cart-1-x": over}
    logs = {("cart-1-x", "app", False): log}
    result = await gathered(workload("Job", "cart-1"), found, ref("Job", "cart-1"), logs=logs)
    assert [cause.rule for cause in result.diagnosis.causes] == [rule, "K08"]
    assert said in result.diagnosis.causes[0].title
