"""Reading whether a workload that failed is well again."""

from collections.abc import Iterable
from dataclasses import dataclass

from activities.gathering import owner_path, together
from kure.contracts.activities import ConfirmRequest
from kure.domain import manifests, owners
from kure.domain.diagnosis.placement import selector_text
from kure.errors import NotFound
from kure.ports import Cluster, Manifest

PODS = "/api/v1/namespaces/{}/pods"
REPLICA_SETS = "/apis/apps/v1/namespaces/{}/replicasets"

# These say themselves whether they are done; their pods add nothing.
SAY_THEMSELVES = ("Job", "CronJob")


@dataclass(frozen=True)
class Confirming:
    """One look at a workload. AccessDenied and ClusterUnavailable are raised: without the owner or
    its pods nothing can be said."""

    cluster: Cluster
    request: ConfirmRequest

    async def run(self) -> tuple[Manifest | None, list[Manifest]]:
        """The owner, None where it is gone or never read, and its pods that exist."""
        path = owner_path(self.request.workload)
        if path is None:
            return None, await self._pods_by_name_or_owner()
        owner = await self._get(path)
        if owner is None or self.request.workload.kind in SAY_THEMSELVES:
            return owner, []
        return owner, await self._selected_pods(owner)

    async def _get(self, path: str) -> Manifest | None:
        try:
            return await self.cluster.get(path)
        except NotFound:
            return None

    async def _selected_pods(self, owner: Manifest) -> list[Manifest]:
        """Those that the owner's selector finds and that it controls: selectors may overlap."""
        query = {"labelSelector": selector_text(manifests.spec(owner).get("selector"))}
        async with together() as group:
            pods = group.create_task(self._list(PODS, query))
            replica_sets = None
            if owner.get("kind") == "Deployment":
                replica_sets = group.create_task(self._list(REPLICA_SETS, query))
        controllers = {manifests.uid(owner)}
        if replica_sets is not None:
            controllers = {
                manifests.uid(found) for found in _controlled(replica_sets.result(), controllers)
            }
        return _controlled(pods.result(), controllers)

    async def _pods_by_name_or_owner(self) -> list[Manifest]:
        """A bare pod by its name; else every pod of the namespace that belongs to the workload: one
        of a group made from a generateName, or of an owner of a kind that is not read."""
        workload = self.request.workload
        names = {ref.name for ref in self.request.pods} or {workload.name}
        if workload.kind == "Pod" and names == {workload.name}:
            pod = await self._get(f"{PODS.format(workload.namespace)}/{workload.name}")
            return [pod] if pod else []
        found = await self._list(PODS, None)
        return [
            pod for pod in found if owners.workload_from_manifest(workload.cluster, pod) == workload
        ]

    async def _list(self, path: str, query: dict[str, str] | None) -> list[Manifest]:
        place = path.format(self.request.workload.namespace)
        return [found async for found in self.cluster.list(place, query)]


def _controlled(found: Iterable[Manifest], controllers: set[str]) -> list[Manifest]:
    return [
        obj
        for obj in found
        if (owner := owners.controller(obj)) is not None and owner.uid in controllers
    ]
