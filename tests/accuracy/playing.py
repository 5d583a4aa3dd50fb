"""Playing failing cases, asking Kure what it says of each, and trying the patch that it proposes.

The agent detects with its own account, the worker's account gathers and diagnoses; only who plays
the cases and applies the patches has every right.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from temporalio.testing import ActivityEnvironment

from activities.cluster import ClusterActivities
from kure.adapters.clock import utc_now
from kure.adapters.cluster.client import KubeCluster
from kure.contracts.activities import Gathered, GatherRequest, PodRef
from kure.domain.diagnosis.model import Diagnosis
from kure.domain.failures.model import Graces
from kure.domain.redact import Redactor
from kure.domain.workloads import Workload
from tests.accuracy.marking import (
    NO_ANSWER,
    NOTHING_TOLD,
    Expected,
    Mark,
    Reported,
    Told,
    Trial,
    expected_of,
    mark_causes,
    mark_reports,
    right_cause,
)
from tests.accuracy.patching import Patching
from tests.accuracy.recording import record
from tests.agent.recording_api import Told as Report
from tests.cluster.live.graces import SHORT
from tests.cluster.live.shorthand import Case
from tests.cluster.live.stage import Stage
from tests.fakes import FakeEvidenceStore
from workflows.looks import AGAIN_AFTER

# Cases that are played at the same time: their pods fit on the node, with room for others'.
AT_ONCE = 36

# A case says within how many seconds it is told on a node with little else to do.
BUSY = 6

# What fails a moment after the first report is diagnosed with it, as the worker does when it comes.
SETTLE_SECONDS = 6

# How many of what fails a worker is given.
MOST_REFS = 4

# Here the node also runs what patches made of other cases: what only starts late is no failure.
SECONDS = SHORT | {"starting": 40, "pulling": 45, "not_ready": 20}
GRACES = Graces(**{name: timedelta(seconds=seconds) for name, seconds in SECONDS.items()})


@dataclass
class Exam:
    """Plays cases on a stage. `worker` sees the cluster as a worker may."""

    stage: Stage
    worker: KubeCluster
    patching: Patching
    record_to: Path | None = None
    _room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def mark(self, case: Case, *, held_out: bool) -> Mark:
        """All of one case, from its namespace to what a patch made of it."""
        expected = expected_of(case.data)
        blank = Mark(
            case=case.id,
            family=expected.family,
            held_out=held_out,
            fixable=expected.fixable,
            rules=expected.rules,
            told=NOTHING_TOLD,
            answer=NO_ANSWER,
        )
        async with self._room:
            try:
                return await self._marked(case, expected, blank)
            except Exception as error:  # noqa: BLE001 - a rule that raises fails its own case only
                return replace(blank, told=_not_played(error))
            finally:
                await self.stage.hands.tear_down(case)

    async def _marked(self, case: Case, expected: Expected, blank: Mark) -> Mark:
        await self.stage.play(case)
        reports = await self._reports(case, expected)
        told = mark_reports(expected, [_reported(one) for one in reports])
        if not told.detected:
            return replace(blank, told=told)
        request = _request(case, expected, reports)
        diagnosis = await self._diagnosis(request)
        if self.record_to:
            await record(self.record_to, case.id, self.worker, request, GRACES)
        return replace(
            blank,
            told=told,
            answer=mark_causes(expected, diagnosis.causes),
            trial=await self._trial(case, expected, diagnosis),
            causes=tuple(f"{cause.rule} {cause.title}" for cause in diagnosis.causes),
        )

    async def _reports(self, case: Case, expected: Expected) -> list[Report]:
        """What is told of it, until a moment after the expected failure, or its time is over."""
        with suppress(TimeoutError):  # the mark says what was told instead
            await self.stage.told(case, list(expected.classes), expected.within * BUSY)
            await asyncio.sleep(SETTLE_SECONDS)
        return self.stage.failed(case)

    async def _diagnosis(self, request: GatherRequest) -> Diagnosis:
        """What is told in the end: what may tell more is looked at again, as in a run."""
        diagnosis = (await self._gathered(request)).diagnosis
        for wait in AGAIN_AFTER:
            if not diagnosis.may_change:
                break
            await asyncio.sleep(wait.total_seconds())
            diagnosis = (await self._gathered(request)).diagnosis
        return diagnosis

    async def _gathered(self, request: GatherRequest) -> Gathered:
        activities = ClusterActivities(
            cluster=self.worker,
            store=FakeEvidenceStore(),
            redactor=Redactor(b"k" * 32),
            clock=utc_now,
            graces=GRACES,
            dry_runs=self.worker,
        )
        return await ActivityEnvironment().run(activities.gather, request)

    async def _trial(self, case: Case, expected: Expected, diagnosis: Diagnosis) -> Trial:
        """Of the patch of the right cause; where it has none, of the first that is proposed."""
        right = right_cause(expected, diagnosis.causes)
        proposing = [cause for cause in (right, *diagnosis.causes) if cause and cause.patch]
        if not proposing:
            return Trial()
        return await self.patching.trial(case, expected, proposing[0])


def _not_played(error: Exception) -> Told:
    notes = " ".join(getattr(error, "__notes__", ()))
    return Told(False, False, (f"could not be played: {type(error).__name__} {error} {notes}",))


def _reported(report: Report) -> Reported:
    failures = report.body.get("failures", [])
    return Reported(
        classes=frozenset(report.classes),
        containers=frozenset(failure.get("container", "") for failure in failures),
        owner=_owner(report),
    )


def _owner(report: Report) -> tuple[str, str]:
    owner = report.body.get("owner") or {}
    return owner.get("kind", ""), owner.get("name", "")


def _request(case: Case, expected: Expected, reports: Sequence[Report]) -> GatherRequest:
    """What a worker is asked for the workload to blame; where nobody blames it, for the one that
    is."""
    owners = {_owner(one) for one in reports if {*one.classes} & expected.classes}
    kind, name = expected.owner if expected.owner in owners else min(owners)
    newest = {
        (one.body.get("kind", "Pod"), one.body["name"]): one.body
        for one in reports
        if _owner(one) == (kind, name)
    }
    refs = [
        PodRef(kind=of_kind, uid=body["uid"], name=named, failures=body["failures"])
        for (of_kind, named), body in newest.items()
    ]
    namespace = next(iter(newest.values())).get("namespace") or "_"
    workload = Workload("local", namespace, kind, name)
    return GatherRequest(
        incident_id=case.namespace, run_id="r", number=1, workload=workload, pods=refs[-MOST_REFS:]
    )
