"""Alive, and ready: PostgreSQL, its schema and Temporal are really asked."""

import asyncio
from datetime import timedelta
from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel
from temporalio.service import RPCError

from api.state import Kure, State
from kure.adapters.postgres.migrate import check_schema
from kure.adapters.postgres.pool import AWAY, translated
from kure.errors import KureError

router = APIRouter(tags=["health"])

PATIENCE = timedelta(seconds=2)


class Part(BaseModel):
    name: Literal["postgresql", "temporal"]
    ok: bool
    detail: str


class Readiness(BaseModel):
    ready: bool
    parts: list[Part]


@router.get("/healthz")
async def alive() -> dict[str, str]:
    """This process answers; nothing else is asked."""
    return {"status": "alive"}


@router.get("/readyz", responses={503: {"model": Readiness}})
async def ready(kure: Kure, response: Response) -> Readiness:
    """Whether this process can do its work now; each part it needs is named."""
    parts = await asyncio.gather(_postgresql(kure), _temporal(kure))
    answer = Readiness(ready=all(part.ok for part in parts), parts=list(parts))
    response.headers["Cache-Control"] = "no-store"
    if not answer.ready:
        response.status_code = 503
    return answer


async def _postgresql(kure: State) -> Part:
    try:
        async with asyncio.timeout(PATIENCE.total_seconds()), translated():
            schema = await check_schema(kure.pool)
    except (KureError, *AWAY) as error:
        return Part(name="postgresql", ok=False, detail=str(error) or "does not answer")
    return Part(name="postgresql", ok=True, detail=f"schema {schema}")


async def _temporal(kure: State) -> Part:
    try:
        await kure.temporal.service_client.check_health(timeout=PATIENCE)
    except (RPCError, RuntimeError) as error:
        return Part(name="temporal", ok=False, detail=str(error).splitlines()[0][:200])
    return Part(name="temporal", ok=True, detail=kure.settings.temporal_address)
