"""`kure scan` on a real cluster, with all rights and with few."""

import asyncio

import pytest

from kure.errors import AccessDenied
from kure.scanning.asking import Ask, run
from kure.scanning.report import Report
from kure.settings import Settings
from tests.cluster.kube import Admin, deployment, pod_spec

pytestmark = pytest.mark.cluster

PATIENCE = 30
RBAC = "rbac.authorization.k8s.io"


async def planted(admin: Admin, namespace: str) -> None:
    """A Deployment that is privileged, and one that nobody could read a list of policies for."""
    container = {"securityContext": {"privileged": True}}
    await admin.create(
        deployment(namespace, "open", pod_spec("sleep 3600", container=container), replicas=2)
    )
    await admin.create(deployment(namespace, "idle", pod_spec("sleep 3600"), replicas=0))


async def grant(admin: Admin, namespace: str) -> None:
    """The account of the namespace's name may list workloads there, and nothing else."""
    metadata = {"name": "scan", "namespace": namespace}
    rules = [
        {"apiGroups": ["apps"], "resources": ["deployments", "replicasets"], "verbs": ["list"]},
        {"apiGroups": [""], "resources": ["pods"], "verbs": ["list"]},
    ]
    role = {"apiVersion": f"{RBAC}/v1", "kind": "Role", "metadata": metadata, "rules": rules}
    await admin.create(role)
    subject = {"kind": "ServiceAccount", "name": namespace, "namespace": namespace}
    named = {"apiGroup": RBAC, "kind": "Role", "name": "scan"}
    binding = role | {"kind": "RoleBinding", "roleRef": named, "subjects": [subject]}
    del binding["rules"]
    await admin.create(binding)


def told(report: Report) -> set[tuple[str, str]]:
    return {(each.check, each.object.name) for each in report.findings}


async def when_allowed(settings: Settings, ask: Ask) -> Report:
    """The API server learns of new rights a moment later."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                return await run(settings, ask)
            except AccessDenied:
                await asyncio.sleep(0.2)


async def test_what_is_planted_is_found_once_and_what_may_not_be_read_is_no_pass(
    admin: Admin, admin_settings: Settings, stranger: Settings, namespace: str
) -> None:
    await planted(admin, namespace)
    ask = Ask(namespace=namespace)
    with pytest.raises(AccessDenied, match="may list nothing"):
        await run(stranger, ask)
    full = await run(admin_settings, ask)
    assert ("KURE-POD-001", "open") in told(full)
    assert ("KURE-NET-001", namespace) in told(full)
    assert {each.object.kind for each in full.findings} >= {"Deployment", "Namespace"}
    assert not {each.object.kind for each in full.findings} & {"Pod", "ReplicaSet"}
    assert [each.what for each in full.unread] == ["Secret"]
    assert len({each.id for each in full.findings}) == len(full.findings)

    await grant(admin, namespace)
    few = await when_allowed(stranger, ask)
    assert ("KURE-POD-001", "open") in told(few)
    lacks = {each.check: each for each in few.not_evaluated}
    assert "NetworkPolicy" in lacks["KURE-NET-001"].missing
    assert not lacks["KURE-NET-001"].partly
    assert any("cannot list resource" in each.why for each in few.unread)
    assert {check for check, _ in told(full)} - {check for check, _ in told(few)} <= set(lacks)
