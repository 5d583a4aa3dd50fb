"""The begin of an investigation: it is noted, its question is stored, and whether anybody is to be
asked is known."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kure.adapters.crypto import Keyring
from kure.adapters.postgres import changes, mirror_work, runs
from kure.adapters.postgres.evidence import EvidenceTable
from kure.adapters.postgres.models import investigations, subjects
from kure.adapters.postgres.models.investigations import Ending, Investigation
from kure.adapters.postgres.models.settings import Current
from kure.adapters.postgres.models.subjects import captured_for_mirror
from kure.adapters.postgres.pool import Pool, transaction
from kure.adapters.postgres.rows import read_row
from kure.contracts.investigating import BeginRequest, Begun
from kure.domain.models import fingerprint
from kure.domain.models.subject import Subject
from kure.domain.workloads import Workload
from kure.errors import Conflict, NotFound
from kure.investigating.conversing import KeptQuestion, kept
from kure.investigating.questions import names_of, question_of
from kure.ports import NewEvidence


@dataclass(frozen=True)
class Beginning:
    """Needs the database, the keys, and what is set."""

    pool: Pool
    keyring: Keyring
    current: Current
    clock: Callable[[], datetime]

    async def begin(self, request: BeginRequest) -> Begun:
        """Repeated, it is the same investigation with the same question. NotFound where there is no
        such incident."""
        incident_id = UUID(request.incident_id)
        if request.asked_by:  # before it begins: who asks from now on is asked for again
            await changes.model_is_asked(self.pool, incident_id)
        row = await read_row(self.pool, incident_id)
        workload = Workload(row.cluster, row.namespace, row.kind, row.name)
        found = await self._noted(request, workload)
        if request.mirror_id and not found.is_over:
            with suppress(NotFound):  # the mirror is forgotten by now
                await self._keep_tried(request.incident_id, request.mirror_id)
        is_over = found.is_over or await self._needs_nobody(found, workload, request.mirror_id)
        if is_over:
            await runs.end(self.pool, UUID(request.run_id), "completed", self.clock())
        id_, classes = str(found.id), row.classes
        return Begun(investigation_id=id_, workload=workload, ask=not is_over, classes=classes)

    async def _keep_tried(self, incident_id: str, mirror_id: str) -> None:
        """As evidence beside what the mirror showed, so that an answer can refer to it."""
        tried = await mirror_work.tried(self.pool, UUID(mirror_id))
        kept = NewEvidence(
            captured_by="worker",
            captured_for=f"{captured_for_mirror(mirror_id)}tried",
            kind="read",
            subject=f"Pod/{tried.pod}",
            text=tried.told,
        )
        table = EvidenceTable(self.pool, self.keyring.cipher("evidence"))
        await table.save(incident_id, [kept], self.clock())

    async def _noted(self, request: BeginRequest, workload: Workload) -> Investigation:
        incident_id, run_id, now = UUID(request.incident_id), UUID(request.run_id), self.clock()
        workflow = (workload.cluster, request.workflow_id, "InvestigationWorkflow")
        async with transaction(self.pool) as connection:
            found = await investigations.begin(
                connection, incident_id, run_id, request.asked_by, now
            )
            await runs.start(connection, run_id, incident_id, workflow, now)
        return found

    async def _needs_nobody(
        self, found: Investigation, workload: Workload, mirror_id: str | None
    ) -> bool:
        """Store the question. True where there is none, or where it was answered within a day and
        no person wants it anew; then it is over."""
        evidence = self.keyring.cipher("evidence")
        try:
            subject = await subjects.subject(self.pool, evidence, found.incident_id, mirror_id)
        except Conflict as error:
            models = self.keyring.cipher("models")
            await investigations.finish(
                self.pool, models, found.id, Ending(text=str(error)), self.clock()
            )
            return True
        mark = await self._keep(found.id, subject, workload)
        if found.asked_by is not None:
            return False
        return await investigations.answer_from_earlier(self.pool, found.id, mark, self.clock())

    async def _keep(self, id_: UUID, subject: Subject, workload: Workload) -> str:
        """Store the question; its fingerprint."""
        rules = (await self.current()).rules
        key = self.keyring.redaction_key(workload.cluster)

        def made() -> tuple[KeptQuestion, str]:
            question = question_of(subject, rules, key)
            return kept(question, names_of(subject, rules, key)), fingerprint.of(subject)

        question, mark = await asyncio.to_thread(made)
        models = self.keyring.cipher("models")
        dumped = question.model_dump(mode="json")
        await investigations.keep_question(self.pool, models, id_, dumped, mark)
        return mark
