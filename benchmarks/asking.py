"""What a durable investigation adds to the bare call of a provider's library, with a model that
answers at once: the question is stored, each call written before it is made, the answer checked,
kept and told."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

import openai
from aiohttp import web
from temporalio.client import Client

from benchmarks.samples import Result, Row, p95
from kure.adapters import temporal
from kure.adapters.clock import utc_now
from kure.adapters.crypto import Keyring
from kure.adapters.key_file import ensure_key
from kure.adapters.postgres.evidence import EvidenceTable
from kure.adapters.postgres.migrate import migrate
from kure.adapters.postgres.models import settings as model_settings
from kure.adapters.postgres.models.settings import ModelSettings
from kure.adapters.postgres.pool import Pool, open_pool
from kure.contracts.investigating import InvestigationStart
from kure.contracts.models import Budget, ModelRules, Provider, ProviderKind
from kure.demo.postgres import PostgresServer
from kure.demo.temporal import TemporalServer
from kure.errors import Unavailable
from kure.ids import new_id
from kure.ports import NewEvidence
from kure.settings import Settings
from workers.wiring import serve
from workflows.investigation import InvestigationWorkflow
from workflows.names import MODELS, investigation_workflow_id

ASKED, QUICK_ASKED, WARM = 60, 15, 3
LOG = "\n".join(f"2026-11-23T20:29:{n % 60:02d}Z INFO worker {n} is ready" for n in range(400))
FILL = """
    WITH incident AS (
        INSERT INTO incidents (id, cluster, namespace, kind, name, status, severity, last_number,
            first_seen, last_seen)
        VALUES ($1, 'bench', 'shop', 'Deployment', $4, 'open', 'high', 1, $5, $5) RETURNING id
    ), run AS (
        INSERT INTO runs (id, incident_id, cluster, workflow_id, workflow_type, state, started_at)
        SELECT $2, id, 'bench', $4, 'IncidentWorkflow', 'running', $5 FROM incident
    )
    INSERT INTO diagnoses (id, incident_id, run_id, number, source, explains, causes, unavailable,
        evidence_ids, created_at)
    SELECT $3, id, $2, 1, 'rules', '{}', '[]', '{}', '{}', $5 FROM incident
"""
ANSWERED = "SELECT count(*) FROM investigations WHERE state = 'answered'"
ANSWER: dict[str, Any] = {
    "cause": "DATABASE_URL is not set.",
    "why": "Nothing else is missing.",
    "confidence": "low",
    "evidence": [],
    "ruled_out": [],
    "missing": [],
    "fix": None,
}


@dataclass
class _Model:
    """Answers at once; `asked` is the newest question."""

    url: str = ""
    asked: dict[str, Any] = field(default_factory=dict)

    async def answer(self, request: web.Request) -> web.Response:
        self.asked = await request.json()
        message = {"role": "assistant", "content": json.dumps(ANSWER)}
        usage = {"prompt_tokens": 5000, "completion_tokens": 60, "total_tokens": 5060}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        made = {"id": "chatcmpl-1", "object": "chat.completion", "created": 0, "model": "bench"}
        return web.json_response({**made, "choices": [choice], "usage": usage})


async def asking(folder: Path, count: int) -> Result:
    """On a PostgreSQL and a Temporal of its own, with the worker as it is."""
    ensure_key(folder / "key")
    async with (
        _model() as model,
        PostgresServer(folder) as postgres,
        TemporalServer(folder, port=0, ui_port=0) as engine,
    ):
        await migrate(postgres.url)
        known = Settings.model_validate(
            {
                "database_url": postgres.url,
                "data_dir": folder,
                "temporal_address": engine.address,
                "outgoing_loopback": True,
            }
        )
        async with await open_pool(postgres.url, 4) as pool, _working(known):
            await _set(pool, known, model)
            client = await temporal.connect(known)
            durable = await _investigated(pool, known, client, count)
            bare = await _bare(model, count)
    usual = median(bare) * 1000
    rows = [
        Row("a bare call, median", usual, None, "ms"),
        Row("a durable investigation adds, median", median(durable) * 1000 - usual, None, "ms"),
        Row("… p95", p95(durable) * 1000 - usual, None, "ms"),
    ]
    return Result("asking", "Asking a model, durably", rows, {"bare": bare, "durable": durable})


async def _investigated(pool: Pool, known: Settings, client: Client, count: int) -> list[float]:
    """Seconds of each investigation, from its start until its end is known, one after another."""
    took = []
    for number in range(WARM + count):
        incident_id = await _incident(pool, known, number)
        began = time.perf_counter()
        await client.execute_workflow(
            InvestigationWorkflow.run,
            InvestigationStart(incident_id=str(incident_id)),
            id=investigation_workflow_id(str(incident_id)),
            task_queue=MODELS,
        )
        took.append(time.perf_counter() - began)
    if await pool.fetchval(ANSWERED) != WARM + count:
        raise Unavailable("Not every investigation was answered; the figures mean nothing.")
    return took[WARM:]


async def _bare(model: _Model, count: int) -> list[float]:
    """Seconds of each call of the library with the same question."""
    took = []
    async with openai.AsyncOpenAI(api_key="bench", base_url=model.url, max_retries=0) as library:
        for _ in range(WARM + count):
            began = time.perf_counter()
            await library.chat.completions.create(**model.asked)
            took.append(time.perf_counter() - began)
    return took[WARM:]


async def _incident(pool: Pool, known: Settings, number: int) -> UUID:
    incident_id, now = new_id(), utc_now()
    await pool.execute(FILL, incident_id, new_id(), new_id(), f"app-{number}", now)
    store = EvidenceTable(pool, Keyring.load(known.data_dir / "key").cipher("evidence"))
    log = NewEvidence("agent", "1", "log", f"Pod/app-{number}", LOG, "app", "previous")
    await store.save(str(incident_id), [log], now)
    return incident_id


async def _set(pool: Pool, known: Settings, model: _Model) -> None:
    cipher = Keyring.load(known.data_dir / "key").cipher("models")
    provider = Provider(
        id="bench", kind=ProviderKind.COMPATIBLE, model="bench", base_url=model.url, place="inside",
        per_minute=10_000,
    )  # fmt: skip
    rules = ModelRules(ask="on_request", budget=Budget(calls=None, usd=None))
    wanted = ModelSettings(0, rules, [provider])
    await model_settings.write(pool, cipher, wanted, ModelSettings(), "bench", utc_now())


@asynccontextmanager
async def _model() -> AsyncIterator[_Model]:
    model, app = _Model(), web.Application(client_max_size=2**24)
    app.router.add_post("/v1/chat/completions", model.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    model.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    try:
        yield model
    finally:
        await runner.cleanup()


@asynccontextmanager
async def _working(known: Settings) -> AsyncIterator[None]:
    stop = asyncio.Event()
    working = asyncio.create_task(serve(known, (MODELS,), stop))
    try:
        yield
    finally:
        stop.set()
        await working
