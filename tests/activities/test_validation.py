"""Trying the patches of a diagnosis: refusals first, and nothing but dry runs."""

import asyncio
from typing import Any

import pytest

from kure.domain.diagnosis.facts import Facts
from kure.domain.diagnosis.fixes import Operation, Patch
from kure.domain.diagnosis.model import Cause, Confidence, Diagnosis, Severity
from kure.errors import AccessDenied, ClusterUnavailable, InvalidInput, KureError
from kure.gathering.validation import Validation, tried_pod
from kure.ports import Manifest
from tests.activities.cart import PODS
from tests.fakes import FakeCluster

SPEC = {
    "replicas": 1,
    "template": {
        "metadata": {"labels": {"app": "cart"}},
        "spec": {"containers": [{"name": "app", "image": "cart:1"}]},
    },
}
IMAGE = "/spec/template/spec/containers/0/image"
TO_2 = (Operation("test", IMAGE, "cart:1"), Operation("replace", IMAGE, "cart:2"))


def owner(kind: str = "Deployment", **spec: Any) -> Manifest:
    metadata = {"name": "cart", "namespace": "shop", "uid": "uid-cart"}
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": metadata, "spec": SPEC | spec}


def cause(
    *steps: Operation, failure_class: str = "ImagePullBackOff", kind: str = "Deployment"
) -> Cause:
    patch = Patch("apps/v1", kind, "shop", "cart", steps or TO_2)
    return Cause(
        rule="A01",
        failure_class=failure_class,
        container="app",
        title="",
        explanation="",
        confidence=Confidence.LIKELY,
        evidence=(),
        fix="",
        patch=patch,
    )


async def tried(
    *causes: Cause,
    cluster: FakeCluster | None = None,
    live: Manifest | None = None,
    seconds: float = 5,
) -> Diagnosis:
    facts = Facts((), owner=live or owner())
    validation = Validation(facts, cluster, seconds)
    return await validation.of(Diagnosis(causes or (cause(),), (), Severity.HIGH))


def checked(diagnosis: Diagnosis) -> str:
    (found,) = diagnosis.causes
    assert found.patch is not None
    return found.patch.checked


async def test_a_patch_of_an_object_that_has_changed_is_left_out_with_the_reason() -> None:
    changed = owner()
    changed["spec"] = SPEC | {"template": {"spec": {"containers": [{"name": "app", "image": "x"}]}}}
    cluster = FakeCluster()
    found = await tried(cluster=cluster, live=changed)
    assert found.causes[0].patch is None
    assert found.unavailable == (
        "A patch of Deployment/cart for A01 was left out: it does not apply: "
        f"{IMAGE} is not what it was when the fix was made",
    )
    assert cluster.tried == []


@pytest.mark.parametrize(
    ("step", "why"),
    [
        (Operation("remove", IMAGE), "a container would have no image"),
        (Operation("remove", "/spec/template/spec/containers/0"), "no container would be left"),
        (Operation("replace", "/metadata/name", "basket"), "it changes its name"),
        (Operation("replace", IMAGE, "cart:1"), "it changes nothing"),
    ],
)
async def test_a_patch_that_breaks_its_object_is_left_out(step: Operation, why: str) -> None:
    cluster = FakeCluster()
    found = await tried(cause(step), cluster=cluster)
    assert found.causes[0].patch is None
    assert why in found.unavailable[0]
    assert cluster.tried == []


async def test_a_patch_that_opens_what_was_shut_is_left_out_and_not_tried() -> None:
    cluster = FakeCluster()
    step = Operation("add", "/spec/template/spec/hostPID", value=True)
    found = await tried(cause(step), cluster=cluster)
    assert found.causes[0].patch is None
    assert "it would open what was shut: KURE-POD-" in found.unavailable[0]
    assert cluster.tried == []


async def test_what_was_open_before_is_no_reason_against_a_patch() -> None:
    live = owner()
    template = live["spec"]["template"]
    live["spec"]["template"] = template | {"spec": template["spec"] | {"hostPID": True}}
    assert checked(await tried(live=live, cluster=FakeCluster())).startswith("accepted")


async def test_a_pod_that_the_server_refuses_takes_its_patch_with_it() -> None:
    cluster = FakeCluster(verdict=InvalidInput('violates PodSecurity "restricted:latest"'))
    found = await tried(cluster=cluster)
    assert found.causes[0].patch is None
    assert 'refused: violates PodSecurity "restricted:latest"' in found.unavailable[0]


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        (AccessDenied("403"), "no right to create pods here"),
        (ClusterUnavailable("Cannot try it: 500"), "Cannot try it: 500"),
        (InvalidInput("exceeded quota: compute"), "no room for one pod more"),
    ],
)
async def test_what_says_nothing_of_the_patch_leaves_it_in(verdict: KureError, said: str) -> None:
    found = checked(await tried(cluster=FakeCluster(verdict=verdict)))
    assert found.startswith("applies; not tried on the API server: ")
    assert said in found


async def test_a_quota_that_was_the_failure_and_still_is_refuses_the_patch() -> None:
    cluster = FakeCluster(verdict=InvalidInput("exceeded quota: compute"))
    found = await tried(cause(failure_class="FailedCreate"), cluster=cluster)
    assert found.causes[0].patch is None


async def test_a_server_that_does_not_answer_holds_nothing_up() -> None:
    class Slow(FakeCluster):
        async def dry_run_create(self, path: str, body: Manifest) -> Manifest:
            await asyncio.Event().wait()
            return body

    assert "has not answered for 0.01 s" in checked(await tried(cluster=Slow(), seconds=0.01))


async def test_nothing_is_tried_on_a_cluster_that_is_only_read() -> None:
    assert checked(await tried()) == "applies; not tried on the API server: it is only read"


async def test_the_patched_pod_is_tried_once_for_all_causes_with_the_same_patch() -> None:
    cluster = FakeCluster()
    found = await tried(cause(), cause(), cluster=cluster)
    assert {each.patch.checked for each in found.causes if each.patch} == {
        "accepted by the API server (dry run)"
    }
    ((path, pod),) = cluster.tried
    assert path == PODS
    assert pod["metadata"] == {
        "namespace": "shop",
        "generateName": "kure-check-",
        "labels": {"app": "cart"},
    }
    assert pod["spec"]["containers"][0]["image"] == "cart:2"


async def test_an_object_that_makes_no_pods_is_not_tried() -> None:
    service = {"kind": "Service", "metadata": {"name": "cart", "namespace": "shop"}}
    service |= {"spec": {"selector": {"app": "card"}}}
    step = Operation("replace", "/spec/selector/app", "cart")
    cluster = FakeCluster()
    found = await tried(cause(step, kind="Service"), live=service, cluster=cluster)
    assert checked(found) == "applies; not tried on the API server: only pods are"
    assert cluster.tried == []


def test_a_stateful_sets_pod_gets_the_volumes_of_its_claims() -> None:
    made = tried_pod(owner("StatefulSet", volumeClaimTemplates=[{"metadata": {"name": "data"}}]))
    assert made is not None
    claim = {"name": "data", "persistentVolumeClaim": {"claimName": "data-cart-0"}}
    assert made["spec"]["volumes"] == [claim]


def test_a_bare_pod_is_tried_without_its_owner_node_and_state() -> None:
    live = {
        "kind": "Pod",
        "metadata": {"name": "cart", "namespace": "shop", "uid": "u", "ownerReferences": [{}]},
        "spec": {"nodeName": "node-1", "containers": []},
        "status": {"phase": "Failed"},
    }
    made = tried_pod(live)
    assert made == {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"namespace": "shop", "generateName": "kure-check-"},
        "spec": {"containers": []},
    }
