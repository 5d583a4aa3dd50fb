"""Policies of Cilium and Istio that select a mirror's original, read with the worker's own
rights."""

import pytest

from kure.ports import Manifest
from tests.cluster.kube import deployment, pod_spec
from tests.cluster.other_policies import install
from tests.cluster.test_mirrors import Mirrors, mirrors, worker

__all__ = ["mirrors", "worker"]

pytestmark = pytest.mark.cluster

CILIUM = "/apis/cilium.io/v2/namespaces/{}/ciliumnetworkpolicies"
ISTIO = "/apis/security.istio.io/v1/namespaces/{}/authorizationpolicies"


async def test_what_restricts_the_original_alone_is_said_before_a_mirror_runs(
    mirrors: Mirrors,
) -> None:
    admin, namespace = mirrors.admin, mirrors.namespace
    await install(admin)
    await admin.create(deployment(namespace, "cart", pod_spec("sleep 60")))
    assert (await mirrors.plan(mirrors.wish("cart"))).refusals == []

    guard = policy("security.istio.io/v1", "AuthorizationPolicy", "guard", namespace)
    guard["spec"] = {"selector": {"matchLabels": {"app": "cart"}}, "action": "DENY"}
    await admin.put(ISTIO.format(namespace), guard)
    plan = await mirrors.plan(mirrors.wish("cart"))
    assert plan.refusals == []
    assert [text for text in plan.confirmations if "AuthorizationPolicy guard" in text]

    fence = policy("cilium.io/v2", "CiliumNetworkPolicy", "fence", namespace)
    fence["spec"] = {"endpointSelector": {"matchLabels": {"k8s:app": "cart"}}, "egress": [{}]}
    await admin.put(CILIUM.format(namespace), fence)
    plan = await mirrors.plan(mirrors.wish("cart"))
    assert [text for text in plan.refusals if "CiliumNetworkPolicy fence" in text]
    plan = await mirrors.plan(mirrors.wish("cart", no_network=True))
    assert (plan.refusals, plan.confirmations) == ([], [])
    assert [text for text in plan.warnings if "CiliumNetworkPolicy fence" in text]


def policy(version: str, kind: str, name: str, namespace: str) -> Manifest:
    metadata = {"namespace": namespace, "name": name}
    return {"apiVersion": version, "kind": kind, "metadata": metadata}
