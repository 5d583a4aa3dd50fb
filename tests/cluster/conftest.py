"""A real cluster, a namespace of the test's own on it, and an account that may only read."""

import os
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import yaml

from kure.adapters.cluster.client import KubeCluster, connect
from kure.adapters.cluster.credentials import Access, read_access
from kure.settings import Settings
from tests.cluster.kube import PATHS, Admin

# What the agent and the workers read. Nothing here writes.
READS = [
    {"apiGroups": [""], "resources": ["pods", "pods/log", "events", "nodes"]},
    {"apiGroups": ["apps"], "resources": ["replicasets", "deployments"]},
    {"apiGroups": ["batch"], "resources": ["jobs"]},
]


@pytest.fixture(scope="session")
async def admin_access() -> Access:
    return await read_access(Settings(kubeconfig=Path(os.environ["KUBECONFIG"])))


@pytest.fixture(scope="session")
async def admin(admin_access: Access) -> AsyncIterator[Admin]:
    made = Admin(admin_access)
    yield made
    await made.aclose()


@pytest.fixture
async def namespace(admin: Admin) -> AsyncIterator[str]:
    """An empty namespace, removed afterwards."""
    name = f"kure-test-{secrets.token_hex(4)}"
    await admin.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    await admin.when_there(PATHS["ServiceAccount"].format(name) + "/default")
    yield name
    await admin.delete(f"{PATHS['Namespace']}/{name}")


async def account(admin: Admin, access: Access, name: str, folder: Path) -> Settings:
    """Settings that sign in with the token of a service account."""
    metadata = {"name": name, "namespace": name}
    await admin.create({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata})
    cluster = {
        "server": access.server,
        "certificate-authority": access.tls.ca_file,
        "insecure-skip-tls-verify": not access.tls.verify,
    }
    config = {
        "current-context": "test",
        "contexts": [{"name": "test", "context": {"cluster": "test", "user": "reader"}}],
        "clusters": [{"name": "test", "cluster": cluster}],
        "users": [{"name": "reader", "user": {"token": await admin.token(name, name)}}],
    }
    (folder / "kubeconfig").write_text(yaml.safe_dump(config))
    return Settings(kubeconfig=folder / "kubeconfig", data_dir=folder)


@pytest.fixture
async def stranger(admin: Admin, admin_access: Access, namespace: str, tmp_path: Path) -> Settings:
    """An account without any right."""
    return await account(admin, admin_access, namespace, tmp_path)


@pytest.fixture
async def reader(admin: Admin, stranger: Settings, namespace: str) -> AsyncIterator[Settings]:
    """An account that may read what Kure reads."""
    group = "rbac.authorization.k8s.io"
    named = {"apiVersion": f"{group}/v1", "metadata": {"name": namespace}}
    rules = [rule | {"verbs": ["get", "list", "watch"]} for rule in READS]
    await admin.create(named | {"kind": "ClusterRole", "rules": rules})
    subject = {"kind": "ServiceAccount", "name": namespace, "namespace": namespace}
    role = {"apiGroup": group, "kind": "ClusterRole", "name": namespace}
    await admin.create(
        named | {"kind": "ClusterRoleBinding", "subjects": [subject], "roleRef": role}
    )
    yield stranger
    await admin.delete(f"{PATHS['ClusterRoleBinding']}/{namespace}")
    await admin.delete(f"{PATHS['ClusterRole']}/{namespace}")


@pytest.fixture
async def cluster(reader: Settings) -> AsyncIterator[KubeCluster]:
    """The cluster, seen by an account that may only read."""
    async with connect(reader) as connected:
        yield connected
