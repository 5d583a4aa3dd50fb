"""Reads of one cluster for a model: what it wishes to see, and whether its fix may be shown."""

from collections.abc import Callable
from datetime import datetime

from temporalio import activity

from activities.heartbeats import heartbeating
from activities.retries import retried_when_told
from kure.contracts import investigating as contract
from kure.contracts.investigating import FixChecked, FixRequest, Read, ReadRequest
from kure.domain.models.conversation import ToolCall
from kure.domain.models.showing.text import Shown
from kure.domain.models.tools import Refusal, checked
from kure.domain.redact import Redactor
from kure.investigating.checking import Checking
from kure.investigating.reading import WishReading
from kure.ports import Cluster, DryRuns, EvidenceStore, NewEvidence


class InvestigationClusterActivities(contract.InvestigationClusterActivities):
    """Needs a cluster to read and a place for evidence; changes nothing in the cluster. Pods of
    fixes are tried by `dry_runs`, where there are any."""

    def __init__(
        self,
        cluster: Cluster,
        store: EvidenceStore,
        redactor: Redactor,
        clock: Callable[[], datetime],
        dry_runs: DryRuns | None = None,
    ) -> None:
        self._cluster = cluster
        self._store = store
        self._redactor = redactor
        self._clock = clock
        self._dry_runs = dry_runs

    @activity.defn
    async def read_for_model(self, request: ReadRequest) -> Read:
        """Check the wish, read it, keep what is shown of it. A repeated attempt keeps nothing
        twice, and leads to what was kept first."""
        wish = request.wish
        call = ToolCall(wish.call_id, wish.tool, wish.arguments)
        granted = checked(call, request.workload)
        if isinstance(granted, Refusal):
            return Read(call_id=wish.call_id, refusal=granted.text)
        async with heartbeating(), retried_when_told():
            reading = WishReading(self._cluster, request.workload, self._redactor)
            shown = await reading.read(granted)
            if isinstance(shown, Refusal):
                return Read(call_id=wish.call_id, refusal=shown.text)
            kept = _evidence(request, shown)
            [evidence_id] = await self._store.save(request.incident_id, [kept], self._clock())
        return Read(call_id=wish.call_id, evidence_id=evidence_id)

    @activity.defn
    async def check_model_fix(self, request: FixRequest) -> FixChecked:
        """Check it on the live workload. A repeated attempt checks it anew."""
        async with heartbeating(), retried_when_told():
            checking = Checking(self._cluster, self._dry_runs, self._redactor)
            steps, classes = request.fix.operations, request.classes
            return await checking.check(request.workload, steps, classes)


def _evidence(request: ReadRequest, shown: Shown) -> NewEvidence:
    """One piece of evidence a wish: a capture of its own, so that it is stored once."""
    return NewEvidence(
        captured_by="worker",
        captured_for=f"{request.investigation_id}/{request.turn}/{request.wish.call_id}",
        kind="read",
        subject=shown.subject,
        text=shown.text,
        container=shown.container,
        stream=shown.stream,
        truncated=shown.truncated,
    )
