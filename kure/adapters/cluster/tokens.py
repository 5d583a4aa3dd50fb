"""What the API asks of its own cluster about agents: whose a projected token is, and who leads."""

import asyncio
from dataclasses import dataclass

from kure.adapters.cluster.client import KubeCluster
from kure.adapters.cluster.credentials import read_access
from kure.domain import manifests
from kure.errors import AccessDenied, ClusterUnavailable, Misconfigured, NotFound
from kure.ports import Manifest
from kure.settings import Settings

REVIEWS = "/apis/authentication.k8s.io/v1/tokenreviews"
LEASES = "/apis/coordination.k8s.io/v1/namespaces/{}/leases/{}"
SECONDS = 10.0

# https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#schema-for-service-account-private-claims
NODE = "authentication.kubernetes.io/node-name"
POD = "authentication.kubernetes.io/pod-name"


@dataclass(frozen=True)
class TokenOwner:
    """Who a token was given to. `pod` and `node` are '' for a token that is bound to no pod."""

    username: str
    pod: str
    node: str


class OwnCluster:
    """The cluster that the API's own settings lead to; connected when first asked.

    Every method raises ClusterUnavailable where no answer is to be had, whatever the cause: the
    caller can only try again, and what has to be mended is on this side.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._connecting = asyncio.Lock()
        self._cluster: KubeCluster | None = None

    async def aclose(self) -> None:
        """Close the connections, where there are any."""
        if self._cluster is not None:
            await self._cluster.aclose()

    async def owner_of(self, token: str, audience: str) -> TokenOwner | None:
        """Whose the token is; None where it is nobody's, or not for this audience."""
        spec = {"token": token, "audiences": [audience]}
        review = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "spec": spec}
        try:
            async with asyncio.timeout(SECONDS):
                answer = await (await self._connected()).create(REVIEWS, review)
        except (AccessDenied, NotFound, Misconfigured, TimeoutError) as error:
            raise ClusterUnavailable(f"Agents' tokens cannot be checked: {_why(error)}") from error
        return _owner(manifests.status(answer), audience)

    async def lease_holder(self, namespace: str, name: str) -> str:
        """Who holds a Lease; '' where nobody does, or where there is none."""
        try:
            async with asyncio.timeout(SECONDS):
                lease = await (await self._connected()).get(LEASES.format(namespace, name))
        except NotFound:
            return ""
        except (AccessDenied, Misconfigured, TimeoutError) as error:
            raise ClusterUnavailable(f"Who leads cannot be read: {_why(error)}") from error
        return manifests.text(manifests.spec(lease).get("holderIdentity"))

    async def _connected(self) -> KubeCluster:
        async with self._connecting:
            if self._cluster is None:
                self._cluster = KubeCluster(self._settings, await read_access(self._settings))
            return self._cluster


def _why(error: Exception) -> str:
    return str(error) or f"the API server has not answered in {SECONDS:.0f} s"


def _owner(status: Manifest, audience: str) -> TokenOwner | None:
    audiences = status.get("audiences")
    # A server that does not know audiences answers none: then the token may be for anybody.
    if not isinstance(audiences, list) or audience not in audiences:
        return None
    if status.get("authenticated") is not True:
        return None
    user = manifests.mapping(status.get("user"))
    extra = manifests.mapping(user.get("extra"))
    return TokenOwner(manifests.text(user.get("username")), _one(extra, POD), _one(extra, NODE))


def _one(extra: Manifest, key: str) -> str:
    values = extra.get(key)
    return manifests.text(values[0]) if isinstance(values, list) and len(values) == 1 else ""
