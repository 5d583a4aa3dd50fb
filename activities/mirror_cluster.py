"""Mirrors in one cluster: what one would be, making it, following it, deleting it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from temporalio import activity

from activities.heartbeats import heartbeating
from activities.mirror_capturing import Capturing
from activities.mirror_making import Making, refused
from activities.mirror_planning import Planning, unconfirmed
from activities.mirror_watching import Following
from activities.retries import retried_when_told
from kure.adapters.cluster.client import KubeCluster
from kure.contracts import mirroring as contract
from kure.contracts.mirroring import (
    Captured,
    CaptureRequest,
    DeleteMirrorRequest,
    Deployed,
    DeployRequest,
    ExtendMirrorRequest,
    Planned,
    PlanRequest,
    SweepRequest,
    Swept,
    Watched,
    WatchRequest,
    Wish,
)
from kure.contracts.mirrors import MirrorPlan
from kure.domain import manifests
from kure.domain.mirrors.copying import Copy
from kure.domain.mirrors.names import EXPIRES, mirror_name, written
from kure.domain.redact import Redactor
from kure.errors import Conflict, InvalidInput
from kure.gathering.reads import PODS
from kure.ports import Drafts, EvidenceStore, MirrorWriter


class MirrorClusterActivities(contract.MirrorClusterActivities):
    """Needs a cluster to read and the right to make mirrors in it. `keys` are the installation's:
    the first signs, each proves; `own_namespace` is where Kure runs, in which no mirror does. Where
    they are not `allowed` nothing is asked of the cluster; those that are there still end."""

    def __init__(
        self,
        cluster: KubeCluster,
        writer: MirrorWriter,
        store: EvidenceStore,
        redactor: Redactor,
        drafts: Drafts,
        keys: Callable[[], Sequence[bytes]],
        own_namespace: str,
        clock: Callable[[], datetime],
        *,
        allowed: bool = True,
    ) -> None:
        self._cluster = cluster
        self._writer = writer
        self._redactor = redactor
        self._drafts = drafts
        self._keys = keys
        self._own_namespace = own_namespace
        self._clock = clock
        self._allowed = allowed
        self._making = Making(cluster, writer, keys, clock)
        self._capturing = Capturing(cluster, store, redactor, clock)

    @property
    def _planning(self) -> Planning:
        return Planning(
            cluster=self._cluster,
            dry_runs=self._cluster,
            redactor=self._redactor,
            key=self._keys()[0],
            own_namespace=self._own_namespace,
            clock=self._clock,
        )

    @activity.defn
    async def plan_mirror(self, request: PlanRequest) -> Planned:
        """What a mirror would be; only what is too large to be sent is stored, for a moment."""
        if not self._allowed:
            return _sent(_switched_off(request))
        async with heartbeating(), retried_when_told():
            wish = await self._with_text(request.wish)
            found = await self._planning.plan(wish, request.mirror_id)
            if not found.manifest:
                return _sent(found.plan)
            kept = (request.incident_id, found.manifest, wish.by, self._clock())
            return _sent(found.plan, await self._drafts.keep(*kept))

    async def _with_text(self, wish: Wish) -> Wish:
        """As it was asked for, also where what was edited was too large to be sent."""
        if not wish.edited_id:
            return wish
        return wish.with_text(await self._drafts.read(wish.edited_id))

    @activity.defn
    async def deploy_mirror(self, request: DeployRequest) -> Deployed:
        """Plan again, from what is there now, and make it. One that was made before, by an attempt
        whose answer was lost, is found, whatever would be planned now."""
        if not self._allowed:
            return Deployed(plan=_switched_off(request))
        async with heartbeating(), retried_when_told():
            namespace = request.wish.workload.namespace
            found = await self._making.find(namespace, request.mirror_id)
            wish = await self._with_text(request.wish)
            planned = await self._planning.plan(wish, request.mirror_id)
            plan, copy = planned.plan, planned.copy
            if found is not None:
                plan = plan.model_copy(update={"refusals": [], "pod": manifests.name(found)})
                return _deployed(plan, found)
            if open_ := unconfirmed(request.wish, plan):
                plan = plan.model_copy(update={"refusals": [*plan.refusals, *open_]})
            if plan.refusals or copy is None:
                return Deployed(plan=plan)
            return await self._made(request, plan, copy)

    async def _made(self, request: DeployRequest, plan: MirrorPlan, copy: Copy) -> Deployed:
        try:
            return _deployed(plan, await self._making.make(copy, request.mirror_id))
        except (Conflict, InvalidInput) as error:
            said = self._redactor.text(refused(error))
            return Deployed(plan=plan.model_copy(update={"refusals": [said]}))

    @activity.defn
    async def watch_mirror(self, request: WatchRequest) -> Watched:
        """Until it has a verdict, or the one that it has is taken back, or `until`."""
        async with heartbeating():
            return await Following(self._cluster, request, self._clock).run()

    @activity.defn
    async def capture_mirror(self, request: CaptureRequest) -> Captured:
        """Rules read the live objects; what they say and what is kept is redacted here."""
        async with heartbeating(), retried_when_told():
            return await self._capturing.capture(request)

    @activity.defn
    async def extend_mirror(self, request: ExtendMirrorRequest) -> None:
        """The annotation is what a sweep goes by where nothing else is known."""
        path = f"{PODS.format(request.namespace)}/{request.pod}"
        async with heartbeating():
            ends = {EXPIRES: written(request.expires_at)}
            await self._writer.annotate(path, request.uid, ends)

    @activity.defn
    async def delete_mirror(self, request: DeleteMirrorRequest) -> None:
        """Ends only when the API server says that it is gone."""
        async with heartbeating():
            await self._making.unmake(request)

    @activity.defn
    async def sweep_mirrors(self, request: SweepRequest) -> Swept:
        """What is over and still there, whoever should have deleted it."""
        async with heartbeating():
            return await self._making.sweep(request)


def _sent(plan: MirrorPlan, manifest_id: str = "") -> Planned:
    return Planned(**dict(plan), manifest_id=manifest_id)


def _deployed(plan: MirrorPlan, pod: dict[str, object]) -> Deployed:
    return Deployed(plan=plan, uid=manifests.uid(pod), created_at=manifests.created_at(pod))


def _switched_off(request: PlanRequest | DeployRequest) -> MirrorPlan:
    wish = request.wish
    return MirrorPlan(
        namespace=wish.workload.namespace,
        pod=mirror_name(wish.named_after, UUID(request.mirror_id)),
        refusals=[
            "Mirrors are switched off for this cluster: start the demo with --allow-mirrors, or "
            "the worker without KURE_MIRRORS=false."
        ],
    )
