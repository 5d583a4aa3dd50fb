"""Trying a pod on a recorded cluster: it answers as the API server does, and stores nothing."""

from typing import Any

import pytest

from kure.adapters.cluster.client import KubeCluster
from kure.errors import InvalidInput
from kure.ports import Manifest

PODS = "/api/v1/namespaces/shop/pods"


def pod(**spec: Any) -> Manifest:
    metadata = {"namespace": "shop", "generateName": "kure-check-"}
    spec = {"containers": [{"name": "app", "image": "web:1"}]} | spec
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


async def test_an_account_that_is_not_there_refuses_the_pod(cluster: KubeCluster) -> None:
    with pytest.raises(InvalidInput, match='serviceaccount "none" not found'):
        await cluster.dry_run_create(PODS, pod(serviceAccountName="none"))


async def test_a_pod_that_is_taken_is_not_there_afterwards(cluster: KubeCluster) -> None:
    await cluster.dry_run_create(PODS, pod())
    names = [item["metadata"]["name"] async for item in cluster.list(PODS)]
    assert not [name for name in names if name.startswith("kure-check-")]
