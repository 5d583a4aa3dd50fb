"""The live stream for clients of Kure Monitor: events as its WebSocket messages `{type, data}`.

They know pods, Kure has an incident a workload: `name` is the workload's, `id` the incident's.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from api.ring import Told
from kure.adapters.postgres import diagnoses
from kure.adapters.postgres.pool import Pool, translated
from kure.adapters.postgres.rows import read_row
from kure.contracts.incidents import IncidentRow, Status
from kure.contracts.mirrors import MirrorRow, Phase
from kure.domain.incidents import Resolution

INCIDENT = {
    "incident.created": "pod_failure",
    "incident.updated": "pod_status_change",
    "diagnosis.ready": "pod_solution_updated",
}
MIRROR = "mirror.updated"
MOST_KEPT = 200

STATUS = {
    Status.OPEN: "new",
    Status.REGRESSED: "new",
    Status.RESOLVED: "resolved",
    Status.IGNORED: "ignored",
}

Say = Callable[[Told], Awaitable[list[str]]]


class Messages:
    """Translates each event once for all clients, and keeps the newest."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._kept: dict[int, asyncio.Task[list[str]]] = {}

    async def say(self, told: Told) -> list[str]:
        """What an event is to people's clients, as JSON; mostly nothing. DatabaseUnavailable where
        what it needs cannot be read."""
        if told.event.topic == MIRROR:
            return [json.dumps(m) for m in mirror_messages(told.event.payload)]
        if told.event.topic not in INCIDENT:
            return []
        seq = told.event.seq
        if seq not in self._kept:
            while len(self._kept) >= MOST_KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[seq] = asyncio.create_task(self._translate(told))
        # Others may wait for the same one: who goes must not end it for them.
        return await asyncio.shield(self._kept[seq])

    async def _translate(self, told: Told) -> list[str]:
        payload = told.event.payload
        async with translated():
            if "summary" in payload:
                row = IncidentRow.model_validate(payload["summary"])
            else:
                row = await read_row(self._pool, UUID(payload["incident_id"]))
            solution = await diagnoses.solution(self._pool, UUID(row.id))
        return [json.dumps(m) for m in messages(told.event.topic, row, solution)]


def messages(topic: str, row: IncidentRow, solution: str) -> list[dict[str, Any]]:
    """An event of an incident as Kure Monitor's messages."""
    data = {
        "id": row.id,
        "name": row.name,
        "namespace": row.namespace,
        "reason": row.classes[0] if row.classes else "",
        "message": row.summary,
        "solution": solution,
        "status": "investigating" if _is_looked_at(row) else STATUS[row.status],
        "cluster": row.cluster,
        "kind": row.kind,
        "timestamp": row.last_seen.isoformat(),
    }
    told = [{"type": INCIDENT[topic], "data": data}]
    if row.status is Status.RESOLVED and row.resolution is Resolution.GONE:
        place = {"namespace": row.namespace, "pod_name": row.name}
        told.append({"type": "pod_deleted", "data": place})
    return told


def mirror_messages(payload: dict[str, Any]) -> list[dict[str, Any]]:
    """A mirror that was asked for, or is gone; the dashboard's stream tells what is between."""
    row = MirrorRow.model_validate(payload["summary"])
    place = {"mirror_id": row.id, "mirror_pod_name": row.pod, "namespace": row.namespace}
    if row.version == 1:
        more = {
            "source_pod_name": row.workload_name,
            "pod_failure_id": row.incident_id,
            "cluster": row.cluster,
            "status": row.phase.value,
            "created_at": row.requested_at.isoformat(),
        }
        return [{"type": "mirror_created", "data": place | more}]
    if row.phase is Phase.GONE:
        return [{"type": "mirror_deleted", "data": place}]
    return []


def _is_looked_at(row: IncidentRow) -> bool:
    return row.acknowledged_by is not None and row.status in (Status.OPEN, Status.REGRESSED)


async def say_to_agents(told: Told) -> list[str]:
    """What an event is to agents and scanners."""
    kind = told.event.topic.replace(".", "_")
    return [json.dumps({"type": kind, "data": told.event.payload})]
