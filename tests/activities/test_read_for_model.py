"""What a model gets to see at its wishes, against a fake cluster. Refusals come first."""

from typing import Any

import pytest
from temporalio.exceptions import ApplicationError

from kure.domain.workloads import Workload
from kure.errors import AccessDenied, ClusterUnavailable, KureError
from kure.ports import Manifest
from tests.activities.cart import EVENTS, LOGS, PODS, SECRET, deployment, healthy, pod, world
from tests.activities.wishes import read, refusal, shown
from tests.fakes import FakeCluster, FakeEvidenceStore

DATA = "/api/v1/namespaces/data"
SHOP = "/api/v1/namespaces/shop"
RBAC = "/apis/rbac.authorization.k8s.io/v1"
POD: dict[str, Any] = {"kind": "Pod", "name": "cart-1-a", "namespace": ""}
Objects = dict[str, Manifest | KureError]


def named(kind: str, name: str, namespace: str = "shop", **more: object) -> Manifest:
    where = {"namespace": namespace} if namespace else {}
    return {"kind": kind, "metadata": {"name": name} | where} | more


def with_template(**spec: object) -> Manifest:
    container = {"name": "app", "image": "cart:1", **spec}
    found = deployment()
    template = {"metadata": {"labels": {"app": "cart"}}, "spec": {"containers": [container]}}
    return found | {"spec": found["spec"] | {"template": template}}


async def test_a_wish_that_is_none_is_refused_without_a_read() -> None:
    denied = AccessDenied("nothing may be read here")
    cluster = FakeCluster(dict.fromkeys(world(), denied), refused={PODS: denied})
    told = await refusal(cluster, "describe", kind="Secret", name="db", namespace="")
    assert "`kind` is none of" in told


async def test_what_the_workload_does_not_refer_to_is_not_read() -> None:
    objects: Objects = world() | {
        "/api/v1/nodes/node-2": named("Node", "node-2", ""),
        f"{DATA}/services/ledger": named("Service", "ledger", "data"),
    }
    cluster = FakeCluster(objects)
    told = await refusal(cluster, "describe", kind="Node", name="node-2", namespace="")
    assert told == "Deployment cart does not refer to Node node-2, so it is not read."
    wishes: tuple[tuple[str, dict[str, Any]], ...] = (
        ("describe", {"kind": "Service", "name": "ledger"}),
        ("endpoints", {"service": "ledger"}),
    )
    for tool, asked in wishes:
        told = await refusal(cluster, tool, namespace="data", **asked)
        assert told.startswith("Deployment cart does not refer to Service ledger of namespace data")


async def test_a_service_elsewhere_is_read_where_the_workload_names_it() -> None:
    env = [{"name": "LEDGER_URL", "value": "http://ledger.data.svc:8080"}]
    service = named("Service", "ledger", "data", spec={"selector": {"app": "ledger"}})
    objects: Objects = world(deployment=with_template(env=env)) | {
        f"{DATA}/services/ledger": service,
        f"{DATA}/pods/ledger-0": pod("ledger-0"),
    }
    kept = await shown(FakeCluster(objects), "endpoints", service="ledger", namespace="data")
    assert "0 EndpointSlices" in kept.text
    assert "ledger-0" not in kept.text, "pods of another namespace are not listed"


async def test_a_node_class_or_volume_is_read_where_the_workload_refers_to_it() -> None:
    volume = {"name": "data", "persistentVolumeClaim": {"claimName": "carts"}}
    mounted = pod()
    mounted["spec"] |= {"volumes": [volume], "priorityClassName": "shop-high"}
    claim = {"volumeName": "pv-1", "storageClassName": "fast"}
    storage, scheduling = "/apis/storage.k8s.io/v1", "/apis/scheduling.k8s.io/v1"
    objects: Objects = world(pod=mounted) | {
        f"{SHOP}/persistentvolumeclaims/carts": named("PersistentVolumeClaim", "carts", spec=claim),
        "/api/v1/persistentvolumes/pv-1": named("PersistentVolume", "pv-1", ""),
        f"{storage}/storageclasses/fast": named("StorageClass", "fast", "", provisioner="csi.x"),
        f"{storage}/csidrivers/csi.x": named("CSIDriver", "csi.x", ""),
        f"{scheduling}/priorityclasses/shop-high": named("PriorityClass", "shop-high", ""),
        "/api/v1/namespaces/shop": named("Namespace", "shop", ""),
        "/api/v1/namespaces/data": named("Namespace", "data", ""),
    }
    cluster = FakeCluster(objects)
    for kind, name in (
        ("Node", "node-1"),
        ("PersistentVolume", "pv-1"),
        ("StorageClass", "fast"),
        ("CSIDriver", "csi.x"),
        ("PriorityClass", "shop-high"),
        ("Namespace", "shop"),
    ):
        kept = await shown(cluster, "describe", kind=kind, name=name, namespace="")
        assert kept.subject == f"{kind}/{name}"
    told = await refusal(cluster, "describe", kind="Namespace", name="data", namespace="")
    assert "does not refer to Namespace data" in told


async def test_what_is_not_there_is_said_with_the_names_that_are() -> None:
    told = await refusal(
        FakeCluster(world()), "describe", kind="Pod", name="cart-1-b", namespace=""
    )
    assert told == "There is no Pod/cart-1-b in namespace shop. There is: cart-1-a."


async def test_what_may_not_be_read_is_said() -> None:
    denied = AccessDenied("Cannot list pods: the API server answered 403")
    cluster = FakeCluster(world(), refused={PODS: denied})
    assert await refusal(cluster, "describe", **POD) == str(denied)
    assert await refusal(cluster, "list", kind="Pod", labels="") == str(denied)


async def test_a_cluster_that_is_away_is_asked_again_when_it_says_so() -> None:
    away = ClusterUnavailable("Cannot list: 429", retry_after_seconds=17)
    store = FakeEvidenceStore()
    with pytest.raises(ApplicationError, match="Cannot list: 429") as raised:
        await read(FakeCluster(world(), refused={PODS: away}), "describe", store=store, **POD)
    assert raised.value.next_retry_delay is not None
    assert raised.value.next_retry_delay.total_seconds() == 17
    assert store.kept == {}


async def test_a_repeated_attempt_keeps_nothing_twice_and_another_wish_does() -> None:
    store, cluster = FakeEvidenceStore(), FakeCluster(world())
    first = await read(cluster, "describe", store=store, **POD)
    again = await read(cluster, "describe", store=store, **POD)
    other = await read(cluster, "describe", store=store, call_id="call_1_2", **POD)
    assert again == first
    assert other.evidence_id != first.evidence_id
    assert len(store.kept) == 2
    [kept, _] = store.kept.values()
    assert (kept.kind, kept.captured_by, kept.captured_for) == ("read", "worker", "v/1/call_1_1")


async def test_an_object_is_told_with_its_events_first_and_without_its_secrets() -> None:
    happened = {
        "reason": "BackOff",
        "message": f"Back-off, {SECRET}",
        "involvedObject": {"kind": "Pod", "name": "cart-1-a"},
    }
    kept = await shown(FakeCluster(world() | {f"{EVENTS}/3": happened}), "describe", **POD)
    assert kept.subject == "Pod/cart-1-a"
    order = [kept.text.index(word) for word in ("metadata:", "events:", "status:", "spec:")]
    assert order == sorted(order)
    assert "Back-off, [redacted:" in kept.text
    assert SECRET not in kept.text


async def test_of_a_config_map_only_the_keys_are_told() -> None:
    applied = {"kubectl.kubernetes.io/last-applied-configuration": '{"data":{"color":"teal"}}'}
    found = named("ConfigMap", "settings", data={"color": "teal", "size": "12"})
    found["metadata"]["annotations"] = applied
    cluster = FakeCluster(world() | {f"{SHOP}/configmaps/settings": found})
    described = await shown(cluster, "describe", kind="ConfigMap", name="settings", namespace="")
    listed = await shown(cluster, "list", kind="ConfigMap", labels="")
    for kept in (described, listed):
        assert "color" in kept.text
        assert "teal" not in kept.text


async def test_more_than_may_be_shown_is_cut_and_said() -> None:
    notes = {f"note-{n}": "x" * 100 for n in range(400)}
    found = named("Service", "cart", spec={"selector": {"app": "cart"}})
    found["metadata"]["annotations"] = notes
    cluster = FakeCluster(world() | {f"{SHOP}/services/cart": found})
    kept = await shown(cluster, "describe", kind="Service", name="cart", namespace="")
    assert kept.truncated
    assert len(kept.text.encode()) <= 16 * 1024
    assert kept.text.splitlines()[-1].endswith("more lines are not shown)")


async def test_events_of_an_object_that_is_gone_are_told() -> None:
    about = {"kind": "Pod", "name": "cart-1-z"}
    happened = {"reason": "Evicted", "message": "low on memory", "involvedObject": about}
    cluster = FakeCluster(world() | {f"{EVENTS}/9": happened})
    kept = await shown(cluster, "events", kind="Pod", name="cart-1-z", namespace="")
    assert "low on memory" in kept.text
    told = await refusal(cluster, "events", kind="Pod", name="cart-1-y", namespace="")
    assert told.startswith("There are no events of Pod/cart-1-y")


async def test_a_log_is_told_by_its_telling_lines_and_without_secrets() -> None:
    noise = "".join(f"INFO request {n} took 1 ms\n" for n in range(900))
    text = f"{noise}ERROR cannot log in with {SECRET}\n{noise}"
    cluster = FakeCluster(world(), logs={("cart-1-a", "app", True): text})
    kept = await shown(cluster, "logs", pod="cart-1-a", container="", previous=True, containing="")
    assert (kept.subject, kept.container, kept.stream) == ("Pod/cart-1-a", "app", "previous")
    assert "ERROR cannot log in with [redacted:" in kept.text
    assert "lines left out)" in kept.text
    assert kept.truncated
    assert len(kept.text.encode()) <= 16 * 1024


async def test_a_log_is_told_around_a_literal_text() -> None:
    lines = [f"line {n}" for n in range(300)]
    lines[200] = "connect to a.*b failed"
    cluster = FakeCluster(world(), logs={("cart-1-a", "app", False): "\n".join(lines)})
    asked: dict[str, Any] = {"pod": "cart-1-a", "container": "app", "previous": False}
    kept = await shown(cluster, "logs", **asked, containing="A.*B")
    told = ["(195 lines left out)", *lines[195:206], "(94 lines left out)"]
    assert kept.text.splitlines() == told
    assert "No line" in await refusal(cluster, "logs", **asked, containing="li.e")


async def test_a_secret_is_not_found_by_guessing_it() -> None:
    cluster = FakeCluster(world(), logs=LOGS)
    asked: dict[str, Any] = {"pod": "cart-1-a", "container": "app", "previous": True}
    assert "No line" in await refusal(cluster, "logs", **asked, containing=SECRET)


async def test_of_several_containers_one_has_to_be_named() -> None:
    two = pod()
    two["spec"]["containers"].append({"name": "proxy"})
    cluster = FakeCluster(world(pod=two))
    asked: dict[str, Any] = {
        "pod": "cart-1-a",
        "container": "",
        "previous": False,
        "containing": "",
    }
    assert await refusal(cluster, "logs", **asked) == "Name one of its containers: app, proxy."


async def test_a_list_tells_one_line_each_by_labels() -> None:
    objects: Objects = world() | {f"{PODS}/web-1": healthy("web-1")}
    objects[f"{PODS}/other"] = pod("other", metadata={"name": "other", "namespace": "shop"})
    kept = await shown(FakeCluster(objects), "list", kind="Pod", labels="app=cart")
    head, *rows = kept.text.splitlines()
    assert head == "2 of kind Pod with app=cart"
    assert [row.split()[0] for row in rows] == ["Pod/cart-1-a", "Pod/web-1"]
    assert "CrashLoopBackOff" in rows[0]


async def test_revisions_tell_what_was_changed_and_hide_values() -> None:
    def revision(number: int, image: str, value: str) -> Manifest:
        container = {"name": "app", "image": image, "env": [{"name": "GREETING", "value": value}]}
        made = named("ReplicaSet", f"cart-{number}", status={"readyReplicas": 2 - number})
        made["metadata"] |= {
            "annotations": {"deployment.kubernetes.io/revision": str(number)},
            "ownerReferences": [
                {"kind": "Deployment", "name": "cart", "uid": "uid-cart", "controller": True}
            ],
        }
        return made | {"spec": {"template": {"spec": {"containers": [container]}}}}

    sets = "/apis/apps/v1/namespaces/shop/replicasets"
    objects: Objects = world() | {
        f"{sets}/cart-1": revision(1, "cart:1", "marmalade"),
        f"{sets}/cart-2": revision(2, "cart:2", "tangerine"),
    }
    kept = await shown(FakeCluster(objects), "revisions")
    assert 'changed /spec/containers/0/image: "cart:1" -> "cart:2"' in kept.text
    assert "changed /spec/containers/0/env/0/value: " in kept.text
    assert "revision 1: ReplicaSet/cart-1, created , 1 ready" in kept.text
    for hidden in ("marmalade", "tangerine"):
        assert hidden not in kept.text


async def test_a_kind_without_revisions_has_none() -> None:
    job = Workload("local", "shop", "Job", "import")
    told = await refusal(FakeCluster(world()), "revisions", of=job)
    assert told.startswith("Only Deployment, StatefulSet, DaemonSet keep revisions")


async def test_who_can_names_accounts_of_the_namespace_alone() -> None:
    rule = {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get"]}
    subjects = [
        {"kind": "ServiceAccount", "name": "cart", "namespace": "shop"},
        {"kind": "ServiceAccount", "name": "robot", "namespace": "data"},
        {"kind": "User", "name": "alice@example.com"},
    ]
    role = {"kind": "Role", "name": "reads"}
    spec = with_template()
    spec["spec"]["template"]["spec"]["serviceAccountName"] = "cart"
    objects: Objects = world(deployment=spec) | {
        f"{RBAC}/namespaces/shop/roles/reads": named("Role", "reads", rules=[rule]),
        f"{RBAC}/namespaces/shop/rolebindings/reads": named(
            "RoleBinding", "reads", roleRef=role, subjects=subjects
        ),
        f"{SHOP}/serviceaccounts/default": named("ServiceAccount", "default"),
    }
    cluster = FakeCluster(objects)
    kept = await shown(cluster, "who_can", verb="get", resource="configmaps")
    assert kept.text.splitlines() == [
        "get configmaps in namespace shop:",
        "the workload runs as ServiceAccount/cart, which may",
        "ServiceAccount/cart may by RoleBinding/reads, role reads",
    ]
    kept = await shown(cluster, "who_can", verb="delete", resource="configmaps")
    assert "which may not" in kept.text


async def test_what_could_not_be_read_of_the_rights_is_said() -> None:
    denied = AccessDenied("Cannot list: 403")
    cluster = FakeCluster(world(), refused={f"{RBAC}/clusterroles": denied})
    kept = await shown(cluster, "who_can", verb="get", resource="pods")
    assert "objects of kind ClusterRole could not be read" in kept.text


async def test_endpoints_tell_why_a_service_has_none() -> None:
    ports = [{"port": 80, "targetPort": 8080}]
    service = named("Service", "cart", spec={"selector": {"app": "card"}, "ports": ports})
    objects: Objects = world() | {f"{SHOP}/services/cart": service}
    kept = await shown(FakeCluster(objects), "endpoints", service="cart", namespace="")
    assert "selector: app=card" in kept.text
    assert "0 pods have these labels" in kept.text
    assert "Pod/cart-1-a has app=cart" in kept.text


async def test_endpoints_tell_which_pods_are_not_ready_and_why() -> None:
    service = named("Service", "cart", spec={"selector": {"app": "cart"}})
    objects: Objects = world() | {
        f"{SHOP}/services/cart": service,
        f"{PODS}/cart-1-b": healthy("cart-1-b"),
    }
    kept = await shown(FakeCluster(objects), "endpoints", service="cart", namespace="")
    assert "Pod/cart-1-b: ready" in kept.text
    assert 'Pod/cart-1-a: not ready: container "app" waits with CrashLoopBackOff' in kept.text


async def test_a_node_is_asked_about_itself_alone() -> None:
    node = Workload("local", "_", "Node", "node-1")
    cluster = FakeCluster(world() | {"/api/v1/nodes/node-2": named("Node", "node-2", "")})
    kept = await shown(cluster, "describe", of=node, kind="Node", name="node-1", namespace="")
    assert "images" not in kept.text
    told = await refusal(cluster, "describe", of=node, kind="Node", name="node-2", namespace="")
    assert "does not refer to Node node-2" in told


async def test_a_pod_of_an_owner_that_kure_does_not_know_refers_to_its_node() -> None:
    owned = pod()
    reference = {"apiVersion": "argoproj.io/v1", "kind": "Rollout", "name": "cart", "uid": "u"}
    owned["metadata"]["ownerReferences"] = [reference | {"controller": True}]
    rollout = Workload("local", "shop", "Rollout.argoproj.io", "cart")
    cluster = FakeCluster(world(pod=owned))
    kept = await shown(cluster, "describe", of=rollout, kind="Node", name="node-1", namespace="")
    assert kept.subject == "Node/node-1"
