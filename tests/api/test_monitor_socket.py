"""The WebSocket for clients of Kure Monitor: who gets in, and what they are told."""

import asyncio
import json
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from api import places
from api.monitor import messages
from kure.adapters.postgres import runs
from kure.adapters.postgres.events import NewEvent, emit
from kure.adapters.postgres.pool import transaction
from kure.contracts.incidents import IncidentRow, Resolution, Status
from kure.ids import new_id
from tests.api.conftest import AGENT_TOKEN, Api
from tests.api.live import crash, stream

NOW = datetime(2026, 11, 1, tzinfo=UTC)
PATHS = ["/ws", "/api/ws"]

# As the architecture page of Kure Monitor shows it.
SAMPLE: dict[str, Any] = {
    "type": "pod_failure",
    "data": {
        "id": "uuid",
        "name": "pod-name",
        "namespace": "default",
        "reason": "CrashLoopBackOff",
        "solution": "...",
    },
}


def socket(api: Api, path: str = "/ws", **headers: str) -> connect:
    return connect(f"ws://127.0.0.1:{api.settings.port}{path}", additional_headers=headers)


def of_person(api: Api, path: str = "/ws") -> connect:
    return socket(api, path, Authorization=f"Bearer {api.token}")


async def message(client: ClientConnection, kind: str) -> Any:
    """The data of the next message of a kind."""
    async with asyncio.timeout(10):
        while (said := json.loads(await client.recv()))["type"] != kind:
            pass
    return said["data"]


REFUSED: list[tuple[dict[str, str], int]] = [
    ({}, 401),
    ({"Authorization": "Bearer wrong"}, 401),
    ({"X-Service-Token": "wrong"}, 401),
    ({"Origin": "http://evil.example", "X-Service-Token": AGENT_TOKEN}, 403),
    ({"Origin": "null", "X-Service-Token": AGENT_TOKEN}, 403),
    ({"Origin": "http://[", "X-Service-Token": AGENT_TOKEN}, 403),
]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(("headers", "status"), REFUSED)
async def test_a_handshake_is_refused(
    api: Api, path: str, headers: dict[str, str], status: int
) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with socket(api, path, **headers):
            pass
    response = refused.value.response
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert json.loads(response.body)["status"] == status


async def test_no_token_counts_in_the_address(api: Api) -> None:
    for token in (api.token, AGENT_TOKEN):
        with pytest.raises(InvalidStatus):
            async with socket(api, f"/ws?token={token}"):
                pass


@pytest.mark.parametrize("path", PATHS)
async def test_a_failure_is_told_as_the_page_of_kure_monitor_shows_it(api: Api, path: str) -> None:
    async with of_person(api, path) as client:
        incident_id = await crash(api, 1)
        data = await message(client, SAMPLE["type"])
    for key, sample in SAMPLE["data"].items():
        assert isinstance(data[key], type(sample)), key
    assert data["id"] == incident_id
    assert data["reason"] == SAMPLE["data"]["reason"]
    assert data["namespace"] == "shop"
    assert data["name"] == "p1"
    assert data["status"] == "new"


CAUSE = {
    "rule": "oom.limit",
    "failure_class": "OOMKilled",
    "container": "app",
    "title": "Out of memory",
    "explanation": "It needs more.",
    "confidence": "definitive",
    "evidence": [],
    "fix": "Raise the limit.",
    "commands": ["kubectl set resources deploy/cart"],
}
DIAGNOSED = """
    INSERT INTO diagnoses (id, incident_id, run_id, number, source, explains, causes, unavailable,
        evidence_ids, created_at)
    VALUES ($1, $2, $1, 1, 'rules', '{}', $3, '{}', '{}', $4)
"""


async def test_a_solution_is_told_when_there_is_one(api: Api) -> None:
    async with of_person(api) as client:
        incident_id = UUID(await crash(api, 1))
        async with transaction(api.pool) as connection:
            await runs.start(connection, run_id := new_id(), incident_id, ("c", "w", "W"), NOW)
            await connection.execute(DIAGNOSED, run_id, incident_id, [CAUSE], NOW)
        ready = {"incident_id": str(incident_id)}
        await tell(api, NewEvent("diagnosis.ready", "incident", "", payload=ready))
        data = await message(client, "pod_solution_updated")
    assert data["id"] == str(incident_id)
    assert data["solution"].split("\n\n") == [
        "Out of memory", "It needs more.", "Raise the limit.", "kubectl set resources deploy/cart"
    ]  # fmt: skip


ROW = IncidentRow(
    id="i1", cluster="c", namespace="shop", kind="Deployment", name="cart", status=Status.OPEN,
    severity="high", classes=["OOMKilled"], summary="Out of memory", pods_failing=1, pods_seen=1,
    regressions=0, diagnosing=False, first_seen=NOW, last_seen=NOW, version=1,
)  # fmt: skip
CHANGES: list[tuple[dict[str, Any], str]] = [
    ({"status": Status.RESOLVED, "resolution": Resolution.RECOVERED}, "resolved"),
    ({"status": Status.IGNORED}, "ignored"),
    ({"acknowledged_by": "ann"}, "investigating"),
    ({"status": Status.REGRESSED}, "new"),
]


@pytest.mark.parametrize(("change", "status"), CHANGES)
def test_a_change_is_told_in_the_words_of_kure_monitor(change: dict[str, Any], status: str) -> None:
    [told] = messages("incident.updated", ROW.model_copy(update=change), "Raise the limit.")
    assert told["type"] == "pod_status_change"
    assert told["data"]["status"] == status
    assert told["data"]["solution"] == "Raise the limit."


def test_what_is_gone_is_told_as_deleted() -> None:
    change = {"status": Status.RESOLVED, "resolution": Resolution.GONE}
    told = messages("incident.updated", ROW.model_copy(update=change), "")
    assert [one["type"] for one in told] == ["pod_status_change", "pod_deleted"]
    assert told[1]["data"] == {"namespace": "shop", "pod_name": "cart"}


async def tell(api: Api, *told: NewEvent) -> None:
    async with transaction(api.pool) as connection:
        await emit(connection, NOW, *told)


async def test_agents_are_told_of_exclusions_and_settings_and_nothing_else(api: Api) -> None:
    async with socket(api, **{"X-Service-Token": AGENT_TOKEN}) as client:
        await crash(api, 1)
        of_another = NewEvent("exclusions.changed", "cluster", "x", cluster="another")
        payload = {"namespace": "shop", "action": "excluded"}
        exclusion = NewEvent("exclusions.changed", "exclusion", "1", payload=payload)
        await tell(api, of_another, exclusion)
        async with asyncio.timeout(10):
            said = json.loads(await client.recv())
    assert said == {"type": "exclusions_changed", "data": payload}


async def test_what_a_client_says_is_not_listened_to(api: Api) -> None:
    async with of_person(api) as client:
        await client.send('{"type": "ping"}')
        await crash(api, 1)
        await message(client, "pod_failure")
    async with of_person(api) as client:
        await client.send("x" * 100_000)
        with pytest.raises(ConnectionClosed) as closed:
            await client.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1009


async def test_a_session_has_five_streams_of_either_kind(api: Api) -> None:
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(stream(api))
        for _ in range(places.MOST_EACH - 1):
            await stack.enter_async_context(of_person(api))
        with pytest.raises(InvalidStatus) as refused:
            await stack.enter_async_context(of_person(api))
    assert refused.value.response.status_code == 429
