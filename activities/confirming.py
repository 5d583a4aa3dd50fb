"""Reading whether a workload that failed is well again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kure.contracts.activities import ConfirmRequest
from kure.domain import owners
from kure.domain.failures.around import Around
from kure.domain.failures.detect import detect
from kure.domain.failures.model import Graces, Health
from kure.domain.recovery import Judgement, PodSeen, judge
from kure.errors import AccessDenied, NotFound
from kure.gathering.reads import PODS, Reads, owner_path, workload_kind
from kure.gathering.workload_pods import pods_of
from kure.ports import Manifest

# The others say themselves whether they are well or done; pods would add nothing.
HAVE_PODS = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet")


@dataclass(frozen=True)
class Confirming:
    """One look at a workload. AccessDenied and ClusterUnavailable are raised: without the owner or
    its pods nothing can be said."""

    reads: Reads
    request: ConfirmRequest
    graces: Graces
    now: datetime

    async def judgement(self) -> Judgement:
        """What is to be said of the workload, by all that decides it."""
        path = owner_path(self.request.workload)
        if path is None:
            return self._judge(None, await self._seen(await self._pods_by_name_or_owner()))
        owner = await self._get(path)
        if owner is None:
            return self._judge(None, ())
        has_pods = self.request.workload.kind in HAVE_PODS
        pods = await pods_of(self.reads, owner) if has_pods else []
        return self._judge(owner, await self._seen(pods), await self._around(owner))

    def _judge(
        self, owner: Manifest | None, pods: Sequence[PodSeen], around: Around | None = None
    ) -> Judgement:
        return judge(
            self.request.workload,
            owner,
            pods,
            self.now,
            self.request.since,
            around=around,
            classes={claim.failure_class for ref in self.request.pods for claim in ref.failures},
            graces=self.graces,
        )

    async def _get(self, path: str) -> Manifest | None:
        try:
            return await self.reads.cluster.get(path)
        except NotFound:
            return None

    async def _around(self, owner: Manifest) -> Around | None:
        """Without all of it a rule might say nothing, which would be taken for health."""
        kind = workload_kind(self.request.workload)
        if kind is None:
            return None
        around = await self.reads.around(kind, owner)
        if self.reads.unavailable:
            raise AccessDenied(" ".join(dict.fromkeys(self.reads.unavailable)))
        return around

    async def _seen(self, pods: Sequence[Manifest]) -> list[PodSeen]:
        """What `detect` says of each. Events are read only as long as they decide: where one pod
        is not well, the others' events change nothing."""
        seen = [PodSeen(pod, detect(pod, None, self.now, self.graces)) for pod in pods]
        if any(found.verdict.health is Health.FAILING for found in seen):
            return seen
        for place, found in enumerate(seen):
            if found.verdict.wants_events:
                events = await self.reads.events(found.pod)
                verdict = detect(found.pod, events, self.now, self.graces)
                seen[place] = PodSeen(found.pod, verdict)
                if verdict.health is Health.FAILING:
                    break
        return seen

    async def _pods_by_name_or_owner(self) -> list[Manifest]:
        """A bare pod by its name; else every pod of the namespace that belongs to the workload: one
        of a group made from a generateName, or of an owner of a kind that is not read."""
        workload = self.request.workload
        names = {ref.name for ref in self.request.pods} or {workload.name}
        if workload.kind == "Pod" and names == {workload.name}:
            pod = await self._get(f"{PODS.format(workload.namespace)}/{workload.name}")
            return [pod] if pod else []
        found = await self.reads.all_of(PODS.format(workload.namespace))
        return [
            pod for pod in found if owners.workload_from_manifest(workload.cluster, pod) == workload
        ]
