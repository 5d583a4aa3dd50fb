"""Making a mirror, and taking it back: the pod, and the NetworkPolicies that were made for it.

What is found by the mirror's id counts as made by Kure only where its signature is right.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from kure.contracts.mirroring import DeleteMirrorRequest, SweepRequest, Swept
from kure.domain import manifests
from kure.domain.mirrors.copying import Copy
from kure.domain.mirrors.names import EXPIRES, ID_LABEL, LABEL, TRUE, is_signed
from kure.errors import AccessDenied, Conflict, InvalidInput, KureError, NotFound
from kure.gathering.reads import PODS
from kure.ports import Cluster, Manifest, MirrorWriter

log = logging.getLogger("kure.mirrors")

POLICIES = "/apis/networking.k8s.io/v1/namespaces/{}/networkpolicies"
ALL_PODS = "/api/v1/pods"
ALL_POLICIES = "/apis/networking.k8s.io/v1/networkpolicies"

# How often it is looked whether a pod has gone: its node needs a second or two.
LOOK_SECONDS = 0.25


@dataclass(frozen=True)
class Making:
    """Mirrors of one cluster. `keys` are those that prove a signature."""

    cluster: Cluster
    writer: MirrorWriter
    keys: Callable[[], Sequence[bytes]]
    clock: Callable[[], datetime]

    async def find(self, namespace: str, mirror_id: str) -> Manifest | None:
        """The pod that was made for this mirror."""
        return next(iter(await self._ours(PODS.format(namespace), mirror_id)), None)

    async def make(self, copy: Copy, mirror_id: str) -> Manifest:
        """The policies first, so that the pod is never less restricted than its original. What is
        there already, of this very mirror, is taken for made. InvalidInput where the API server
        refuses; Conflict where a name is somebody else's."""
        namespace = manifests.namespace(copy.pod)
        for policy in copy.first:
            await self._create(POLICIES.format(namespace), policy, mirror_id)
        return await self._create(PODS.format(namespace), copy.pod, mirror_id)

    async def _create(self, path: str, obj: Manifest, mirror_id: str) -> Manifest:
        try:
            return await self.writer.create(path, obj)
        except Conflict:
            for found in await self._ours(path, mirror_id):
                if manifests.name(found) == manifests.name(obj):
                    return found
            raise

    async def unmake(self, request: DeleteMirrorRequest) -> None:
        """Delete the pod until it is gone, then the policies. Any error is raised; repeated, it
        goes on where it stopped."""
        path = PODS.format(request.namespace)
        while pods := await self._pods(request):
            for pod in pods:
                if not manifests.is_being_deleted(pod):
                    await self._delete(path, pod)
            await asyncio.sleep(LOOK_SECONDS)
        await self._unmake_policies(request.namespace, request.mirror_id)

    async def _pods(self, request: DeleteMirrorRequest) -> list[Manifest]:
        """Also the one that is known by its uid and has lost its labels."""
        found = await self._ours(PODS.format(request.namespace), request.mirror_id)
        known = {manifests.uid(pod) for pod in found}
        if request.uid and request.pod and request.uid not in known:
            try:
                pod = await self.cluster.get(f"{PODS.format(request.namespace)}/{request.pod}")
            except NotFound:
                return found
            if manifests.uid(pod) == request.uid:
                found.append(pod)
        return found

    async def _unmake_policies(self, namespace: str, mirror_id: str) -> None:
        path = POLICIES.format(namespace)
        for policy in await self._ours(path, mirror_id):
            await self._delete(path, policy)

    async def _delete(self, path: str, obj: Manifest) -> None:
        """What is gone by now, or another object, is left alone."""
        try:
            await self.writer.delete(f"{path}/{manifests.name(obj)}", manifests.uid(obj))
        except (NotFound, Conflict):
            return

    async def _ours(self, path: str, mirror_id: str) -> list[Manifest]:
        query = {"labelSelector": f"{ID_LABEL}={mirror_id}"}
        return [obj async for obj in self.cluster.list(path, query) if self._is_signed(obj)]

    def _is_signed(self, obj: Manifest) -> bool:
        return any(is_signed(obj, key) for key in self.keys())

    async def sweep(self, request: SweepRequest) -> Swept:
        """Delete what is over, here and now; what cannot be deleted is tried again in a minute."""
        query = {"labelSelector": f"{LABEL}={TRUE}"}
        pods = [pod async for pod in self.cluster.list(ALL_PODS, query)]
        over = [pod for pod in pods if self._is_over(pod, request.live)]
        deleted = [_called(pod) for pod in over if await self._swept(PODS, pod)]
        left = {manifests.labels(pod).get(ID_LABEL) for pod in pods}
        for policy in await self._policies(query):
            orphan = manifests.labels(policy).get(ID_LABEL) not in left
            if orphan and self._is_over(policy, {}):
                await self._swept(POLICIES, policy)
        return Swept(deleted=deleted, impostors=list(self._impostors(pods, request.live)))

    async def _policies(self, query: dict[str, str]) -> list[Manifest]:
        """None where the cluster does not know them, or they may not be listed everywhere: pods
        are what must not stay."""
        try:
            return [policy async for policy in self.cluster.list(ALL_POLICIES, query)]
        except (AccessDenied, NotFound):
            return []

    def _is_over(self, obj: Manifest, live: dict[str, datetime]) -> bool:
        """By all that is known of its end: a live one may have been extended a moment ago."""
        signed, known = self._is_signed(obj), live.get(manifests.uid(obj))
        if not signed and known is None:
            return False
        annotations = manifests.mapping(manifests.metadata(obj).get("annotations"))
        written = manifests.time_of(annotations.get(EXPIRES)) if signed else None
        ends = [time for time in (known, written) if time]
        return not ends or max(ends) < self.clock()

    def _impostors(self, pods: Sequence[Manifest], live: dict[str, datetime]) -> Iterator[str]:
        for pod in pods:
            if manifests.uid(pod) not in live and not self._is_signed(pod):
                log.warning("%s has the label of a mirror and is none", _called(pod))
                yield _called(pod)

    async def _swept(self, path: str, obj: Manifest) -> bool:
        try:
            await self._delete(path.format(manifests.namespace(obj)), obj)
        except KureError as error:
            log.warning("%s is over and could not be deleted: %s", _called(obj), error)
            return False
        log.info("%s was over and is deleted", _called(obj))
        return True


def refused(error: InvalidInput | Conflict) -> str:
    """Why a mirror was not made, where trying again would not help."""
    return f"The API server refuses the mirror: {error}"


def _called(obj: Manifest) -> str:
    return f"{manifests.namespace(obj)}/{manifests.name(obj)}"
