"""What a mirror shows: kept as evidence, and diagnosed as a pod of its patched owner, so that what
is proposed next changes the owner on top of what the mirror had already."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from activities.evidence import evidence_of_pods
from activities.mirror_reading import read_source
from kure.contracts.activities import PodRef
from kure.contracts.mirroring import Captured, CaptureRequest
from kure.domain import manifests
from kure.domain.diagnosis.facts import Facts
from kure.domain.diagnosis.fixes import Mismatch, Operation, applied
from kure.domain.diagnosis.model import Cause, Diagnosis, fitted
from kure.domain.mirrors.placeholders import resolved_operations
from kure.domain.mirrors.verdict import GRACES
from kure.domain.redact import Redactor
from kure.errors import Gone, InvalidInput
from kure.gathering.gathering import Gathering
from kure.gathering.reads import Reads, owner_path
from kure.gathering.telling import tell
from kure.ports import Cluster, EvidenceStore, LogText, Manifest

# A payload stays under 64 KiB, with room for the operations.
MOST_DIAGNOSIS_BYTES = 36 * 1024


@dataclass(frozen=True)
class Patched:
    """A cluster in which the owner is as the fix would make it; all else is as it is."""

    cluster: Cluster
    path: str | None
    operations: Sequence[Operation]
    redactor: Redactor

    async def get(self, path: str) -> Manifest:
        found = await self.cluster.get(path)
        if path != self.path:
            return found
        try:
            return applied(found, resolved_operations(found, self.operations, self.redactor))
        except (InvalidInput, Mismatch):
            return found  # it has changed since

    def list(self, path: str, query: dict[str, str] | None = None) -> AsyncIterator[Manifest]:
        return self.cluster.list(path, query)

    async def events(self, obj: Manifest) -> Sequence[Manifest]:
        return await self.cluster.events(obj)

    async def log(self, namespace: str, pod: str, container: str, *, previous: bool) -> LogText:
        return await self.cluster.log(namespace, pod, container, previous=previous)


@dataclass(frozen=True)
class Capturing:
    """Captures mirrors of one cluster."""

    cluster: Cluster
    store: EvidenceStore
    redactor: Redactor
    clock: Callable[[], datetime]

    async def capture(self, request: CaptureRequest) -> Captured:
        """A repeated attempt keeps no evidence twice."""
        workload = request.wish.workload
        path = owner_path(workload)
        view = Patched(self.cluster, path, request.wish.operations, self.redactor)
        ref = PodRef(uid=request.uid, name=request.pod)
        facts = await Gathering(Reads(view), workload, [ref], GRACES, self.clock()).run()
        told = await tell(_of_mirror(facts, request.pod), self.redactor, None)
        name = f"mirror/{request.mirror_id}/{request.moment}"
        items = await asyncio.to_thread(evidence_of_pods, name, told.facts, told.redactor)
        ids = await self.store.save(request.incident_id, list(items), self.clock())
        following = await self._next(request, told.diagnosis)
        return Captured(
            diagnosis=await asyncio.to_thread(fitted, told.diagnosis, MOST_DIAGNOSIS_BYTES),
            evidence_ids=ids,
            next_operations=_operations(following),
            next_title=following.title if following else "",
        )

    async def _next(self, request: CaptureRequest, diagnosis: Diagnosis) -> Cause | None:
        """The first cause whose patch can be tried in a mirror: it changes what the mirror is made
        of. An edited manifest is nobody's template: nothing can be laid on top of it."""
        wish = request.wish
        if wish.edited or not any(cause.patch for cause in diagnosis.causes):
            return None
        try:
            owner = (await read_source(self.cluster, wish)).owner
            patched = applied(owner, resolved_operations(owner, wish.operations, self.redactor))
        except (Gone, InvalidInput, Mismatch):
            return None
        return next((c for c in diagnosis.causes if _fits(c, patched, request.pod)), None)


def _of_mirror(facts: Facts, pod: str) -> Facts:
    """Without what is only said of a pod that Kure did not make itself."""
    said = (f"Pod/{pod} belongs to", f"Pod/{pod} does not fail")
    kept = tuple(line for line in facts.unavailable if not line.startswith(said))
    return replace(facts, unavailable=kept)


def _operations(cause: Cause | None) -> list[Operation]:
    return list(cause.patch.operations) if cause and cause.patch else []


def _fits(cause: Cause, patched: Manifest, pod: str) -> bool:
    """Whether the patch changes the owner as it was patched; a bare pod's is written for the
    mirror, which is like it."""
    patch = cause.patch
    if patch is None or patch.kind != patched.get("kind"):
        return False
    if patch.name not in (manifests.name(patched), pod if patch.kind == "Pod" else ""):
        return False
    try:
        return applied(patched, patch.operations) != patched
    except Mismatch:
        return False
