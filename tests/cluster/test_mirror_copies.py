"""Mirrors on a real cluster: the API server takes them, and nobody takes them for theirs."""

import asyncio
from typing import Any

import pytest

from kure.adapters.clock import utc_now
from kure.adapters.cluster.client import KubeCluster
from kure.domain import manifests
from kure.domain.diagnosis.fixes import template_of
from kure.domain.mirrors.copying import Choice, Copy, copy_of
from kure.domain.mirrors.names import ID_LABEL, is_signed
from kure.domain.mirrors.surroundings import Surroundings
from kure.domain.mirrors.verdict import Verdict, Word, judge
from kure.ids import new_id
from kure.ports import Manifest
from tests.cluster.kube import PATHS, Admin, deployment, job, pod, pod_spec

pytestmark = pytest.mark.cluster

PATIENCE = 90
KEY = b"k" * 32

# With which a pod is written that leaves nothing out which a mirror may not keep.
RICH: dict[str, Any] = {
    "hostname": "web",
    "subdomain": "web",
    "priorityClassName": "system-node-critical",
    "readinessGates": [{"conditionType": "example.com/lb"}],
    "schedulingGates": [{"name": "example.com/gate"}],
    "activeDeadlineSeconds": 86400,
    "automountServiceAccountToken": True,
    "volumes": [
        {"name": "data", "persistentVolumeClaim": {"claimName": "data"}},
        {"name": "old", "nfs": {"server": "10.0.0.9", "path": "/"}},
    ],
}


async def around(admin: Admin, namespace: str, *kinds: str) -> Surroundings:
    """What the tests make, read again; nothing else is there."""
    read = {kind: (await admin.read(PATHS[kind].format(namespace)))["items"] for kind in kinds}
    none: list[Manifest] = []
    return Surroundings(
        services=read.get("Service", none),
        replica_sets=none,
        stateful_sets=none,
        daemon_sets=none,
        jobs=none,
        pdbs=none,
        hpas=none,
        network_policies=read.get("NetworkPolicy", none),
        claims=none,
        priority_classes=none,
    )


def mirror_of(
    owner: Manifest, surroundings: Surroundings, original: Manifest | None = None
) -> Copy:
    template = template_of(owner)
    assert template is not None
    choice = Choice(new_id(), 300, utc_now())
    return copy_of(template.pod, original, owner, surroundings, choice, KEY)


async def judged(admin: Admin, mirror: Manifest, needs: float) -> Verdict:
    """The first verdict that is a word for people."""
    path = f"{PATHS['Pod'].format(manifests.namespace(mirror))}/{manifests.name(mirror)}"
    verdict: Verdict | None = None
    async with asyncio.timeout(PATIENCE):
        while verdict is None or verdict.word is Word.PENDING:
            if verdict:
                await asyncio.sleep(0.2)
            found = await admin.read(path)
            verdict = judge(found, needs, False, utc_now(), verdict, events=())
    return verdict


def owners_of(namespace: str, spec: dict[str, Any]) -> list[Manifest]:
    """One of each kind that has a template, with the same pod."""
    made = deployment(namespace, "web", spec)
    claim = {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": "1Gi"}},
    }
    claims = [{"metadata": {"name": "data"}, "spec": claim}]
    sets = [
        made | {"kind": "StatefulSet", "spec": made["spec"] | {"volumeClaimTemplates": claims}},
        made | {"kind": "DaemonSet", "spec": made["spec"]},
    ]
    of_job = job(namespace, "web", spec | {"restartPolicy": "Never"})
    return [made, *sets, of_job, pod(namespace, "web", spec)]


async def test_the_api_server_takes_the_mirror_of_every_kind_of_owner(
    admin: Admin, observer: KubeCluster, namespace: str
) -> None:
    ports = [{"containerPort": 80, "hostPort": 8080}]
    spec = pod_spec("sleep 600", container={"ports": ports}) | RICH
    surroundings = await around(admin, namespace)
    for owner in owners_of(namespace, spec):
        original = {"metadata": {"name": "web-1"}, "spec": {"nodeName": "node-1"}}
        copy = mirror_of(owner, surroundings, original)
        assert copy.refusals == ()
        await observer.dry_run_create(PATHS["Pod"].format(namespace), copy.pod)


async def test_the_mirror_of_a_pod_that_lives_leaves_out_what_the_cluster_wrote(
    admin: Admin, observer: KubeCluster, namespace: str
) -> None:
    spec = pod_spec("sleep 600", automountServiceAccountToken=True)
    live = await admin.create(pod(namespace, "debug", spec))
    copy = mirror_of(live, await around(admin, namespace), live)
    await observer.dry_run_create(PATHS["Pod"].format(namespace), copy.pod)
    assert "kube-api-access" in str(copy.pod)


async def test_nobody_adopts_a_mirror_or_sends_it_traffic(admin: Admin, namespace: str) -> None:
    owner = await admin.create(deployment(namespace, "web", pod_spec("sleep 600")))
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"namespace": namespace, "name": "web"},
        "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]},
    }
    policy = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"namespace": namespace, "name": "web"},
        "spec": {"podSelector": {"matchLabels": {"app": "web"}}, "policyTypes": ["Ingress"]},
    }
    for obj in (service, policy):
        await admin.create(obj)
    copy = mirror_of(owner, await around(admin, namespace, "Service", "NetworkPolicy"))
    assert "Service web does not route to the mirror" in copy.warnings
    made = [await admin.create(obj) for obj in (*copy.first, copy.pod)]
    assert all(is_signed(obj, KEY) for obj in made)
    assert made[0]["spec"]["podSelector"]["matchLabels"] == {
        ID_LABEL: manifests.labels(made[1])[ID_LABEL]
    }
    verdict = await judged(admin, made[1], needs=2)
    assert (verdict.word, verdict.failures) == (Word.PASSED, ())
    live = await admin.read(f"{PATHS['Pod'].format(namespace)}/{manifests.name(made[1])}")
    assert "ownerReferences" not in live["metadata"]
    assert set(manifests.labels(live)) == set(manifests.labels(copy.pod))
    endpoints = await admin.read(f"/api/v1/namespaces/{namespace}/endpoints/web")
    assert manifests.name(live) not in str(endpoints)


async def test_a_mirror_that_crashes_fails(admin: Admin, namespace: str) -> None:
    owner = deployment(namespace, "web", pod_spec("exit 3"))
    made = await admin.create(mirror_of(owner, await around(admin, namespace)).pod)
    verdict = await judged(admin, made, needs=30)
    assert verdict.word is Word.FAILED
    assert verdict.text.endswith("exit code 3")
    assert verdict.final
