"""A real cluster, a namespace of the test's own on it, and Kure's accounts, with their rights."""

import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from kure.adapters.cluster.client import KubeCluster, connect
from kure.adapters.cluster.credentials import Access, read_access
from kure.settings import Settings
from tests.cluster.accounts import Account, apply_rights, sign_in
from tests.cluster.gateway_api import install
from tests.cluster.kube import PATHS, Admin

# The runtime of the cluster's node, where it is on this machine: an image can be given to it.
CONTAINERD = Path(os.environ.get("KURE_TEST_CONTAINERD", "/run/testcluster-containerd.sock"))

collect_ignore = [] if CONTAINERD.exists() else ["test_daemonset.py"]


@pytest.fixture(scope="session")
def admin_settings() -> Settings:
    """What the tests themselves sign in with; nothing of Kure may."""
    return Settings(kubeconfig=Path(os.environ["KUBECONFIG"]))


@pytest.fixture(scope="session")
async def admin_access(admin_settings: Settings) -> Access:
    return await read_access(admin_settings)


@pytest.fixture(scope="session")
async def admin(admin_access: Access) -> AsyncIterator[Admin]:
    made = Admin(admin_access)
    yield made
    await made.aclose()


@asynccontextmanager
async def temporary_namespace(admin: Admin) -> AsyncIterator[str]:
    """An empty namespace, removed afterwards."""
    name = f"kure-test-{secrets.token_hex(4)}"
    await admin.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    await admin.when_there(PATHS["ServiceAccount"].format(name) + "/default")
    yield name
    await admin.delete(f"{PATHS['Namespace']}/{name}")


@pytest.fixture
async def namespace(admin: Admin) -> AsyncIterator[str]:
    async with temporary_namespace(admin) as name:
        yield name


@pytest.fixture
async def stranger(admin: Admin, admin_access: Access, namespace: str, tmp_path: Path) -> Settings:
    """An account without any right, of the namespace's name."""
    metadata = {"name": namespace, "namespace": namespace}
    await admin.create({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata})
    kubeconfig = await sign_in(admin, admin_access, namespace, tmp_path, namespace)
    return Settings(kubeconfig=kubeconfig, data_dir=tmp_path)


@pytest.fixture(scope="session")
async def accounts(
    admin: Admin, admin_access: Access, tmp_path_factory: pytest.TempPathFactory
) -> dict[Account, Path]:
    """A kubeconfig for each of Kure's accounts, with the rights of infra/rbac."""
    await apply_rights(admin)
    await install(admin)
    folder = tmp_path_factory.mktemp("accounts")
    return {account: await sign_in(admin, admin_access, account, folder) for account in Account}


@pytest.fixture
def reader(accounts: dict[Account, Path], tmp_path: Path) -> Settings:
    """The agent's account."""
    return Settings(kubeconfig=accounts[Account.AGENT], data_dir=tmp_path)


@pytest.fixture
async def cluster(reader: Settings) -> AsyncIterator[KubeCluster]:
    """The cluster as the agent may see it."""
    async with connect(reader) as connected:
        yield connected


@pytest.fixture
async def worker_cluster(
    accounts: dict[Account, Path], tmp_path: Path
) -> AsyncIterator[KubeCluster]:
    """The cluster as a worker may see it."""
    settings = Settings(kubeconfig=accounts[Account.WORKER], data_dir=tmp_path)
    async with connect(settings) as connected:
        yield connected


@pytest.fixture
async def observer(admin_settings: Settings) -> AsyncIterator[KubeCluster]:
    """The cluster as the test itself sees it, who waits for what Kure's accounts may not watch."""
    async with connect(admin_settings) as connected:
        yield connected
