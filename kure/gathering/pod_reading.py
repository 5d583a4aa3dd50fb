"""Reading the failing pods of a workload: those that were reported, and those that a failing owner
has."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from kure.contracts.activities import PodRef
from kure.contracts.reports import ReportedFailure
from kure.domain import manifests
from kure.domain.capture import wanted_logs
from kure.domain.diagnosis.claims import still_shown
from kure.domain.diagnosis.facts import PREVIOUS, Log, PodFacts
from kure.domain.failures.detect import detect
from kure.domain.failures.ended import as_if_bare
from kure.domain.failures.model import Failure, Graces, Health
from kure.errors import KureError
from kure.gathering.claimed import claims, failures_of
from kure.gathering.reads import PODS, Reads, together
from kure.gathering.workload_pods import pods_of
from kure.ports import Manifest

# Of how many pods of a failing owner the events are read in search of one that fails.
MOST_ASKED = 6


@dataclass(frozen=True)
class PodReading:
    """The pods of one namespace, read through `reads`."""

    reads: Reads
    namespace: str
    graces: Graces
    now: datetime

    async def reported(self, ref: PodRef) -> PodFacts | None:
        """A report is a claim: the pod is read again, and its uid must be the one reported."""
        path = f"{PODS.format(self.namespace)}/{ref.name}"
        pod = await self.reads.same(path, ref)
        return None if pod is None else await self._facts(pod, ref)

    async def failing_of(self, owner: Manifest, most: int, but: Iterable[str]) -> list[PodFacts]:
        """At most so many pods of the owner that fail, without those of the names in `but`: they
        are why an owner fails."""
        pods = await self.reads.optional(pods_of(self.reads, owner)) or []
        pods = [pod for pod in pods if manifests.name(pod) not in but]
        suspects = [pod for pod in pods if self._may_fail(pod)][:MOST_ASKED]
        found: list[PodFacts] = []
        for pod in suspects:
            if len(found) == most:
                break
            ref = PodRef(uid=manifests.uid(pod), name=manifests.name(pod))
            facts = await self._facts(pod, ref, judged=as_if_bare(pod))
            if facts.failures:
                found.append(facts)
        return found

    async def alike(
        self,
        owner: Manifest,
        reported: Sequence[ReportedFailure],
        most: int,
        but: Iterable[str],
    ) -> list[PodFacts]:
        """At most so many pods of the owner, without those of the names in `but`, that show one of
        these failures, which were reported of pods that are gone. A pod that took the place of one
        shows it before it has lasted long enough to be reported itself."""
        pods = await self.reads.optional(pods_of(self.reads, owner)) or []
        found: list[PodFacts] = []
        for pod in [pod for pod in pods if manifests.name(pod) not in but][:MOST_ASKED]:
            ref = PodRef(uid=manifests.uid(pod), name=manifests.name(pod), failures=list(reported))
            if not any(still_shown(pod, claim) for claim in claims(ref)):
                continue
            facts = await self._facts(pod, ref, judged=as_if_bare(pod))
            if facts.failures and len(found) < most:
                found.append(facts)
        return found

    def _may_fail(self, pod: Manifest) -> bool:
        verdict = detect(as_if_bare(pod), None, self.now, self.graces)
        return verdict.health is Health.FAILING or verdict.wants_events

    async def _facts(self, pod: Manifest, ref: PodRef, judged: Manifest | None = None) -> PodFacts:
        """`judged` is the pod as it is judged, where that is not as it is."""
        judged = pod if judged is None else judged
        known = [*detect(judged, None, self.now, self.graces).failures, *claims(ref)]
        async with together() as group:
            events = group.create_task(self.reads.events(pod))
            logs = group.create_task(self._logs(pod, known))
        found = detect(judged, events.result(), self.now, self.graces)
        read = events.result() is not None or not found.wants_events
        return PodFacts(
            pod=pod,
            failures=failures_of(pod, found.failures, ref, all_read=read),
            events=events.result(),
            logs=tuple(logs.result()),
        )

    async def _logs(self, pod: Manifest, failures: Sequence[Failure]) -> list[Log]:
        async with together() as group:
            reads = [
                group.create_task(self._log(pod, container, stream))
                for container, stream in wanted_logs(pod, failures)
            ]
        return [read.result() for read in reads]

    async def _log(self, pod: Manifest, container: str, stream: str) -> Log:
        """Any error leaves this log out: a kubelet that is away makes the API server answer 502,
        and would hold up the diagnosis for as long as its node is lost."""
        namespace, name = manifests.namespace(pod), manifests.name(pod)
        previous = stream == PREVIOUS
        try:
            found = await self.reads.cluster.log(namespace, name, container, previous=previous)
        except KureError as error:
            return Log(container, stream, None, missing=str(error))
        return Log(container, stream, found.text, truncated=found.truncated)
