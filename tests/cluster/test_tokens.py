"""Projected tokens and the Lease, as the real API server tells of them to the API's account."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from kure.adapters.cluster.tokens import OwnCluster, TokenOwner
from kure.errors import ClusterUnavailable
from kure.settings import Settings
from tests.cluster.accounts import Account
from tests.cluster.kube import PATHS, Admin, lease, pod, pod_spec

pytestmark = pytest.mark.cluster


@asynccontextmanager
async def own(settings: Settings) -> AsyncIterator[OwnCluster]:
    cluster = OwnCluster(settings)
    try:
        yield cluster
    finally:
        await cluster.aclose()


@pytest.fixture
async def backend(accounts: dict[Account, Path], tmp_path: Path) -> AsyncIterator[OwnCluster]:
    settings = Settings(kubeconfig=accounts[Account.BACKEND], data_dir=tmp_path)
    async with own(settings) as cluster:
        yield cluster


async def scheduled(admin: Admin, namespace: str) -> dict[str, Any]:
    """A pod that a node has taken."""
    await admin.create(pod(namespace, "agent-1", pod_spec("sleep 600")))
    path = PATHS["Pod"].format(namespace) + "/agent-1"
    async with asyncio.timeout(30):
        while not (found := await admin.read(path))["spec"].get("nodeName"):
            await asyncio.sleep(0.1)
    return found


async def test_the_api_server_says_whose_a_token_is(
    admin: Admin, namespace: str, backend: OwnCluster
) -> None:
    found = await scheduled(admin, namespace)
    bound_to = {
        "kind": "Pod",
        "apiVersion": "v1",
        "name": "agent-1",
        "uid": found["metadata"]["uid"],
    }

    async def token(**spec: Any) -> str:
        return await admin.token(namespace, "default", audiences=["kure"], **spec)

    user = f"system:serviceaccount:{namespace}:default"
    bound = await token(boundObjectRef=bound_to)
    expected = TokenOwner(user, "agent-1", found["spec"]["nodeName"])
    assert await backend.owner_of(bound, "kure") == expected
    assert await backend.owner_of(await token(), "kure") == TokenOwner(user, "", "")
    assert await backend.owner_of(bound, "another") is None
    assert await backend.owner_of(await admin.token(namespace, "default"), "kure") is None
    assert await backend.owner_of("a.b.c", "kure") is None
    await admin.delete(PATHS["Pod"].format(namespace) + "/agent-1")
    async with asyncio.timeout(30):
        while await backend.owner_of(bound, "kure") is not None:
            await asyncio.sleep(0.2)


async def test_the_lease_says_who_leads(
    admin: Admin, admin_settings: Settings, namespace: str
) -> None:
    async with own(admin_settings) as cluster:
        assert await cluster.lease_holder(namespace, "kure-agent") == ""
        await admin.create(lease(namespace, "agent-1"))
        assert await cluster.lease_holder(namespace, "kure-agent") == "agent-1"


async def test_without_the_right_nobody_is_refused_for_good(stranger: Settings) -> None:
    async with own(stranger) as cluster:
        with pytest.raises(ClusterUnavailable, match="tokenreviews"):
            await cluster.owner_of("a.b.c", "kure")
        with pytest.raises(ClusterUnavailable, match="leases"):
            await cluster.lease_holder("kure", "kure-agent")


async def test_a_cluster_that_no_setting_names_is_waited_for(tmp_path: Path) -> None:
    async with own(Settings(kubeconfig=tmp_path / "none", data_dir=tmp_path)) as cluster:
        with pytest.raises(ClusterUnavailable, match="no such file"):
            await cluster.owner_of("a.b.c", "kure")
