"""Asking a model about an incident: the question, each turn, and what is kept of the answer."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from temporalio import activity

from activities.heartbeats import heartbeating
from activities.retries import retried_when_back
from kure.adapters.crypto import Keyring
from kure.adapters.postgres import changes, fixes, runs
from kure.adapters.postgres.models import investigations
from kure.adapters.postgres.models.investigations import Ending
from kure.adapters.postgres.pool import Pool
from kure.adapters.postgres.rows import read_row
from kure.contracts import investigating as contract
from kure.contracts.investigating import (
    Asked,
    AskRequest,
    BeginRequest,
    Begun,
    FinishRequest,
    FixChecked,
    ModelAnswer,
)
from kure.contracts.models import ModelTested, ModelTestRequest
from kure.domain.models.answer import Unusable
from kure.domain.redact import Redactor
from kure.domain.workloads import Workload
from kure.errors import Gone
from kure.investigating import testing
from kure.investigating.asking import Asking
from kure.investigating.beginning import Beginning
from kure.investigating.conversations import Conversations, Of
from kure.investigating.saying import asked, shown


@dataclass(frozen=True)
class InvestigationActivities(contract.InvestigationActivities):
    """Needs the database, the keys and a way to models."""

    pool: Pool
    keyring: Keyring
    asking: Asking
    clock: Callable[[], datetime]

    @property
    def _conversations(self) -> Conversations:
        return Conversations(self.pool, self.keyring)

    @activity.defn
    async def begin_investigation(self, request: BeginRequest) -> Begun:
        """Note it and store its question. Nobody is asked where the same evidence of this incident
        was answered within a day, unless a person wants it."""
        async with heartbeating():
            how = Beginning(self.pool, self.keyring, self.asking.current, self.clock)
            return await how.begin(request)

    @activity.defn
    async def ask_model(self, request: AskRequest) -> Asked:
        """Ask the next turn, unless its answer is stored."""
        id_, workload = UUID(request.investigation_id), request.workload
        of = Of(id_, UUID(request.incident_id), workload)
        async with heartbeating(), retried_when_back():
            talk = await self._conversations.read(of, request.past)
            prompt = await asyncio.to_thread(talk.prompt, is_last=request.is_last)
            place = (workload.cluster, workload.namespace)
            reply = await self.asking.ask(id_, request.turn, prompt, place)
            redactor = self._redactor(workload)
            return await asyncio.to_thread(asked, talk, reply, redactor, is_last=request.is_last)

    @activity.defn
    async def finish_investigation(self, request: FinishRequest) -> None:
        """Keep the answer, or why there is none. What a person wanted meanwhile is over with it."""
        async with heartbeating():
            await changes.model_is_asked(self.pool, UUID(request.incident_id))
            ending = await self._ending(request)
            id_, cipher = UUID(request.investigation_id), self.keyring.cipher("models")
            await investigations.finish(self.pool, cipher, id_, ending, self.clock())
            await runs.end(self.pool, UUID(request.run_id), "completed", self.clock())

    async def _ending(self, request: FinishRequest) -> Ending:
        if not request.answered:
            return Ending(text=request.text)
        row = await read_row(self.pool, UUID(request.incident_id))
        workload = Workload(row.cluster, row.namespace, row.kind, row.name)
        of = Of(UUID(request.investigation_id), UUID(row.id), workload)
        try:
            talk = await self._conversations.read(of, request.past)
            reply = await self._conversations.reply(of, len(request.past) + 1)
        except Gone as error:
            return Ending(text=str(error))
        found = await asyncio.to_thread(talk.answer, reply)
        if isinstance(found, Unusable):
            return Ending(text=f"The model's answer cannot be used: {found.reason}")
        answer = await asyncio.to_thread(shown, found, request.fix, self._redactor(workload))
        return _with_fix(answer, request.fix)

    def _redactor(self, workload: Workload) -> Redactor:
        return Redactor(self.keyring.redaction_key(workload.cluster))

    @activity.defn
    async def test_model(self, request: ModelTestRequest) -> ModelTested:
        """Whether a provider answers."""
        async with heartbeating():
            return await testing.try_out(self.asking, request.provider)


def _with_fix(answer: ModelAnswer, checked: FixChecked | None) -> Ending:
    if checked is None or answer.fix is None:
        return Ending(answer)
    if not checked.operations:
        return Ending(answer, text=" ".join(checked.refusals), checked=checked.checked)
    fix = fixes.of_operations(answer.fix.title, checked.operations, "model")
    return Ending(answer, fix=fix, checked=checked.checked)
