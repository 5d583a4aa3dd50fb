"""Providers of models: who is asked, of what, for how much. Keys go in and do not come out."""

import asyncio
from uuid import UUID

from fastapi import APIRouter

from api.providers import checked, shown
from api.state import Admin, Kure, State, Writer
from api.trying import tried
from kure.adapters.outgoing import Guard
from kure.adapters.postgres import audit
from kure.adapters.postgres.models import breakers, budget, feedback, settings, subjects
from kure.adapters.postgres.rows import read_row
from kure.contracts.investigating import FeedbackBody
from kure.contracts.models import (
    ModelsBody,
    ModelsView,
    ModelTestBody,
    ModelTested,
    ModelTestRequest,
    PromptPreview,
)
from kure.errors import NotFound
from kure.ids import new_id
from kure.investigating.choosing import first_asked
from kure.investigating.questions import prompt_of, question_of
from workflows.model_test import ModelTestWorkflow
from workflows.names import MODELS, model_test_id

router = APIRouter(tags=["models"])

PATH = "/api/admin/llm"
TEST_SECONDS = 55.0


@router.get(PATH)
async def read_models(kure: Kure, person: Admin) -> ModelsView:
    """The providers in their order with how they do, the budget and what is spent of it; of keys
    only how they end."""
    return await _view(kure)


@router.put(PATH)
async def change_models(body: ModelsBody, kure: Kure, person: Admin) -> ModelsView:
    """Set all providers, from the version that was read; running workers follow within seconds. A
    secret that is left out, or sent as it was shown, stays; where its address changes it has to be
    given again. The breaker of a changed provider is closed."""
    cipher = kure.keyring.cipher("models")
    stored = await settings.read(kure.pool, cipher)
    wanted = await checked(body, stored, Guard.of(kure.settings))
    await settings.write(kure.pool, cipher, wanted, stored, person.name, kure.clock())
    now_set = await settings.read(kure.pool, cipher)
    await breakers.forget_all_but(kure.pool, [now_set.breaker(one) for one in now_set.providers])
    return await _view(kure)


@router.post(f"{PATH}/test")
async def test_model(body: ModelTestBody, kure: Kure, person: Admin) -> ModelTested:
    """Ask a provider something small, from where all questions are asked, and say what came of it.
    It costs a little and counts."""
    stored = await settings.read(kure.pool, kure.keyring.cipher("models"))
    if stored.provider(body.provider) is None:
        raise NotFound(f"There is no provider {body.provider}. Save it first, then test it.")
    target = f"model/{body.provider}"
    await audit.write(kure.pool, kure.clock(), person.name, "model.test", target, "done", {})
    return await _tested(kure, body.provider)


async def _tested(kure: State, provider: str) -> ModelTested:
    return await tried(
        kure.temporal,
        ModelTestWorkflow.run,
        ModelTestRequest(provider=provider),
        id=model_test_id(new_id()),
        task_queue=MODELS,
        seconds=TEST_SECONDS,
        nobody="asked the provider",
    )


@router.get(f"{PATH}/preview/{{incident_id}}")
async def preview_prompt(incident_id: UUID, kure: Kure, person: Admin) -> PromptPreview:
    """Exactly what the first call about an incident would send, redacted, and whom it would go
    to."""
    row = await read_row(kure.pool, incident_id, person.scopes)
    subject = await subjects.subject(kure.pool, kure.keyring.cipher("evidence"), incident_id)
    known = await settings.read(kure.pool, kure.keyring.cipher("models"))
    key = kure.keyring.redaction_key(row.cluster)
    question = await asyncio.to_thread(question_of, subject, known.rules, key)
    place, now = (row.cluster, row.namespace), kure.clock()
    asked = await first_asked(kure.pool, known, prompt_of(question), place, now)
    target = f"incident/{incident_id}"
    await audit.write(kure.pool, now, person.name, "model.preview", target, "done", {})
    return PromptPreview(
        incident_id=str(incident_id),
        provider=asked.provider.id if asked.provider else None,
        why_not=asked.why_not,
        system=question.system,
        question=question.text,
        tokens=question.tokens,
        usd=asked.most_usd,
    )


@router.post("/api/incidents/{incident_id}/feedback", status_code=204)
async def give_feedback(incident_id: UUID, body: FeedbackBody, kure: Kure, person: Writer) -> None:
    """Say whether what the rules, or a model, say of an incident is right. Once more takes the
    place of what the same person said before."""
    await read_row(kure.pool, incident_id, person.scopes)
    await feedback.give(kure.pool, incident_id, body, person.name, kure.clock())


async def _view(kure: State) -> ModelsView:
    stored, now = await settings.read(kure.pool, kure.keyring.cipher("models")), kure.clock()
    names = {one.id: stored.breaker(one) for one in stored.providers}
    health = await breakers.health(kure.pool, names, now)
    return shown(stored, health, await budget.spent(kure.pool, now))
