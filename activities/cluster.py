"""Reads of one cluster: gather what explains a failure, confirm that a workload is well again."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.confirming import Confirming
from activities.evidence import evidence_of, shown
from activities.gathering import Gathering
from activities.reads import Reads
from kure.contracts import activities as contract
from kure.contracts.activities import ConfirmRequest, Gathered, GatherRequest, Recovery
from kure.domain.diagnosis.diagnose import diagnose
from kure.domain.diagnosis.facts import Facts
from kure.domain.diagnosis.model import Diagnosis, fitted, redacted
from kure.domain.failures.model import Graces
from kure.domain.redact import Redactor
from kure.errors import ClusterUnavailable
from kure.ports import Cluster, EvidenceStore, NewEvidence

HEARTBEAT_SECONDS = 2.0

# A payload stays under 64 KiB, with room for the ids and for what JSON escapes twice.
MOST_DIAGNOSIS_BYTES = 40 * 1024


class ClusterActivities(contract.ClusterActivities):
    """Needs a cluster to read and a place for evidence; changes nothing in the cluster."""

    def __init__(
        self,
        cluster: Cluster,
        store: EvidenceStore,
        redactor: Redactor,
        clock: Callable[[], datetime],
        graces: Graces,
    ) -> None:
        self._cluster = cluster
        self._store = store
        self._redactor = redactor
        self._clock = clock
        self._graces = graces

    @activity.defn
    async def gather(self, request: GatherRequest) -> Gathered:
        """Read the failing pods and what belongs to them, diagnose, keep the evidence.

        Rules read the live objects; what they say and what is kept is redacted here. A repeated
        attempt keeps no evidence twice.
        """
        async with _heartbeating(), _retried_when_told():
            reads = Reads(self._cluster)
            facts = await Gathering(reads, request, self._graces, self._clock()).run()
            # Beside the event loop: redacting a long log takes longer than a heartbeat may.
            diagnosis, items = await asyncio.to_thread(self._told, request, facts)
            ids = await self._store.save(request.incident_id, items, self._clock())
        return Gathered(diagnosis=diagnosis, evidence_ids=ids)

    def _told(self, request: GatherRequest, facts: Facts) -> tuple[Diagnosis, list[NewEvidence]]:
        redactor = self._redactor
        read = [found.object for found in facts.all]
        for manifest in (*read, *filter(None, [facts.owner])):
            redactor = redactor.with_secrets_of(manifest)
        facts = shown(facts, redactor)
        diagnosis = fitted(redacted(diagnose(facts), redactor), MOST_DIAGNOSIS_BYTES)
        return diagnosis, evidence_of(request, facts, redactor)

    @activity.defn
    async def confirm_recovered(self, request: ConfirmRequest) -> Recovery:
        """Read the workload and its pods, and say whether it is well, gone or stopped."""
        now = self._clock()
        async with _heartbeating(), _retried_when_told():
            look = Confirming(Reads(self._cluster), request, self._graces, now)
            judgement = await look.judgement()
        return Recovery(
            resolution=judgement.resolution,
            text=judgement.text,
            look_again_seconds=judgement.look_again_seconds,
        )


@asynccontextmanager
async def _heartbeating() -> AsyncIterator[None]:
    """Heartbeats at once and every two seconds: a worker that was killed is noticed by their
    absence."""

    async def beat() -> None:
        while True:
            activity.heartbeat()
            await asyncio.sleep(HEARTBEAT_SECONDS)

    beating = asyncio.create_task(beat())
    try:
        yield
    finally:
        beating.cancel()
        with suppress(asyncio.CancelledError):
            await beating


@asynccontextmanager
async def _retried_when_told() -> AsyncIterator[None]:
    """A cluster that does not answer is asked again when it says so (429 and 503)."""
    try:
        yield
    except ClusterUnavailable as error:
        raise ApplicationError(
            str(error),
            type=type(error).__name__,
            next_retry_delay=timedelta(seconds=error.retry_after_seconds),
        ) from error
