"""Diagnoses as people see them."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from kure.adapters.postgres.incidents import read_incident
from kure.adapters.postgres.pool import Pool, open_pool
from kure.contracts.incidents import CauseView
from kure.domain.access.scopes import EVERYWHERE

NOW = datetime(2026, 11, 1, tzinfo=UTC)
CART, REDIS = (UUID(f"018f0000-0000-7000-8000-00000000000{n}") for n in (1, 2))

OLD: dict[str, Any] = {
    "rule": "C07",
    "failure_class": "CrashLoopBackOff",
    "container": "app",
    "title": "It exits with code 1",
    "explanation": "…",
    "confidence": "likely",
    "evidence": [],
    "fix": "Mend it.",
}
PATCH: dict[str, Any] = {
    "api_version": "apps/v1",
    "kind": "Deployment",
    "namespace": "shop",
    "name": "cart",
    "operations": [{"op": "replace", "path": "/spec/replicas", "value": 2}],
}


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Pool]:
    pool = await open_pool(database, 2)
    for id_, name in ((CART, "cart"), (REDIS, "redis")):
        await pool.execute(
            "INSERT INTO incidents (id, cluster, namespace, kind, name, status, severity,"
            " first_seen, last_seen) VALUES ($1, 'c', 'shop', 'Deployment', $3, 'open', 'high',"
            " $2, $2)",
            id_, NOW, name,
        )  # fmt: skip
    await pool.execute(
        "INSERT INTO runs (id, incident_id, cluster, workflow_id, workflow_type, state, started_at)"
        " VALUES ($1, $1, 'c', 'w', 'IncidentWorkflow', 'running', $2)",
        CART, NOW,
    )  # fmt: skip
    yield pool
    await pool.close()


async def shown(pool: Pool, *causes: dict[str, Any]) -> list[CauseView]:
    await pool.execute(
        "INSERT INTO diagnoses (id, incident_id, run_id, number, source, explains, causes,"
        " unavailable, evidence_ids, created_at)"
        " VALUES ($1, $1, $1, 1, 'rules', '{}', $2, '[]', '{}', $3)",
        CART, [*causes], NOW,
    )  # fmt: skip
    found = (await read_incident(pool, CART, EVERYWHERE)).diagnosis
    assert found
    return found.causes


async def test_a_diagnosis_of_the_release_before_is_shown(pool: Pool) -> None:
    (cause,) = await shown(pool, OLD)
    assert (cause.commands, cause.patch, cause.blames) == ([], None, None)


async def test_a_patch_is_shown_with_the_command_that_applies_it(pool: Pool) -> None:
    (cause,) = await shown(pool, OLD | {"patch": PATCH})
    assert cause.patch
    assert cause.patch.command.startswith("kubectl patch deployment cart -n shop --type=json")


async def test_a_blamed_workload_is_shown_with_its_incident(pool: Pool) -> None:
    blamed = {"namespace": "shop", "kind": "Deployment", "name": "redis"}
    causes = await shown(
        pool, OLD | {"blames": blamed}, OLD | {"blames": blamed | {"name": "other"}}, OLD
    )
    assert [cause.blames and cause.blames.incident_id for cause in causes] == [
        str(REDIS),
        None,
        None,
    ]
