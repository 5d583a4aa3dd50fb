"""One diagnosis of a cluster or a dump, as a command asks for it: find what fails, gather, name the
causes, redact. Only reads, but for dry runs where they are asked for."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kure.contracts.incidents import CauseView
from kure.diagnosing.report import Finding, Report, Source, WorkloadView
from kure.diagnosing.search import Failing, Lister, Search
from kure.diagnosing.subject import Subject
from kure.domain.diagnosis.model import Severity
from kure.domain.failures.model import Graces
from kure.domain.redact import Redactor
from kure.errors import InvalidInput, KureError, NotFound
from kure.gathering.gathering import Gathering
from kure.gathering.reads import Reads, together
from kure.gathering.telling import tell
from kure.ports import Cluster, DryRuns

# How many workloads are looked into at a time.
AT_ONCE = 8

ORDER = list(Severity)


@dataclass(frozen=True)
class Order:
    """What is to be looked at: one object, or a namespace, '' for `everything`."""

    subject: Subject | None = None
    namespace: str = ""
    everything: str = "all namespaces"

    @property
    def scope(self) -> str:
        if self.subject is not None:
            return str(self.subject)
        return f"namespace {self.namespace}" if self.namespace else self.everything


@dataclass(frozen=True)
class Diagnosing:
    """`parts` as for `Search`; `redactor` hides secrets in all that is told."""

    cluster: Cluster
    source: Source
    graces: Graces
    redactor: Redactor
    parts: Lister | None = None
    dry_runs: DryRuns | None = None

    async def run(self, order: Order, now: datetime) -> Report:
        """Raises InvalidInput where the object is not there, and where the cluster cannot be read
        its KureError."""
        reads = Reads(self.cluster)
        search = Search(reads, self.graces, now, self.parts)
        failing = await self._search(search, order)
        turns = asyncio.Semaphore(AT_ONCE)
        async with together() as group:
            tasks = [group.create_task(self._finding(one, now, turns)) for one in failing]
        findings, missing = [], list(reads.unavailable)
        for task in tasks:
            found = task.result()
            if isinstance(found, Finding):
                findings.append(found)
            else:
                missing += found
        return Report(
            source=self.source,
            at=now,
            scope=order.scope,
            looked_at=dict(search.looked_at),
            findings=sorted(findings, key=_urgency),
            unavailable=[self.redactor.text(line) for line in dict.fromkeys(missing)],
        )

    async def _search(self, search: Search, order: Order) -> list[Failing]:
        if order.subject is None:
            return await search.everywhere(order.namespace)
        try:
            return await search.behind(order.subject)
        except NotFound as error:
            where = f"context {self.source.name}" if self.source.server else self.source.name
            raise InvalidInput(f"There is no {order.subject} in {where}") from error

    async def _finding(
        self, one: Failing, now: datetime, turns: asyncio.Semaphore
    ) -> Finding | Sequence[str]:
        """What is wrong with a workload; else, as far as something went wrong, why that is not
        known."""
        workload = one.workload
        reads = Reads(self.cluster)
        try:
            async with turns:
                gathering = Gathering(reads, workload, one.refs, self.graces, now)
                told = await tell(await gathering.run(), self.redactor, self.dry_runs)
        except KureError as error:
            return [f"{workload.kind} {workload.name} fails, and was not diagnosed: {error}"]
        diagnosis = told.diagnosis
        if not diagnosis.causes:
            return diagnosis.unavailable
        namespace = "" if workload.namespace == "_" else workload.namespace
        return Finding(
            workload=WorkloadView(namespace=namespace, kind=workload.kind, name=workload.name),
            severity=diagnosis.severity,
            failing=one.failing,
            causes=[CauseView.of(cause, {}) for cause in diagnosis.causes],
            unavailable=list(diagnosis.unavailable),
        )


def asked(graces: Graces) -> Graces:
    """Where a person asks what is wrong, nobody waits to see whether it heals: what is definitely
    late stays so, what only begins is left alone."""
    none = timedelta(0)
    return replace(
        graces,
        pending=none,
        config=none,
        create=none,
        claim=none,
        endpoints=none,
        ingress=none,
    )


def _urgency(finding: Finding) -> tuple[int, str, str, str]:
    of = finding.workload
    return ORDER.index(finding.severity), of.namespace, of.kind, of.name
