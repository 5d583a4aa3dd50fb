"""Confirming that an object that is not a pod is well again, against a fake cluster."""

import pytest
from temporalio.testing import ActivityEnvironment

from kure.contracts.activities import ConfirmRequest, PodRef, Recovery
from kure.contracts.reports import ReportedFailure
from kure.domain.failures.model import FailureClass
from kure.domain.incidents import Resolution
from kure.domain.workloads import Workload
from kure.errors import AccessDenied, KureError
from kure.ports import Manifest
from tests.activities import objects
from tests.activities.cart import (
    CART,
    EVENTS,
    NOW,
    PODS,
    activities,
    deployment,
    pod,
    world,
)
from tests.fakes import FakeCluster

Objects = dict[str, Manifest | KureError]

SLICE = f"{objects.SLICES}/cart-x"
NODE = Workload("local", "_", "Node", "node-1")


async def confirmed(
    of: str | Workload, found: Objects, refused: dict[str, KureError] | None = None
) -> Recovery:
    workload = of if isinstance(of, Workload) else Workload("local", "shop", of, "cart")
    failures = [ReportedFailure(failure_class=FailureClass.NO_ENDPOINTS, since=NOW)]
    before = PodRef(kind="Service", uid="uid-before", name="cart", failures=failures)
    request = ConfirmRequest(incident_id="i", workload=workload, pods=[before], since=NOW)
    cluster = FakeCluster(found, refused=refused or {})
    return await ActivityEnvironment().run(activities(cluster).confirm_recovered, request)


async def test_without_the_right_to_read_its_neighbours_nothing_is_confirmed() -> None:
    denied = AccessDenied("Cannot list endpointslices: 403; grant this right")
    found: Objects = {objects.SERVICE: objects.service(), SLICE: objects.endpoint_slice(ready=True)}
    with pytest.raises(AccessDenied, match="grant this right"):
        await confirmed("Service", found, {objects.SLICES: denied})


KINDS: list[tuple[str | Workload, Objects, Objects]] = [
    (NODE, {objects.NODE: objects.node()}, {objects.NODE: objects.node("True")}),
    (
        "PersistentVolumeClaim",
        {objects.CLAIM: objects.claim(), objects.EVENT: objects.NO_CLASS},
        {objects.CLAIM: objects.claim("Bound")},
    ),
    (
        "Service",
        {objects.SERVICE: objects.service(), objects.INGRESS: objects.ingress()},
        {objects.SERVICE: objects.service(), SLICE: objects.endpoint_slice(ready=True)},
    ),
    (
        "Ingress.networking.k8s.io",
        {objects.INGRESS: objects.ingress()},
        {objects.INGRESS: objects.ingress(), objects.SERVICE: objects.service()},
    ),
    (
        "HorizontalPodAutoscaler.autoscaling",
        {objects.AUTOSCALER: objects.autoscaler()},
        {objects.AUTOSCALER: objects.autoscaler("True")},
    ),
]


@pytest.mark.parametrize(("of", "ill", "well"), KINDS, ids=[str(of) for of, *_ in KINDS])
async def test_an_object_is_well_again_or_not_or_gone(
    of: str | Workload, ill: Objects, well: Objects
) -> None:
    """Whatever its uid was: made again under its name, it is the same."""
    not_yet = await confirmed(of, ill)
    assert not_yet.resolution is None
    assert not_yet.text
    assert (await confirmed(of, well)).resolution is Resolution.RECOVERED
    assert (await confirmed(of, {})).resolution is Resolution.GONE


async def test_a_kind_of_another_group_with_a_known_name_is_known_by_its_pods() -> None:
    found: Objects = {objects.SERVICE: objects.service()}
    result = await confirmed("Service.serving.example.com", found)
    assert (result.resolution, "no pod" in result.text) == (Resolution.GONE, True)


async def test_a_deployment_whose_rollout_is_stuck_is_not_well_though_its_pods_are() -> None:
    owner = deployment(ready=1)
    stuck = objects.condition("Progressing", "False", "ProgressDeadlineExceeded", "no progress")
    owner["status"]["conditions"] = [stuck]
    result = await confirmed(CART, world(deployment=owner, pod=running()))
    assert result.resolution is None


def running(**more: object) -> Manifest:
    """A pod that runs, and whose probe would have to say whether it is ready."""
    status = {
        "phase": "Running",
        "conditions": [objects.condition("Ready", "True")],
        "containerStatuses": [{"name": "app", "ready": True, "state": {"running": {}}}],
    }
    return pod(status=status | more)


async def test_where_the_events_of_a_pod_decide_they_are_read() -> None:
    waiting = {"waiting": {"reason": "ContainerCreating"}}
    starting = running(
        phase="Pending",
        startTime=objects.LONG_AGO,
        conditions=[objects.condition("PodScheduled", "True"), objects.condition("Ready", "False")],
        containerStatuses=[{"name": "app", "state": waiting}],
    )
    said = objects.event_of("cart-1-a", "Pod", "FailedMount", 'configmap "cart" not found')
    found = world(deployment=deployment(ready=1), pod=starting) | {f"{EVENTS}/1": said}
    result = await confirmed(CART, found)
    assert result.resolution is None
    assert "pod cart-1-a fails: FailedMount" in result.text
    refused: dict[str, KureError] = {EVENTS: AccessDenied("Cannot list events: 403")}
    with pytest.raises(AccessDenied, match="403"):
        await confirmed(CART, found, refused)


async def test_one_failing_pod_among_many_is_enough() -> None:
    found = world(deployment=deployment(ready=3, wanted=3))
    found |= {f"{PODS}/cart-1-{n}": running() for n in range(2)}
    assert (await confirmed(CART, found)).resolution is None
