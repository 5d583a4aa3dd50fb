"""The rights in infra/rbac are those that Kure uses: none is missing, none is left over.

All of Kure runs behind a recorder, each part with its own account, against failing workloads of
every kind; what was called is then compared with what is granted.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from agent.main import run
from kure.adapters.cluster.credentials import Access
from kure.ports import Manifest
from kure.settings import Settings
from tests.cluster.accounts import (
    NAMESPACE,
    Account,
    allow_election,
    allow_mirrors,
    objects,
    rights_of,
)
from tests.cluster.conftest import temporary_namespace
from tests.cluster.kube import PATHS, Admin, lease
from tests.cluster.other_policies import install as install_other_policies
from tests.cluster.recorder import Call, Recorder, recording
from tests.conftest import folder
from tests.kill.person import Person
from tests.kill.stack import Stack, running

pytestmark = pytest.mark.cluster

CASES = Path(__file__).parents[1] / "cases" / "rights"
MIRRORS = "kure-mirrors"
# It lists one table of kinds, with which tests/unit/test_rbac.py compares its rights.
SCANNER = "kure-security-scanner"
CLUSTER_WIDE = ("StorageClass", "ValidatingWebhookConfiguration", "Node")
GRACES = ("CREATE", "CLAIM", "ENDPOINTS", "INGRESS", "NODE", "PENDING", "SCALING", "SCHEDULE")

PATIENCE = 120


@dataclass(frozen=True)
class Right:
    """One verb on one resource. `names` is empty where any will do; `namespace` where it holds in
    all of them."""

    account: str
    verb: str
    group: str
    resource: str
    names: frozenset[str]
    namespace: str
    role: str

    def covers(self, call: Call) -> bool:
        """Whether the call needs no more than this."""
        asked = (call.account, call.verb, call.group, call.resource)
        return (
            asked == (self.account, self.verb, self.group, self.resource)
            and (not self.names or call.name in self.names)
            and self.namespace in ("", call.namespace)
        )

    def __str__(self) -> str:
        return f"{self.role}: {self.verb} {self.group}/{self.resource}"


def granted(home: str, mirrored: str) -> Iterator[Right]:
    """Every right in infra/rbac, taken apart. A role has the name of the account it is bound to, in
    Kure's namespace `home` where it is no ClusterRole; the one for mirrors is bound to the worker's
    where they are allowed, in `mirrored`."""
    for obj in objects():
        if obj["metadata"]["name"] == SCANNER:
            continue
        role, place = obj["metadata"]["name"], "" if obj["kind"] == "ClusterRole" else home
        account = str(role)
        if role == MIRRORS:
            account, place = str(Account.WORKER), mirrored
        for rule in obj.get("rules", []):
            for group, resource, verb in rights_of(rule):
                yield Right(
                    account=f"system:serviceaccount:{NAMESPACE}:{account}",
                    verb=verb,
                    group=group,
                    resource=resource,
                    names=frozenset(rule.get("resourceNames", [])),
                    namespace=place,
                    role=role,
                )


def written(file: str, namespace: str) -> list[Manifest]:
    """The objects of a file, in the namespace."""
    found = yaml.safe_load_all((CASES / file).read_text().replace("{ns}", namespace))
    return [
        obj
        if obj["kind"] in CLUSTER_WIDE
        else obj | {"metadata": obj["metadata"] | {"namespace": namespace}}
        for obj in found
    ]


@asynccontextmanager
async def beside(admin: Admin, namespace: str) -> AsyncIterator[None]:
    """What stands beside the failing workloads; what is in no namespace goes at the end."""
    objects = written("beside.yaml", namespace)
    try:
        for obj in objects:
            await admin.apply(obj)
        yield
    finally:
        for obj in objects:
            if obj["kind"] in CLUSTER_WIDE:
                await admin.delete_if_there(f"{PATHS[obj['kind']]}/{obj['metadata']['name']}")


@asynccontextmanager
async def agent_of_a_node(admin: Admin, path: Path) -> AsyncIterator[dict[str, str]]:
    """The settings of an agent in scope `node`, with a token as the kubelet would project it: of a
    pod, on its node."""
    name = f"rights-{secrets.token_hex(4)}"
    await admin.create(sleeping_agent(name))
    pod = f"{PATHS['Pod'].format(NAMESPACE)}/{name}"
    try:
        await admin.when_there(pod)
        bound = {"apiVersion": "v1", "kind": "Pod", "name": name}
        token = await admin.token(
            NAMESPACE, Account.AGENT, audiences=["kure"], boundObjectRef=bound
        )
        (path / "projected-token").write_text(token)
        yield {
            "KURE_AGENT_SCOPE": "node",
            "KURE_NODE_NAME": "node-1",
            "KURE_POD_NAME": name,
            "KURE_TOKEN_FILE": str(path / "projected-token"),
        }
    finally:
        await admin.delete(pod)


def sleeping_agent(name: str) -> Manifest:
    """A pod of the agent's account that does nothing."""
    container = {
        "name": "app",
        "image": "busybox:1.36",
        "imagePullPolicy": "IfNotPresent",
        "command": ["sleep", "3600"],
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
        },
    }
    spec = {
        "nodeName": "node-1",
        "serviceAccountName": str(Account.AGENT),
        "terminationGracePeriodSeconds": 0,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": 1001,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [container],
    }
    metadata = {"name": name, "namespace": NAMESPACE}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


async def when_called(recorder: Recorder, wanted: Callable[[Call], bool], since: int = 0) -> None:
    """Wait for such a call, leaving out the first `since` calls."""
    async with asyncio.timeout(PATIENCE):
        while not any(wanted(call) for call in recorder.calls[since:]):
            await asyncio.sleep(0.1)


async def leads_no_more(admin: Admin, recorder: Recorder, namespace: str) -> None:
    """The Lease goes, once an agent waits for it."""
    await when_called(recorder, is_watch_of_leases)
    await admin.delete(f"{PATHS['Lease'].format(namespace)}/kure-agent")


async def when_diagnosed(stack: Stack, namespace: str, wanted: set[str], status: str) -> None:
    """Every one of these workloads has an incident of this status that has been diagnosed."""
    found: set[str] = set()
    try:
        async with asyncio.timeout(PATIENCE):
            while not wanted <= found:
                rows = await stack.incidents(namespace)
                said = [row for row in rows if row["status"] == status and not row["diagnosing"]]
                found = {row["name"] for row in said}
                await asyncio.sleep(0.5)
    except TimeoutError:
        raise TimeoutError(f"No {status} incident of {sorted(wanted - found)}") from None


async def try_a_fix(stack: Stack, namespace: str) -> None:
    """A mirror that is made, extended, judged and ended."""
    rows = await stack.rows(namespace)
    person = Person(stack)
    try:
        mirror_id = await person.deploys(rows["crashes"]["id"], "busybox:1.36", 120)
        await person.until(mirror_id, "failed")
        await person.asks("POST", f"/api/mirror/{mirror_id}/extend", {"ttl_seconds": 600})
        await person.asks("DELETE", f"/api/mirror/{mirror_id}")
        await person.until(mirror_id, "gone")
    finally:
        await person.aclose()


async def fail_and_end(stack: Stack, admin: Admin, namespace: str) -> None:
    """Each workload fails until it has been diagnosed; of one a fix is tried, then it is found to
    be stopped."""
    workloads = written("failing.yaml", namespace)
    for obj in workloads:
        await admin.apply(obj)
    names = {obj["metadata"]["name"] for obj in workloads}
    await when_diagnosed(stack, namespace, names, "open")
    await try_a_fix(stack, namespace)
    path = f"{PATHS['Deployment'].format(namespace)}/crashes"
    await admin.patch(path, {"spec": {"replicas": 0}})
    await when_diagnosed(stack, namespace, {"crashes"}, "resolved")


@asynccontextmanager
async def agent_of_all(stack: Stack, recorder: Recorder) -> AsyncIterator[None]:
    """A second agent, in scope `all`, with a static token."""
    settings = Settings(
        kubeconfig=stack.data_dir / f"{Account.AGENT}.kubeconfig",
        data_dir=stack.data_dir,
        spool_dir=stack.data_dir / "spool-all",
        api_url=stack.url,
    )
    stop = asyncio.Event()
    before = len(recorder.calls)
    running_agent = asyncio.create_task(run(settings, stop))
    await when_called(recorder, is_watch_of_all_pods, since=before)
    try:
        yield
    finally:
        stop.set()
        await running_agent


def is_watch_of_leases(call: Call) -> bool:
    return (call.verb, call.resource) == ("watch", "leases")


def is_list_of_budgets(call: Call) -> bool:
    """For the node that is cordoned, the last that is told of."""
    return (call.verb, call.resource) == ("list", "poddisruptionbudgets")


def is_watch_of_all_pods(call: Call) -> bool:
    return (call.verb, call.resource, call.namespace) == ("watch", "pods", "")


@pytest.fixture
async def home(admin: Admin) -> AsyncIterator[str]:
    """Where Kure runs, and where nothing that fails is told of."""
    async with temporary_namespace(admin) as name:
        yield name


@pytest.mark.usefixtures("accounts")
async def test_every_part_uses_the_rights_it_has_and_needs_no_others(
    admin: Admin, admin_access: Access, namespace: str, home: str
) -> None:
    await allow_election(admin, home)
    await allow_mirrors(admin, namespace)
    await install_other_policies(admin)
    await admin.create(lease(home, "another"))
    graces = {f"KURE_GRACES__{name}": "PT1S" for name in GRACES}
    with folder() as path:
        async with (
            recording(admin_access) as recorder,
            agent_of_a_node(admin, path) as scope,
            running(
                path,
                server=recorder.url,
                KURE_CLUSTER="rights",
                KURE_POD_NAMESPACE=home,
                **graces,
                **scope,
            ) as stack,
            agent_of_all(stack, recorder),
            beside(admin, namespace),
        ):
            await leads_no_more(admin, recorder, home)
            await fail_and_end(stack, admin, namespace)
            await when_called(recorder, is_list_of_budgets)
    rights, calls = list(granted(home, namespace)), recorder.calls
    refused = {call for call in calls if call.status == 403}
    used = {right for right in rights for call in calls if right.covers(call)}
    beyond = {c for c in calls if not any(right.covers(c) for right in rights)}
    assert refused == set()
    assert beyond == set(), "granted by something else than infra/rbac"
    assert sorted(str(right) for right in rights if right not in used) == []
