"""A model's fix, checked on a live workload in a fake cluster: refused with every reason, redacted,
and what is shown of one that is taken."""

from typing import Any

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.investigation_cluster import InvestigationClusterActivities
from kure.contracts.investigating import FixChecked, FixDraft, FixRequest
from kure.domain.diagnosis.fixes import Operation, applied
from kure.domain.mirrors.placeholders import resolved_operations
from kure.domain.redact import Redactor
from kure.domain.workloads import Workload
from kure.errors import AccessDenied, ClusterUnavailable, InvalidInput
from kure.ports import Manifest
from tests.activities.cart import CART, DEPLOYMENT, NOW, PODS, SECRET, deployment
from tests.fakes import FakeCluster, FakeEvidenceStore

IMAGE = "/spec/template/spec/containers/0/image"
ENV = "/spec/template/spec/containers/0/env"
TO_2 = Operation("replace", IMAGE, "cart:2")
CRASHES = ("CrashLoopBackOff",)
CONFIG = "/api/v1/namespaces/shop/configmaps"
REDACTOR = Redactor(b"k" * 32)


def owner(*env: Manifest, **container: Any) -> Manifest:
    """A Deployment with a secret in its environment."""
    environment = [{"name": "DB_PASSWORD", "value": SECRET}, *env]
    app = {"name": "app", "image": "cart:1", "env": environment} | container
    template = {"metadata": {"labels": {"app": "cart"}}, "spec": {"containers": [app]}}
    found = deployment()
    return found | {"spec": found["spec"] | {"template": template}}


async def checked(
    *steps: Operation,
    cluster: FakeCluster | None = None,
    live: Manifest | None = None,
    classes: tuple[str, ...] = CRASHES,
    workload: Workload = CART,
) -> FixChecked:
    here = cluster or FakeCluster({DEPLOYMENT: live or owner()})
    activities = InvestigationClusterActivities(
        here, FakeEvidenceStore(), REDACTOR, lambda: NOW, here
    )
    request = FixRequest(
        incident_id="i", run_id="r", investigation_id="v", workload=workload,
        fix=FixDraft(title="", operations=list(steps)), classes=list(classes),
    )  # fmt: skip
    return await ActivityEnvironment().run(activities.check_model_fix, request)


def placeholder() -> str:
    shown: str = REDACTOR.manifest(owner())["spec"]["template"]["spec"]["containers"][0]["env"][0][
        "value"
    ]
    return shown


class TestRefused:
    """Nothing of it is shown, and nobody asks the API server about it."""

    async def test_of_a_workload_that_is_gone(self) -> None:
        found = await checked(TO_2, cluster=FakeCluster({}))
        assert found.refusals == [
            "The workload could not be read: it is gone, or the worker may not read it."
        ]

    async def test_for_an_object_that_is_not_as_the_model_thinks(self) -> None:
        for step in (Operation("test", IMAGE, "cart:0"), Operation("remove", "/spec/paused")):
            found = await checked(step, TO_2)
            assert found.operations == []
            assert len(found.refusals) == 1, found.refusals
            assert "appl" in found.refusals[0]

    async def test_for_every_reason_at_once(self) -> None:
        cluster = FakeCluster({DEPLOYMENT: owner()})
        steps = [
            Operation("add", "/spec/template/spec/hostNetwork", value=True),
            Operation("add", "/spec/replicas", 9),
            Operation("replace", IMAGE, "evil.example/cart:1"),
        ]
        found = await checked(*steps, cluster=cluster)
        told = " ".join(found.refusals)
        for part in ("spec.replicas", "spec.hostNetwork is changed", "evil.example", "would open"):
            assert part in told, part
        assert (found.operations, cluster.tried) == ([], [])

    async def test_with_a_placeholder_where_none_was_shown(self) -> None:
        moved = [{"name": "DB_PASSWORD", "value": placeholder()}]
        moved += [{"name": "TOLD", "value": placeholder()}]
        found = await checked(Operation("replace", ENV, moved))
        assert len(found.refusals) == 1
        assert "placeholder" in found.refusals[0]

    async def test_with_a_secret_of_its_own(self) -> None:
        made_up = "https://ada:Xq7rT9bw2Lm@db.example"
        found = await checked(Operation("add", f"{ENV}/-", {"name": "URL", "value": made_up}))
        assert found.operations == []
        assert "Xq7rT9bw2Lm" not in found.model_dump_json()

    async def test_with_the_workloads_own_secret_in_another_place(self) -> None:
        told = Operation("add", "/spec/template/spec/containers/0/args", [f"--key={SECRET}"])
        found = await checked(told)
        assert found.operations == []
        assert SECRET not in found.model_dump_json()

    async def test_that_changes_nothing(self) -> None:
        found = await checked(Operation("replace", IMAGE, "cart:1"))
        assert found.refusals == ["It would break the object: it changes nothing."]

    async def test_that_leaves_no_whole_object(self) -> None:
        found = await checked(Operation("remove", IMAGE))
        assert "a container would have no image" in found.refusals[0]

    async def test_where_nothing_is_known_to_fail(self) -> None:
        assert "nothing that is known" in (await checked(TO_2, classes=())).refusals[0]

    async def test_by_the_api_server(self) -> None:
        no = InvalidInput(f'violates PodSecurity "restricted": {SECRET}')
        cluster = FakeCluster({DEPLOYMENT: owner()}, verdict=no)
        found = await checked(TO_2, cluster=cluster)
        [why] = found.refusals
        assert "PodSecurity" in why
        assert SECRET not in why

    async def test_that_is_larger_than_what_it_mends(self) -> None:
        many = [{"name": f"VALUE_{n}", "value": str(n)} for n in range(600)]
        found = await checked(
            Operation("replace", ENV, many[:300]), live=owner(*many), classes=CRASHES
        )
        assert found.refusals == [
            "With the tests of what it replaces the fix has more than 24 KiB: it has to change "
            "single fields."
        ]

    async def test_for_more_reasons_than_anybody_reads(self) -> None:
        steps = [Operation("add", f"/spec/field{n}", n) for n in range(60)]
        found = await checked(*steps)
        assert len(found.refusals) == 26
        assert found.refusals[-1] == "and 35 more"


async def test_a_cluster_that_is_away_is_no_verdict() -> None:
    away = ClusterUnavailable("Cannot read it: 503")
    with pytest.raises(ApplicationError) as raised:
        await checked(TO_2, cluster=FakeCluster({DEPLOYMENT: away}))
    assert raised.value.type == "ClusterUnavailable"


class TestTaken:
    """It is shown with its tests, and can be applied."""

    async def test_with_the_tests_that_refuse_a_changed_object(self) -> None:
        cluster = FakeCluster({DEPLOYMENT: owner()})
        found = await checked(TO_2, cluster=cluster)
        assert found.refusals == []
        assert found.operations == [
            Operation("test", "/spec/template/spec/containers/0/name", "app"),
            Operation("test", IMAGE, "cart:1"),
            TO_2,
        ]
        assert found.checked == "accepted by the API server (dry run)"
        [(path, pod)] = cluster.tried
        assert (path, pod["spec"]["containers"][0]["image"]) == (PODS, "cart:2")
        assert pod["spec"]["containers"][0]["env"][0]["value"] == SECRET

    async def test_with_a_secret_that_stays_where_it_is(self) -> None:
        more = [{"name": "DB_PASSWORD", "value": placeholder()}, {"name": "PORT", "value": "80"}]
        found = await checked(Operation("replace", ENV, more))
        assert found.refusals == []
        assert SECRET not in found.model_dump_json()
        live = owner()
        mended = applied(live, resolved_operations(live, found.operations, REDACTOR))
        [app] = mended["spec"]["template"]["spec"]["containers"]
        assert app["env"] == [*live["spec"]["template"]["spec"]["containers"][0]["env"], more[1]]

    async def test_where_the_server_may_not_be_asked(self) -> None:
        cluster = FakeCluster({DEPLOYMENT: owner()}, verdict=AccessDenied("403"))
        found = await checked(TO_2, cluster=cluster)
        assert found.checked == "applies; not tried on the API server: no right to create pods here"
        assert found.operations

    async def test_with_what_is_not_known_of_it(self) -> None:
        key = {"name": "K", "valueFrom": {"secretKeyRef": {"name": "creds", "key": "a"}}}
        step = Operation("replace", f"{ENV}/1/valueFrom/secretKeyRef/key", "b")
        found = await checked(step, live=owner(key))
        assert found.refusals == []
        assert found.checked.endswith("; not known: whether there is key b in Secret creds")


class TestWhatItNames:
    """It has to be there, as far as that may be read."""

    @staticmethod
    def with_map(keys: Manifest | None) -> FakeCluster:
        ref = {"name": "URL", "valueFrom": {"configMapKeyRef": {"name": "web", "key": "url"}}}
        objects: dict[str, Any] = {DEPLOYMENT: owner(ref)}
        if keys is not None:
            objects[f"{CONFIG}/web"] = {
                "kind": "ConfigMap",
                "metadata": {"name": "web"},
                "data": keys,
            }
        return FakeCluster(objects)

    STEP = Operation("replace", f"{ENV}/1/valueFrom/configMapKeyRef/key", "URL")

    @pytest.mark.parametrize(
        ("keys", "says"),
        [
            (None, "names the ConfigMap web, which is not there"),
            ({"url": "x"}, "takes the key URL of ConfigMap web, which has none"),
        ],
    )
    async def test_a_key_that_is_not_there(self, keys: Manifest | None, says: str) -> None:
        [why] = (await checked(self.STEP, cluster=self.with_map(keys))).refusals
        assert says in why

    async def test_a_key_that_is_there(self) -> None:
        assert (await checked(self.STEP, cluster=self.with_map({"URL": "x"}))).refusals == []

    async def test_a_list_that_may_not_be_read(self) -> None:
        cluster = self.with_map({})
        cluster.refused = {CONFIG: AccessDenied("403")}
        found = await checked(self.STEP, cluster=cluster)
        assert found.checked.endswith("; not known: whether there is a ConfigMap web")

    async def test_pods_that_a_service_selects(self) -> None:
        path = "/api/v1/namespaces/shop/services/cart"
        service = {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": "cart", "namespace": "shop"},
            "spec": {"selector": {"app": "card"}, "ports": [{"port": 80}]},
        }
        pod = {"kind": "Pod", "metadata": {"name": "a", "labels": {"app": "cart"}}}
        cluster = FakeCluster({path: service, f"{PODS}/a": pod})
        of = Workload("local", "shop", "Service", "cart")
        for value, refusals in (
            ("carts", ["spec.selector chooses app=carts, and no pod has these labels."]),
            ("cart", []),
        ):
            step = Operation("replace", "/spec/selector/app", value)
            found = await checked(step, cluster=cluster, classes=("NoEndpoints",), workload=of)
            assert found.refusals == refusals
        assert found.checked == "applies; not tried on the API server: only pods are"
        emptied = Operation("remove", "/spec/selector/app")
        found = await checked(emptied, cluster=cluster, classes=("NoEndpoints",), workload=of)
        assert found.refusals == ["spec.selector chooses no pods any more."]

    async def test_the_service_and_port_behind_an_ingress(self) -> None:
        folder = "/apis/networking.k8s.io/v1/namespaces/shop/ingresses"
        backend = {"service": {"name": "cartt", "port": {"number": 80}}}
        ingress = {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "Ingress",
            "metadata": {"name": "shop", "namespace": "shop"},
            "spec": {"defaultBackend": backend},
        }
        service = {
            "kind": "Service",
            "metadata": {"name": "cart"},
            "spec": {"ports": [{"port": 80}]},
        }
        objects = {f"{folder}/shop": ingress, "/api/v1/namespaces/shop/services/cart": service}
        of = Workload("local", "shop", "Ingress.networking.k8s.io", "shop")
        at = "/spec/defaultBackend/service"
        for steps, says in (
            ([Operation("replace", f"{at}/name", "carts")], "Service carts, which is not there"),
            (
                [
                    Operation("replace", f"{at}/name", "cart"),
                    Operation("replace", f"{at}/port/number", 81),
                ],
                "port 81 of Service cart, which has none such",
            ),
        ):
            found = await checked(
                *steps,
                cluster=FakeCluster(objects),
                classes=("IngressBackendNotFound",),
                workload=of,
            )
            assert len(found.refusals) == 1, found.refusals
            assert says in found.refusals[0]
        good = Operation("replace", f"{at}/name", "cart")
        found = await checked(
            good, cluster=FakeCluster(objects), classes=("IngressBackendNotFound",), workload=of
        )
        assert found.refusals == []

    @pytest.mark.parametrize(("name", "refused"), [("carts", True), ("cart", False)])
    async def test_whom_an_autoscaler_scales(self, name: str, refused: bool) -> None:
        path = "/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers/cart"
        target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "cartt"}
        scaler = {
            "apiVersion": "autoscaling/v2",
            "kind": "HorizontalPodAutoscaler",
            "metadata": {"name": "cart", "namespace": "shop"},
            "spec": {"scaleTargetRef": target},
        }
        of = Workload("local", "shop", "HorizontalPodAutoscaler.autoscaling", "cart")
        found = await checked(
            Operation("replace", "/spec/scaleTargetRef/name", name),
            cluster=FakeCluster({path: scaler, DEPLOYMENT: owner()}),
            classes=("ScalingInactive",),
            workload=of,
        )
        assert bool(found.refusals) is refused, found.refusals

    async def test_the_class_of_a_claim(self) -> None:
        path = "/api/v1/namespaces/shop/persistentvolumeclaims/data"
        claim = {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": {"name": "data", "namespace": "shop"},
            "spec": {"storageClassName": "fast"},
            "status": {"phase": "Pending"},
        }
        there = {"kind": "StorageClass", "metadata": {"name": "standard"}}
        objects = {path: claim, "/apis/storage.k8s.io/v1/storageclasses/standard": there}
        of = Workload("local", "shop", "PersistentVolumeClaim", "data")
        for name, says in (
            ("slow", ["spec.storageClassName names the StorageClass slow, which is not there."]),
            ("standard", []),
        ):
            found = await checked(
                Operation("replace", "/spec/storageClassName", name),
                cluster=FakeCluster(objects), classes=("ClaimPending",), workload=of,
            )  # fmt: skip
            assert found.refusals == says
