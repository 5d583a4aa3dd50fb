"""A world in which real activities ask a server of models."""

import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from temporalio import activity
from temporalio.worker import Worker

from activities.investigations import InvestigationActivities
from kure.adapters.clock import utc_now
from kure.adapters.crypto import Keyring
from kure.adapters.models.factory import model_of
from kure.adapters.outgoing import Guard, guarded_client
from kure.adapters.postgres import runs
from kure.adapters.postgres.evidence import EvidenceTable
from kure.adapters.postgres.models import views
from kure.adapters.postgres.models.settings import Current
from kure.contracts.investigating import InvestigationView, Read, ReadRequest
from kure.contracts.runs import StepRecord
from kure.investigating.asking import Asking
from kure.ports import NewEvidence
from tests.models.setting import put
from tests.workflows.world import World
from workers.steps import StepInterceptor
from workflows.investigation import InvestigationWorkflow
from workflows.names import MODELS

KEYRING = Keyring((("1", b"k" * 32),))
TRUST = ssl.create_default_context()
READ = "Scaled down from 1 to 0"


@dataclass
class AskedWorld:
    """`clock` is that of whoever asks: breakers and budgets go by it."""

    world: World
    clock: Callable[[], datetime] = utc_now
    wished: list[ReadRequest] = field(default_factory=list)

    async def set(self, *providers: Any, **rules: Any) -> None:
        """Set the providers, as an administrator does."""
        await put(self.world.pool, KEYRING, *providers, **rules)

    async def view(self, incident_id: str) -> InvestigationView:
        """What people see. AssertionError where there is no investigation."""
        found = await views.newest(self.world.pool, UUID(incident_id))
        assert found is not None
        return found

    @activity.defn
    async def read_for_model(self, request: ReadRequest) -> Read:
        """One line, kept as evidence."""
        self.wished.append(request)
        kept = NewEvidence(
            captured_by="worker",
            captured_for=f"{request.investigation_id}/{request.turn}/{request.wish.call_id}",
            kind="read",
            subject="Deployment/cart",
            text=READ,
        )
        store = EvidenceTable(self.world.pool, KEYRING.cipher("evidence"))
        [id_] = await store.save(request.incident_id, [kept], self.clock())
        return Read(call_id=request.wish.call_id, evidence_id=id_)

    @asynccontextmanager
    async def asking(self) -> AsyncIterator[None]:
        """A worker of the queue `models`."""

        async def record(step: StepRecord) -> None:
            await runs.record(self.world.pool, step, utc_now())

        async with guarded_client(Guard(loopback=True), TRUST, inside=True) as client:
            cipher = KEYRING.cipher("models")
            current = Current(self.world.pool, cipher, self.clock)
            asking = Asking(
                self.world.pool, cipher, current, lambda one: model_of(one, client), self.clock
            )
            real = InvestigationActivities(self.world.pool, KEYRING, asking, self.clock)
            async with Worker(
                self.world.client,
                task_queue=MODELS,
                workflows=[InvestigationWorkflow],
                activities=[real.begin_investigation, real.ask_model, real.finish_investigation],
                interceptors=[StepInterceptor(record, utc_now)],
            ):
                yield
