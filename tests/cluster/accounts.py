"""Kure's accounts on the real cluster: the rights of infra/rbac, and a kubeconfig for each account.

Every process of Kure that a test starts signs in with its own, so that a right that is missing is
missed here first.
"""

import asyncio
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import yaml

from kure.adapters.cluster.credentials import Access
from kure.ports import Manifest
from tests.cluster.kube import Admin

RBAC = Path(__file__).parents[2] / "infra" / "rbac"
NAMESPACE = "kure"
PATIENCE = 30


class Account(StrEnum):
    """Whose processes sign in; the names of their ServiceAccounts."""

    AGENT = "kure-agent"
    WORKER = "kure-worker"
    BACKEND = "kure-backend"


# One right of each account: once it is there, so are its role and its binding.
KNOWN_RIGHTS = {
    Account.AGENT: {"verb": "list", "resource": "pods"},
    Account.WORKER: {"verb": "list", "resource": "pods"},
    Account.BACKEND: {
        "verb": "create",
        "group": "authentication.k8s.io",
        "resource": "tokenreviews",
    },
}


def objects() -> Iterator[Manifest]:
    """Everything in infra/rbac, in the order in which it can be made."""
    kustomization = yaml.safe_load((RBAC / "kustomization.yaml").read_text())
    for name in kustomization["resources"]:
        yield from yaml.safe_load_all((RBAC / name).read_text())


def rights_of(rule: Manifest) -> Iterator[tuple[str, str, str]]:
    """(group, resource, verb) of a rule; of a path that is no resource the group is ''."""
    for verb in rule["verbs"]:
        for path in rule.get("nonResourceURLs", []):
            yield "", path, verb
        for group in rule.get("apiGroups", []):
            for resource in rule["resources"]:
                yield group, resource, verb


async def apply_rights(admin: Admin) -> None:
    """Bring the cluster's accounts to what infra/rbac says. Repeating it changes nothing, and it
    stays: other runs of the tests may be using it."""
    for obj in objects():
        await admin.apply(obj)
    for account, right in KNOWN_RIGHTS.items():
        await _when_allowed(admin, account, right)


async def allow_election(admin: Admin, namespace: str) -> None:
    """Let agents hold their election in a namespace of the test's own, as infra/rbac does in
    Kure's."""
    for obj in objects():
        if obj["kind"] in ("Role", "RoleBinding"):
            await admin.apply(obj | {"metadata": obj["metadata"] | {"namespace": namespace}})
    lease = {"group": "coordination.k8s.io", "resource": "leases", "name": "kure-agent"}
    for account in (Account.AGENT, Account.BACKEND):
        right = lease | {"verb": "get", "namespace": namespace}
        await _when_allowed(admin, account, right)


async def allow_mirrors(admin: Admin, namespace: str) -> None:
    """What an admin of the cluster does where fixes may be tried on mirrors."""
    subject = {"kind": "ServiceAccount", "name": str(Account.WORKER), "namespace": NAMESPACE}
    group = "rbac.authorization.k8s.io"
    role = {"apiGroup": group, "kind": "ClusterRole", "name": "kure-mirrors"}
    await admin.create(
        {
            "apiVersion": f"{group}/v1",
            "kind": "RoleBinding",
            "metadata": {"name": "kure-mirrors", "namespace": namespace},
            "roleRef": role,
            "subjects": [subject],
        }
    )
    right = {"verb": "create", "resource": "pods", "namespace": namespace}
    await _when_allowed(admin, Account.WORKER, right)


async def _when_allowed(admin: Admin, account: Account, right: dict[str, str]) -> None:
    """Wait until the API server acts on a right: it learns of new ones a moment later."""
    review = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SubjectAccessReview",
        "metadata": {},
        "spec": {
            "user": f"system:serviceaccount:{NAMESPACE}:{account}",
            "groups": ["system:serviceaccounts", f"system:serviceaccounts:{NAMESPACE}"],
            "resourceAttributes": right,
        },
    }
    async with asyncio.timeout(PATIENCE):
        while not (await admin.create(review))["status"]["allowed"]:
            await asyncio.sleep(0.05)


async def sign_in(
    admin: Admin,
    access: Access,
    account: str,
    folder: Path,
    namespace: str = NAMESPACE,
    server: str | None = None,
) -> Path:
    """A kubeconfig in the folder that signs in with a token of the account. `server` is the address
    to use instead of the API server's own, with what stands between: in the clear, or a cable."""
    plain = server is not None and server.startswith("http:")
    cluster = (
        {"server": server} if plain else _cluster(access) | {"server": server or access.server}
    )
    config = {
        "current-context": "test",
        "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test"}}],
        "clusters": [{"name": "test", "cluster": cluster}],
        "users": [{"name": "test", "user": {"token": await admin.token(namespace, account)}}],
    }
    path = folder / f"{account}.kubeconfig"
    path.write_text(yaml.safe_dump(config))
    path.chmod(0o600)
    return path


def _cluster(access: Access) -> Manifest:
    return {
        "server": access.server,
        "certificate-authority": access.tls.ca_file,
        "insecure-skip-tls-verify": not access.tls.verify,
    }
