"""Reads of one cluster: gather what explains a failure, confirm that a workload is well again."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from temporalio import activity

from activities.confirming import Confirming
from activities.evidence import evidence_of
from activities.heartbeats import heartbeating
from activities.retries import retried_when_told
from kure.contracts import activities as contract
from kure.contracts.activities import ConfirmRequest, Gathered, GatherRequest, Recovery
from kure.domain.diagnosis.model import fitted
from kure.domain.failures.model import Graces
from kure.domain.redact import Redactor
from kure.gathering.gathering import Gathering
from kure.gathering.reads import Reads
from kure.gathering.telling import tell
from kure.ports import Cluster, DryRuns, EvidenceStore

# A payload stays under 64 KiB, with room for the ids and for what JSON escapes twice.
MOST_DIAGNOSIS_BYTES = 40 * 1024


class ClusterActivities(contract.ClusterActivities):
    """Needs a cluster to read and a place for evidence; changes nothing in the cluster. Patches are
    tried by `dry_runs`, where there are any."""

    def __init__(
        self,
        cluster: Cluster,
        store: EvidenceStore,
        redactor: Redactor,
        clock: Callable[[], datetime],
        graces: Graces,
        dry_runs: DryRuns | None = None,
    ) -> None:
        self._cluster = cluster
        self._store = store
        self._redactor = redactor
        self._clock = clock
        self._graces = graces
        self._dry_runs = dry_runs

    @activity.defn
    async def gather(self, request: GatherRequest) -> Gathered:
        """Read the failing pods and what belongs to them, diagnose, try the patches, keep the
        evidence.

        Rules read the live objects; what they say and what is kept is redacted here. A repeated
        attempt keeps no evidence twice.
        """
        async with heartbeating(), retried_when_told():
            reads = Reads(self._cluster)
            failing, now = request.pods, self._clock()
            facts = await Gathering(reads, request.workload, failing, self._graces, now).run()
            told = await tell(facts, self._redactor, self._dry_runs)
            diagnosis = await asyncio.to_thread(fitted, told.diagnosis, MOST_DIAGNOSIS_BYTES)
            items = await asyncio.to_thread(evidence_of, request.capture, told.facts, told.redactor)
            ids = await self._store.save(request.incident_id, items, self._clock())
        return Gathered(diagnosis=diagnosis, evidence_ids=ids)

    @activity.defn
    async def confirm_recovered(self, request: ConfirmRequest) -> Recovery:
        """Read the workload and its pods, and say whether it is well, gone or stopped."""
        now = self._clock()
        async with heartbeating(), retried_when_told():
            look = Confirming(Reads(self._cluster), request, self._graces, now)
            judgement = await look.judgement()
        return Recovery(
            resolution=judgement.resolution,
            text=judgement.text,
            look_again_seconds=judgement.look_again_seconds,
        )
