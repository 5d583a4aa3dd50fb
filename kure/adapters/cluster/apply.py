"""What Kure writes into a cluster: mirrors, and NetworkPolicies for them. Nothing else writes."""

from kure.adapters.cluster.client import KubeCluster
from kure.adapters.cluster.problems import written
from kure.domain import manifests
from kure.domain.mirrors.names import LABEL, TRUE
from kure.errors import InvalidInput
from kure.ports import Manifest

# As `kubectl delete --now`: without any time, the API server forgets a pod that still runs.
GRACE_SECONDS = 1


class MirrorWriter:
    """Keeps the promise of kure.ports.MirrorWriter."""

    def __init__(self, cluster: KubeCluster) -> None:
        self._cluster = cluster

    async def create(self, path: str, obj: Manifest) -> Manifest:
        """Make an object that says that it is of a mirror, and no other."""
        if manifests.labels(obj).get(LABEL) != TRUE:
            raise InvalidInput(f"Cannot create {path}: only mirrors are made, and this is none.")
        return await self._cluster.send("POST", path, obj, explain=written)

    async def delete(self, path: str, uid: str) -> None:
        """https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/delete-options/"""
        options = {
            "apiVersion": "v1",
            "kind": "DeleteOptions",
            "gracePeriodSeconds": GRACE_SECONDS,
            "preconditions": {"uid": uid},
        }
        await self._cluster.send("DELETE", path, options, explain=written)

    async def annotate(self, path: str, uid: str, annotations: dict[str, str]) -> None:
        """A patch that names a uid is one of that object: of another one it is a conflict."""
        change = {"metadata": {"uid": uid, "annotations": annotations}}
        await self._cluster.send("PATCH", path, change, explain=written)
