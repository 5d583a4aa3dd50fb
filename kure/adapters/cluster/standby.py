"""Waiting for a Lease that somebody else holds. It is watched, not polled: every node of a cluster
may have a candidate."""

import asyncio
from contextlib import aclosing

from kure.adapters.cluster.client import KubeCluster
from kure.adapters.cluster.watch import Deleted, Seen, Watch
from kure.domain import manifests


class Standby:
    """One candidate's wait for `namespace/lease`, which lasts `seconds` after each renewal."""

    def __init__(
        self, cluster: KubeCluster, namespace: str, lease: str, identity: str, seconds: float
    ) -> None:
        path = f"/apis/coordination.k8s.io/v1/namespaces/{namespace}/leases"
        self._watch = Watch(cluster, path, {"fieldSelector": f"metadata.name={lease}"})
        self._identity = identity
        self._seconds = seconds

    @property
    def problem(self) -> str | None:
        """Why the Lease cannot be watched, in plain words."""
        return self._watch.problem

    async def until_free(self) -> str | None:
        """The version of the Lease in which it may be taken: it was given back, is this
        candidate's own, or has not been renewed for as long as it lasts, by this machine's clock.
        None where there is no Lease, or for so long nothing could be learnt of it."""
        clock = asyncio.get_running_loop().time
        version, ends = None, clock() + self._seconds
        async with aclosing(self._watch.changes()) as changes:
            while True:
                try:
                    async with asyncio.timeout_at(ends):
                        change = await anext(changes)
                except TimeoutError:
                    return version
                if isinstance(change, Seen):
                    seen = manifests.resource_version(change.object)
                    if manifests.spec(change.object).get("holderIdentity") in self._open_to_us:
                        return seen
                    if seen != version:  # renewed
                        version, ends = seen, clock() + self._seconds
                elif isinstance(change, Deleted) or version is None:
                    return None

    @property
    def _open_to_us(self) -> tuple[str | None, ...]:
        return None, "", self._identity
