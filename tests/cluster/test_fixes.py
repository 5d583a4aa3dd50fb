"""Patches tried on a real cluster: by dry runs alone, and only where the account may."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kure.adapters.clock import utc_now
from kure.adapters.cluster.client import KubeCluster, connect
from kure.adapters.cluster.credentials import Access
from kure.contracts.activities import PodRef
from kure.contracts.investigating import FixChecked
from kure.domain import manifests
from kure.domain.diagnosis.fixes import Operation
from kure.domain.diagnosis.model import Diagnosis
from kure.domain.failures.model import Graces
from kure.domain.redact import Redactor
from kure.domain.workloads import Workload
from kure.gathering.gathering import Gathering
from kure.gathering.reads import Reads
from kure.gathering.telling import tell
from kure.investigating.checking import Checking
from kure.ports import Manifest
from kure.settings import Settings
from tests.cluster.accounts import sign_in
from tests.cluster.kube import PATHS, Admin, deployment, pod_spec
from tests.cluster.recorder import Recorder, recording

pytestmark = pytest.mark.cluster

PATIENCE = 60
ACCEPTED = "accepted by the API server (dry run)"


async def without_pods(admin: Admin, namespace: str) -> Manifest:
    """A Deployment whose pods cannot be made: it means the account "default"."""
    spec = pod_spec("sleep 60", serviceAccountName="defaults")
    await admin.create(deployment(namespace, "cart", spec))
    async with asyncio.timeout(PATIENCE):
        while True:
            found = await admin.read(PATHS["Deployment"].format(namespace) + "/cart")
            if manifests.condition(found, "ReplicaFailure"):
                return found
            await asyncio.sleep(0.1)


async def diagnosed(cluster: KubeCluster, obj: Manifest) -> Diagnosis:
    workload = Workload("local", manifests.namespace(obj), "Deployment", "cart")
    ref = PodRef(kind="Deployment", uid=manifests.uid(obj), name="cart")
    graces = Graces(create=Graces().create * 0)
    gathering = Gathering(Reads(cluster), workload, [ref], graces, utc_now())
    told = await tell(await gathering.run(), Redactor(b"k" * 32), cluster)
    return told.diagnosis


@pytest.fixture
async def recorder(admin_access: Access) -> AsyncIterator[Recorder]:
    async with recording(admin_access) as running:
        yield running


@pytest.fixture
async def editor(
    admin: Admin, admin_access: Access, namespace: str, recorder: Recorder, tmp_path: Path
) -> AsyncIterator[KubeCluster]:
    """An account that may create pods in the namespace, behind the recorder."""
    subject = {"kind": "ServiceAccount", "name": "editor", "namespace": namespace}
    metadata = {"name": "editor", "namespace": namespace}
    await admin.create({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata})
    await admin.create(
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "RoleBinding",
            "metadata": metadata,
            "roleRef": {
                "apiGroup": "rbac.authorization.k8s.io",
                "kind": "ClusterRole",
                "name": "edit",
            },
            "subjects": [subject],
        }
    )
    file = await sign_in(admin, admin_access, "editor", tmp_path, namespace, server=recorder.url)
    async with connect(Settings(kubeconfig=file, data_dir=tmp_path)) as connected:
        yield connected


NODE_OF_NOBODY = {"kure.dev/none": "such"}


async def checked(
    cluster: KubeCluster, namespace: str, *steps: Operation, fails: str = "Unschedulable"
) -> FixChecked:
    """A model's fix of Deployment cart, checked as the worker does."""
    workload = Workload("local", namespace, "Deployment", "cart")
    checking = Checking(cluster, cluster, Redactor(b"k" * 32))
    return await checking.check(workload, steps, [fails])


async def test_a_models_fix_is_tried_on_the_server_which_refuses_what_is_no_pod(
    editor: KubeCluster, recorder: Recorder, admin: Admin, namespace: str
) -> None:
    spec = pod_spec("sleep 60", nodeSelector=NODE_OF_NOBODY)
    await admin.create(deployment(namespace, "cart", spec))
    at = "/spec/template/spec"
    found = await checked(editor, namespace, Operation("remove", f"{at}/nodeSelector"))
    assert (found.refusals, found.checked) == ([], ACCEPTED)
    assert found.operations[0] == Operation("test", f"{at}/nodeSelector", NODE_OF_NOBODY)
    much = Operation("add", f"{at}/containers/0/resources", {"limits": {"memory": "much"}})
    wrong = Operation("replace", f"{at}/nodeSelector", {"a b": "c"})
    for step, says in ((much, "quantit"), (wrong, "nodeSelector")):
        refused = await checked(editor, namespace, step)
        assert refused.operations == []
        assert says in " ".join(refused.refusals)
    host = Operation("add", f"{at}/hostNetwork", value=True)
    assert "spec.hostNetwork" in (await checked(editor, namespace, host)).refusals[0]
    written = {(call.resource, call.dry_run) for call in recorder.calls if call.verb == "create"}
    assert written == {("selfsubjectaccessreviews", False), ("pods", True)}
    assert {call.verb for call in recorder.calls} <= {"get", "list", "create"}
    live = await admin.read(PATHS["Deployment"].format(namespace) + "/cart")
    assert live["spec"]["template"]["spec"]["nodeSelector"] == NODE_OF_NOBODY


async def test_without_the_right_to_create_pods_none_is_tried(
    worker_cluster: KubeCluster, admin: Admin, namespace: str
) -> None:
    found = await diagnosed(worker_cluster, await without_pods(admin, namespace))
    (patch,) = [cause.patch for cause in found.causes if cause.patch]
    assert patch.checked == "applies; not tried on the API server: no right to create pods here"
    assert found.unavailable == ()


async def test_a_fixed_pod_is_tried_and_nothing_is_written(
    editor: KubeCluster, recorder: Recorder, admin: Admin, namespace: str
) -> None:
    found = await diagnosed(editor, await without_pods(admin, namespace))
    (patch,) = [cause.patch for cause in found.causes if cause.patch]
    assert patch.checked == ACCEPTED
    written = {(call.resource, call.dry_run) for call in recorder.calls if call.verb == "create"}
    assert written == {("selfsubjectaccessreviews", False), ("pods", True)}
    assert {call.verb for call in recorder.calls} <= {"get", "list", "create"}
    pods = await admin.read(PATHS["Pod"].format(namespace))
    assert pods["items"] == []
