"""What the incident's workflow reads and writes. Each function may be repeated without harm."""

from datetime import datetime
from typing import Any
from uuid import UUID

from kure.adapters.postgres import runs
from kure.adapters.postgres.events import NewEvent, emit
from kure.adapters.postgres.folding import blamed_node, closed, touch
from kure.adapters.postgres.models.views import wanted
from kure.adapters.postgres.pool import Db, Pool, affected, transaction
from kure.adapters.postgres.rows import NODE, updated
from kure.adapters.postgres.timeline import happened
from kure.contracts.activities import (
    CloseRequest,
    DiagnoseRequest,
    IncidentView,
    PodRef,
    TakeRequest,
)
from kure.contracts.incidents import Status
from kure.contracts.reports import ReportedFailure
from kure.domain.recovery import Quiet
from kure.domain.workloads import Workload
from kure.errors import NotFound
from kure.ids import new_id

# How many pods a diagnosis reads of each class, container and template.
SAMPLE = 2
MOST_PODS = 8


# An ignore that has run out ends here, by the caller's clock.
UNIGNORE = """
    UPDATE incidents SET status = 'open', version = version + 1,
        ignored_by = NULL, ignored_until = NULL, ignored_until_number = NULL
    WHERE id = $1 AND status = 'ignored' AND ignored_until <= $2
"""
INCIDENT = "SELECT * FROM incidents WHERE id = $1 FOR UPDATE"
IS_FOLDED = f"SELECT EXISTS ({NODE}) FROM incidents i WHERE i.id = $1"
# What of the failure that is going on was investigated.
INVESTIGATED = """
    SELECT id, state FROM investigations WHERE incident_id = $1
        AND (state = 'asking' OR (state = 'answered' AND number >= $2))
    ORDER BY created_at DESC, id DESC
"""
LOOKED = "UPDATE incidents SET look_requested = false WHERE id = $1"
PODS = "SELECT * FROM failed_pods WHERE incident_id = $1 ORDER BY failing_since DESC, uid"
EXPLAINED = """
    SELECT explains FROM diagnoses WHERE incident_id = $1 AND number >= $2
    ORDER BY created_at DESC, id DESC LIMIT 1
"""


async def take(pool: Pool, request: TakeRequest, quiet: Quiet, now: datetime) -> IncidentView:
    """The incident as it stands: its row is the truth, whatever nudged the workflow. Also notes
    the run that took it. A request to look at the workload is handed over once."""
    incident_id = UUID(request.incident_id)
    async with transaction(pool) as connection:
        if affected(await connection.execute(UNIGNORE, incident_id, now)):
            await happened(connection, incident_id, now, "reopened", None, "The time is over.")
            await emit(connection, now, await updated(connection, incident_id))
        row = await connection.fetchrow(INCIDENT, incident_id)
        if row is None:
            raise NotFound(f"There is no incident {incident_id}.")
        if row["look_requested"]:
            await connection.execute(LOOKED, incident_id)
        pods = await connection.fetch(PODS, incident_id)
        explained = await connection.fetchval(EXPLAINED, incident_id, row["opened_number"])
        is_folded = await connection.fetchval(IS_FOLDED, incident_id)
        investigated = await connection.fetch(INVESTIGATED, incident_id, row["opened_number"])
        workflow = (row["cluster"], request.workflow_id, "IncidentWorkflow")
        await runs.start(connection, UUID(request.run_id), incident_id, workflow, now)
        asks = await wanted(connection, row, now)
    further = {"folded": is_folded, "asks": asks} | _investigated(investigated)
    return _view(row, pods, explained, quiet).model_copy(update=further)


def _investigated(rows: list[Any]) -> dict[str, object]:
    answers = (str(row["id"]) for row in rows if row["state"] == "answered")
    return {
        "investigating": any(row["state"] == "asking" for row in rows),
        "answer_id": next(answers, ""),
    }


def _view(row: Any, pods: list[Any], explained: list[str] | None, quiet: Quiet) -> IncidentView:
    failing = [pod for pod in pods if pod["state"] == "failing"]
    explains = sorted({what for pod in failing for what in _what_fails(pod)})
    new = explained is None or not set(explains) <= set(explained) or row["retry_requested"]
    workload = Workload(row["cluster"], row["namespace"], row["kind"], row["name"])
    last = pods[0]["failures"] if pods else []
    return IncidentView(
        incident_id=str(row["id"]),
        workload=workload,
        status=Status(row["status"]),
        number=row["last_number"],
        pods_failing=len(failing),
        failing=_sample(failing),
        last_failed=[_pod_ref(pod) for pod in pods[:MOST_PODS]],
        newest_failure=pods[0]["failing_since"] if pods else None,
        explains=explains,
        needs_diagnosis=bool(failing) and new,
        quiet_seconds=quiet.after(f["failure_class"] for f in last),
        ignored_until=row["ignored_until"],
        look_now=row["look_requested"],
        acknowledged=row["acknowledged_by"] is not None,
        asked_by=row["model_asked_by"],
    )


async def pods_of(db: Db, incident_id: UUID, uid: str = "") -> list[PodRef]:
    """What of an incident is looked at: a sample of what fails, else what failed last, pods first;
    or only what has that uid."""
    pods = [p for p in await db.fetch(PODS, incident_id) if uid in ("", p["uid"])]
    failing = [pod for pod in pods if pod["state"] == "failing"]
    found = _sample(failing) or [_pod_ref(pod) for pod in pods[:MOST_PODS]]
    return sorted(found, key=lambda pod: pod.kind != "Pod")


def _what_fails(pod: Any) -> list[str]:
    """One mark for each class, container and pod template: a new template is a new question."""
    return [f"{f['failure_class']}|{f['container']}|{pod['template']}" for f in pod["failures"]]


def _sample(failing: list[Any]) -> list[PodRef]:
    seen: dict[str, int] = {}
    chosen = []
    for pod in failing:
        marks = _what_fails(pod)
        if any(seen.get(mark, 0) < SAMPLE for mark in marks):
            chosen.append(_pod_ref(pod))
        for mark in marks:
            seen[mark] = seen.get(mark, 0) + 1
    return chosen[:MOST_PODS]


def _pod_ref(pod: Any) -> PodRef:
    failures = [ReportedFailure.model_validate(failure) for failure in pod["failures"]]
    return PodRef(kind=pod["kind"], uid=pod["uid"], name=pod["name"], failures=failures)


# What a repeated attempt finds stays; what a later look finds takes its place.
STORE = """
    INSERT INTO diagnoses (id, incident_id, run_id, number, source, explains, causes, unavailable,
                           evidence_ids, created_at)
    VALUES ($1, $2, $3, $4, 'rules', $5, $6, $7, $8, $9)
    ON CONFLICT (incident_id, run_id, number, source) DO UPDATE
    SET explains = EXCLUDED.explains, causes = EXCLUDED.causes, created_at = EXCLUDED.created_at,
        unavailable = EXCLUDED.unavailable, evidence_ids = EXCLUDED.evidence_ids
    WHERE $10 AND diagnoses.causes <> EXCLUDED.causes
    RETURNING id, (
        SELECT max(received_at) FROM reports WHERE incident_id = $2 AND number <= $4
    ) AS reported_at
"""
DIAGNOSED = """
    UPDATE incidents SET severity = $2, summary = $3, diagnosing = false, retry_requested = false,
        on_node = $4, version = version + 1
    WHERE id = $1
"""


async def store_diagnosis(
    pool: Pool, request: DiagnoseRequest, causes: list[dict[str, Any]], now: datetime
) -> datetime | None:
    """Keep a diagnosis and show it; none of an incident that has become part of another. `causes`
    are the diagnosis' own, as JSON. Returns when the newest report that it explains came; None
    where nothing was kept now, or nobody reported."""
    incident_id, run_id = UUID(request.incident_id), UUID(request.run_id)
    diagnosis = request.gathered.diagnosis
    async with transaction(pool) as connection:
        row = await connection.fetchrow(INCIDENT, incident_id)
        if row is None or row["status"] == "merged":
            return None
        stored = await connection.fetchrow(
            STORE, new_id(), incident_id, run_id, request.number, request.explains, causes,
            list(diagnosis.unavailable), request.gathered.evidence_ids, now,
            request.look > 0,
        )  # fmt: skip
        if stored is None:
            return None
        title = causes[0]["title"] if causes else "The cause could not be determined"
        node = blamed_node(row, causes)
        await connection.execute(DIAGNOSED, incident_id, diagnosis.severity.value, title, node)
        own = row["name"] if row["kind"] == "Node" else ""
        around = await touch(connection, row["cluster"], node, row["on_node"], own)
        await happened(connection, incident_id, now, "diagnosed", None, title)
        ready = {
            "incident_id": request.incident_id,
            "diagnosis_id": str(stored["id"]),
            "source": "rules",
        }
        await emit(
            connection,
            now,
            NewEvent(
                "diagnosis.ready",
                "incident",
                request.incident_id,
                payload=ready,
                incident_id=incident_id,
            ),
            *around,
            await updated(connection, incident_id),
        )
    reported_at: datetime | None = stored["reported_at"]
    return reported_at


# The whole decision is this WHERE: a report that came meanwhile, or a person, keeps it open.
CLOSE = """
    UPDATE incidents SET status = 'resolved', resolved_at = $3, resolution = $4,
        diagnosing = false, retry_requested = false, version = version + 1,
        ignored_by = NULL, ignored_until = NULL, ignored_until_number = NULL
    WHERE id = $1 AND last_number = $2 AND status NOT IN ('resolved', 'merged')
    RETURNING cluster, kind, name, on_node
"""
RESOLVED = "SELECT status = 'resolved' AND last_number = $2 FROM incidents WHERE id = $1"
PODS_ENDED = """
    UPDATE failed_pods SET state = $2, last_seen = $3,
        healthy_since = CASE WHEN $2 = 'healthy' THEN $3 ELSE healthy_since END
    WHERE incident_id = $1 AND state = 'failing'
"""


async def close(pool: Pool, request: CloseRequest, now: datetime) -> bool:
    """Close the incident unless a newer report has come; True also where it was closed before."""
    incident_id = UUID(request.incident_id)
    async with transaction(pool) as connection:
        row = await connection.fetchrow(
            CLOSE, incident_id, request.handled_number, now, request.resolution.value
        )
        if row is None:
            return bool(await connection.fetchval(RESOLVED, incident_id, request.handled_number))
        state = "gone" if request.resolution.value == "gone" else "healthy"
        await connection.execute(PODS_ENDED, incident_id, state, now)
        await happened(connection, incident_id, now, "resolved", None, request.text)
        around = await closed(connection, row)
        await emit(connection, now, await updated(connection, incident_id), *around)
    return True
