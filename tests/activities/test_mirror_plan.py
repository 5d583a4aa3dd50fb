"""What a mirror would be, against a fake cluster: refused in words, redacted, short enough to be
sent."""

from typing import Any
from uuid import uuid4

import pytest

from activities.mirror_capturing import Capturing
from activities.mirror_planning import Planned, Planning
from kure.contracts.mirroring import Captured, CaptureRequest, Wish
from kure.domain.access.roles import Role
from kure.domain.diagnosis.fixes import Operation
from kure.domain.redact import Redactor
from kure.errors import AccessDenied, ClusterUnavailable, InvalidInput
from kure.ports import Manifest
from tests.activities.cart import CART, NOW, PODS, REF, SECRET, deployment, pod, world
from tests.fakes import FakeCluster, FakeEvidenceStore

RBAC = "/apis/rbac.authorization.k8s.io/v1"
IMAGE = "/spec/template/spec/containers/0/image"
FIX = Operation("replace", IMAGE, "cart:2")


def owner(**container: Any) -> Manifest:
    environment = [{"name": "DB_PASSWORD", "value": SECRET}]
    app = {"name": "app", "image": "cart:1", "env": environment} | container
    template = {"metadata": {"labels": {"app": "cart"}}, "spec": {"containers": [app]}}
    found = deployment()
    return found | {"spec": found["spec"] | {"template": template}}


def wish(*operations: Operation, **more: Any) -> Wish:
    return Wish(
        workload=CART, pods=[REF], operations=list(operations), by="ada", role=Role.ADMIN, **more
    )


async def planned(wanted: Wish, cluster: FakeCluster | None = None) -> Planned:
    here = cluster or FakeCluster(world(deployment=owner()))
    planning = Planning(here, here, Redactor(b"k" * 32), b"m" * 32, "kure", lambda: NOW)
    return await planning.plan(wanted, str(uuid4()))


async def test_a_workload_that_is_gone_is_said() -> None:
    found = await planned(wish(FIX), FakeCluster({}))
    assert found.plan.refusals == ["Deployment shop/cart is not there any more."]
    assert found.copy is None


async def test_rights_that_cannot_be_read_refuse_it() -> None:
    denied = {f"{RBAC}/clusterroles": AccessDenied("Cannot list it: 403")}
    found = await planned(wish(FIX), FakeCluster(world(deployment=owner()), refused=denied))
    assert "rights could not be read" in " ".join(found.plan.refusals)
    assert found.copy is None


@pytest.mark.parametrize("kind", ["clusterroles", "namespaces/kube-system/roles"])
async def test_a_cluster_that_is_away_is_no_verdict_on_the_plan(kind: str) -> None:
    """As itself, so that it is asked again when it says so."""
    away = {f"{RBAC}/{kind}": ClusterUnavailable("Cannot list it: 503", retry_after_seconds=7)}
    with pytest.raises(ClusterUnavailable):
        await planned(wish(FIX), FakeCluster(world(deployment=owner()), refused=away))


async def test_an_object_that_has_changed_since_refuses_the_fix() -> None:
    found = await planned(wish(Operation("test", IMAGE, "cart:0"), FIX))
    assert len(found.plan.refusals) == 1
    assert found.plan.dry_run == ""


async def test_what_the_api_server_says_to_a_dry_run_is_told() -> None:
    no = InvalidInput(f"violates PodSecurity: {SECRET}")
    cluster = FakeCluster(world(deployment=owner()), verdict=no)
    found = await planned(wish(FIX), cluster)
    assert "PodSecurity" in found.plan.refusals[0]
    assert SECRET not in found.plan.model_dump_json()


async def test_no_right_to_make_pods_names_what_is_to_be_done() -> None:
    cluster = FakeCluster(world(deployment=owner()), verdict=AccessDenied("403"))
    assert "docs/mirrors.md" in (await planned(wish(FIX), cluster)).plan.refusals[0]


async def test_what_a_webhook_would_add_is_looked_at() -> None:
    class Injecting(FakeCluster):
        async def dry_run_create(self, path: str, body: Manifest) -> Manifest:
            return body | {"spec": body["spec"] | {"hostNetwork": True}}

    found = await planned(wish(FIX), Injecting(world(deployment=owner())))
    assert "hostNetwork" in found.plan.refusals[0]


async def with_cilium(*, refused: bool = False) -> Planned:
    """In a cluster that has Cilium's policies."""
    policies = "/apis/cilium.io/v2/namespaces/shop/ciliumnetworkpolicies"
    policy = {
        "metadata": {"name": "fence", "namespace": "shop"},
        "spec": {"endpointSelector": {"matchLabels": {"app": "cart"}}},
    }
    groups = {"groups": [{"name": "cilium.io", "preferredVersion": {"version": "v2"}}]}
    objects = world(deployment=owner()) | {"/apis": groups, f"{policies}/fence": policy}
    denied = {policies: AccessDenied("Cannot list it: 403")} if refused else {}
    return await planned(wish(FIX), FakeCluster(objects, refused=denied))


async def test_a_policy_of_cilium_that_selects_the_original_is_named() -> None:
    found = await with_cilium()
    assert [text for text in found.plan.refusals if "CiliumNetworkPolicy fence" in text] != []
    assert found.copy is None


async def test_policies_that_may_not_be_read_refuse_it() -> None:
    found = await with_cilium(refused=True)
    assert [text for text in found.plan.refusals if "CiliumNetworkPolic" in text] != []


async def test_a_plan_shows_the_fix_and_no_secret() -> None:
    found = await planned(wish(FIX))
    assert found.plan.refusals == []
    assert found.copy is not None
    assert found.copy.pod["spec"]["containers"][0]["env"][0]["value"] == SECRET
    told = found.plan.model_dump_json()
    assert SECRET not in told
    assert "cart:2" in found.plan.manifest
    assert [line for line in found.plan.diff.splitlines() if "image:" in line] == [
        "-    image: cart:1",
        "+    image: cart:2",
    ]
    assert found.plan.pod.startswith("cart-1-a-mirror-")


async def test_a_fix_with_a_models_steps_may_less_than_one_of_rules() -> None:
    """Rules may correct the name of what a pod refers to: they computed it."""
    ref = {"name": "URL", "valueFrom": {"configMapKeyRef": {"name": "wep", "key": "url"}}}
    at = f"{IMAGE.removesuffix('image')}env/0/valueFrom/configMapKeyRef/name"
    step = Operation("replace", at, "web")
    for by_model, refused in ((False, False), (True, True)):
        wanted = wish(step, by_model=by_model).model_copy(update={"role": Role.WRITE})
        found = await planned(wanted, FakeCluster(world(deployment=owner(env=[ref]))))
        assert bool(found.plan.refusals) is refused, found.plan.refusals
    assert 'names the ConfigMap "web"' in found.plan.refusals[0]


async def test_who_may_write_tests_a_models_fix() -> None:
    wanted = wish(FIX, by_model=True).model_copy(update={"role": Role.WRITE})
    assert (await planned(wanted)).plan.refusals == []


async def test_what_was_shown_may_be_edited_and_keeps_its_secrets() -> None:
    shown = (await planned(wish())).plan.manifest
    assert "[redacted:" in shown
    found = await planned(wish(edited=shown.replace("cart:1", "cart:3")))
    assert found.plan.refusals == []
    assert found.copy is not None
    container = found.copy.pod["spec"]["containers"][0]
    assert (container["image"], container["env"][0]["value"]) == ("cart:3", SECRET)


async def test_a_huge_pod_stays_small_enough_to_be_sent() -> None:
    many = [{"name": f"VALUE_{n}", "value": str(n)} for n in range(3000)]
    cluster = FakeCluster(world(deployment=owner(env=many)))
    found = await planned(wish(Operation("remove", IMAGE.replace("image", "env"))), cluster)
    assert len(found.plan.model_dump_json().encode()) < 64 * 1024


async def captured(mirror: Manifest, store: FakeEvidenceStore, **more: Any) -> Captured:
    limits = {"resources": {"limits": {"memory": "64Mi"}}}
    objects = world(deployment=owner(**limits)) | {f"{PODS}/cart-mirror": mirror}
    capturing = Capturing(FakeCluster(objects), store, Redactor(b"k" * 32), lambda: NOW)
    request = CaptureRequest(
        run_id="r", incident_id="i", mirror_id="x", wish=wish(FIX, **more), pod="cart-mirror",
        uid="m", moment="verdict",
    )  # fmt: skip
    return await capturing.capture(request)


def killed_mirror() -> Manifest:
    """Its image was mended, and then it had too little memory."""
    ended = {"exitCode": 137, "reason": "OOMKilled", "finishedAt": "2026-11-23T20:29:00Z"}
    status = {
        "name": "app",
        "restartCount": 3,
        "state": {"waiting": {"reason": "CrashLoopBackOff"}},
        "lastState": {"terminated": ended},
    }
    app = owner(image="cart:2", resources={"limits": {"memory": "64Mi"}})
    return pod(
        "cart-mirror",
        metadata={"name": "cart-mirror", "namespace": "shop", "uid": "m"},
        spec=app["spec"]["template"]["spec"] | {"nodeName": "node-1"},
        status={"phase": "Running", "containerStatuses": [status]},
    )


async def test_what_a_mirror_showed_is_kept_under_its_name_without_secrets() -> None:
    store = FakeEvidenceStore()
    found = await captured(killed_mirror(), store)
    assert found.diagnosis.causes[0].rule == "C01"
    assert {item.captured_for for item in store.kept.values()} == {"mirror/x/verdict"}
    assert {item.subject for item in store.kept.values()} == {"Pod/cart-mirror"}
    assert SECRET not in found.model_dump_json()
    assert not [line for line in found.diagnosis.unavailable if "belongs to" in line]


async def test_the_next_fix_changes_the_owner_on_top_of_the_one_that_was_tried() -> None:
    found = await captured(killed_mirror(), FakeEvidenceStore())
    changed = [step.path for step in found.next_operations if step.op != "test"]
    assert changed != []
    assert all(path.startswith("/spec/template/spec/containers/0/res") for path in changed)
    assert found.next_title == found.diagnosis.causes[0].title
    again = await planned(
        wish(FIX, *found.next_operations),
        FakeCluster(world(deployment=owner(resources={"limits": {"memory": "64Mi"}}))),
    )
    assert again.plan.diff.count("memory:") == 2


async def test_nothing_is_laid_on_top_of_an_edited_manifest() -> None:
    found = await captured(killed_mirror(), FakeEvidenceStore(), edited="kind: Pod")
    assert found.next_operations == []
