"""Alive, and ready: PostgreSQL, its schema and Temporal are really asked. And, for people, how each
part is and since when."""

import asyncio
from datetime import datetime
from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel

from api import health
from api.state import Kure, Reader, State
from kure.adapters.postgres import agents, deliveries, nodes
from kure.adapters.postgres.models import breakers, settings
from kure.adapters.postgres.pool import AWAY
from kure.contracts.models import ProviderHealth
from kure.domain.access.scopes import Scopes
from kure.errors import KureError

router = APIRouter(tags=["health"])


class Part(BaseModel):
    name: Literal["postgresql", "temporal"]
    ok: bool
    detail: str


class Readiness(BaseModel):
    ready: bool
    parts: list[Part]


class PartHealth(BaseModel):
    """One part of Kure. `since` is when it came to be so, as far as it is known: of what was so
    before this API process began, when it began."""

    name: str
    state: health.State
    since: datetime
    detail: str


class UnwatchedNode(BaseModel):
    """A node without a live agent."""

    cluster: str
    node: str
    since: datetime


class Health(BaseModel):
    """All parts; `state` is that of the worst of them."""

    state: health.State
    as_of: datetime
    parts: list[PartHealth]
    unwatched_nodes: list[UnwatchedNode]


@router.get("/healthz")
async def alive() -> dict[str, str]:
    """This process answers; nothing else is asked."""
    return {"status": "alive"}


@router.get("/readyz", responses={503: {"model": Readiness}})
async def ready(kure: Kure, response: Response) -> Readiness:
    """Whether this process can do its work now; each part it needs is named."""
    found = await asyncio.gather(
        health.postgresql(kure.pool), health.temporal_server(kure.temporal)
    )
    parts = [
        Part.model_validate({"name": p.name, "ok": p.state == "ok", "detail": p.detail})
        for p in found
    ]
    answer = Readiness(ready=all(part.ok for part in parts), parts=parts)
    response.headers["Cache-Control"] = "no-store"
    if not answer.ready:
        response.status_code = 503
    return answer


@router.get("/api/admin/health")
async def read_health(kure: Kure, person: Reader, response: Response) -> Health:
    """How the API, PostgreSQL, Temporal, the workers of each queue and the agents are, and which
    nodes nobody watches."""
    now, scopes = kure.clock(), person.scopes
    parts = await kure.health.look()
    unwatched = []
    try:
        found = await _agents(kure, now, scopes)
        if scopes.everything:
            found += [*await _channels(kure), *await _models(kure, now)]
        parts += [kure.health.noted(part, now) for part in found]
        unwatched = await nodes.unwatched(kure.pool, now, scopes)
    except (KureError, *AWAY):
        parts.append(health.Found("agents", "down", "not known without PostgreSQL", now))
    if unwatched:
        detail = f"{len(unwatched)} without a live agent"
        first = min(row["since"] for row in unwatched)
        parts.append(health.Found("nodes", "degraded", detail, first))
    response.headers["Cache-Control"] = "no-store"
    return Health(
        state=_worst(parts),
        as_of=now,
        parts=[PartHealth.model_validate(part, from_attributes=True) for part in parts],
        unwatched_nodes=[UnwatchedNode.model_validate(row) for row in unwatched],
    )


async def _agents(kure: State, now: datetime, scopes: Scopes) -> list[health.Found]:
    rows = await agents.everyone(kure.pool, scopes)
    if not rows and scopes.everything:
        return [health.Found("agents", "down", "none has ever spoken: start `kure agent`", now)]
    return [_agent(row, now) for row in rows]


async def _channels(kure: State) -> list[health.Found]:
    """The notification channels that were ever used."""
    found = sorted((await deliveries.health(kure.pool)).items())
    return [
        health.Found(f"channel {name}", "degraded", how.error, how.failing_since)
        if how.failing_since
        else health.Found(f"channel {name}", "ok", f"{how.sent} sent", how.last_sent_at)
        for name, how in found
    ]


async def _models(kure: State, now: datetime) -> list[health.Found]:
    """The providers of models that are switched on."""
    known = await settings.public(kure.pool)
    found = await breakers.health(kure.pool, known.breakers, now)
    return [
        health.Found(f"model {name}", "degraded", how.error, how.failing_since)
        if how.failing_since
        else health.Found(f"model {name}", "ok", _calls(how), how.last_answered_at)
        for name, how in found.items()
    ]


def _calls(how: ProviderHealth) -> str:
    if not how.calls:
        return "not asked in the last 24 hours"
    return f"{how.calls} calls in 24 hours, {how.failed} failed"


def _agent(row: dict[str, object], now: datetime) -> health.Found:
    place = row["node"] or "all nodes"
    name, seen = f"agent of {row['cluster']}, {place}", row["seen_at"]
    assert isinstance(seen, datetime), "a timestamptz"
    if now - seen > nodes.SILENT:
        return health.Found(name, "down", "has not spoken since", seen)
    if row["problem"]:
        return health.Found(name, "degraded", str(row["problem"]))
    leads = ", leads" if row["leads"] else ""
    return health.Found(name, "ok", f"version {row['version']}, {row['pods']} pods{leads}")


def _worst(parts: list[health.Found]) -> health.State:
    found = {part.state for part in parts}
    return "down" if "down" in found else "degraded" if "degraded" in found else "ok"
