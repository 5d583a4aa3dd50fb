"""Incidents: the list, the page, the evidence, and what people do with them."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.changing import ChangeBody, IgnoreBody, Key, changed, ignoring, simple
from api.progress import with_link
from api.state import Kure, Reader, Writer
from kure.adapters.postgres import audit, forgetting, incidents
from kure.adapters.postgres.incidents import Filter
from kure.adapters.postgres.rows import read_row
from kure.contracts.incidents import (
    Action,
    Changed,
    EvidenceItem,
    EvidenceRow,
    IncidentDetail,
    IncidentRow,
    Status,
)
from kure.domain.diagnosis.model import Severity
from kure.domain.failures.model import FailureClass

router = APIRouter(prefix="/api/incidents", tags=["incidents"])


class IncidentQuery(BaseModel):
    """Filters, order and page of the list; what is not named here is refused.

    Where nothing but `cluster` and `status` narrows the list, what a failing node explains is not
    among its rows: it is asked for by `folded_into`, the id of the node's incident, or `flat` gives
    every incident a row.
    """

    model_config = ConfigDict(extra="forbid")

    status: list[Status] = []
    cluster: list[str] = []
    namespace: list[str] = []
    kind: list[str] = []
    workload: list[str] = []
    failure_class: Annotated[list[FailureClass], Field(alias="class")] = []
    severity: list[Severity] = []
    since: AwareDatetime | None = None
    q: Annotated[str, Field(max_length=200)] = ""
    folded_into: UUID | None = None
    flat: bool = False
    sort: Literal["attention", "last_seen", "first_seen"] = "attention"
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    after: Annotated[str, Field(max_length=500)] = ""


class IncidentPage(BaseModel):
    """A page of the list. `counts` are of the filter without its status; `total` with it."""

    items: list[IncidentRow]
    next: str | None
    total: int
    counts: dict[str, int]
    as_of_seq: int


class EvidenceList(BaseModel):
    items: list[EvidenceRow]


@router.get("")
async def list_incidents(
    query: Annotated[IncidentQuery, Query()], kure: Kure, person: Reader
) -> IncidentPage:
    """What fails and what has failed, most urgent first."""
    wanted = Filter(
        status=tuple(query.status),
        cluster=tuple(query.cluster),
        namespace=tuple(query.namespace),
        kind=tuple(query.kind),
        workload=tuple(query.workload),
        failure_class=tuple(query.failure_class),
        severity=tuple(query.severity),
        since=query.since,
        text=query.q.replace("\0", ""),
        scopes=person.scopes,
        folded_into=query.folded_into,
        is_flat=query.flat,
    )
    page = await incidents.list_incidents(kure.pool, wanted, query.sort, query.limit, query.after)
    return IncidentPage.model_validate(page, from_attributes=True)


@router.get("/{incident_id}")
async def read_incident(incident_id: UUID, kure: Kure, person: Reader) -> IncidentDetail:
    """All that its page needs but the evidence."""
    detail = await incidents.read_incident(kure.pool, incident_id, person.scopes)
    linked: dict[str, object] = {"run": with_link(detail.run, kure.settings)}
    if detail.investigation is not None:
        run = with_link(detail.investigation.run, kure.settings)
        linked["investigation"] = detail.investigation.model_copy(update={"run": run})
    return detail.model_copy(update=linked)


@router.get("/{incident_id}/evidence")
async def list_evidence(incident_id: UUID, kure: Kure, person: Reader) -> EvidenceList:
    """What was captured, newest first, without the texts."""
    await read_row(kure.pool, incident_id, person.scopes)
    return EvidenceList(items=await kure.evidence.rows(kure.pool, incident_id))


@router.get("/{incident_id}/evidence/{evidence_id}", responses={304: {}})
async def read_evidence(
    incident_id: UUID, evidence_id: UUID, kure: Kure, person: Reader,
    request: Request, response: Response,
) -> EvidenceItem:  # fmt: skip
    """One captured thing with its text, redacted. It never changes, so its ETag is its id."""
    response.headers["ETag"] = f'"{evidence_id}"'
    response.headers["Cache-Control"] = "private, max-age=3600, immutable"
    response.headers["Vary"] = "Cookie, Authorization"
    await read_row(kure.pool, incident_id, person.scopes)
    item = await kure.evidence.read(kure.pool, incident_id, evidence_id)
    target, about = f"evidence/{evidence_id}", {"incident": str(incident_id)}
    now = kure.clock()
    await audit.write(kure.pool, now, person.name, "read_evidence", target, "done", about)
    return item


@router.delete("/{incident_id}", status_code=204)
async def delete_incident(incident_id: UUID, kure: Kure, person: Writer) -> None:
    """Delete a resolved or ignored incident with all that was captured of it. A new failure of its
    workload is a new incident."""
    await forgetting.forget(kure.pool, incident_id, person.name, person.scopes, kure.clock())


@router.post("/{incident_id}/acknowledge")
async def acknowledge(
    incident_id: UUID, body: ChangeBody, kure: Kure, person: Writer, key: Key = None
) -> Changed:
    """Tell the team that somebody is looking at it."""
    return await changed(kure, person, incident_id, simple(Action.ACKNOWLEDGE, body, person), key)


@router.post("/{incident_id}/ignore")
async def ignore(
    incident_id: UUID, body: IgnoreBody, kure: Kure, person: Writer, key: Key = None
) -> Changed:
    """Out of the list: until a time, until it was reported so often again, or for ever."""
    return await changed(kure, person, incident_id, ignoring(body, person, kure.clock()), key)


@router.post("/{incident_id}/restore")
async def restore(
    incident_id: UUID, body: ChangeBody, kure: Kure, person: Writer, key: Key = None
) -> Changed:
    """Back into the list."""
    return await changed(kure, person, incident_id, simple(Action.RESTORE, body, person), key)


@router.post("/{incident_id}/resolve")
async def resolve(
    incident_id: UUID, body: ChangeBody, kure: Kure, person: Writer, key: Key = None
) -> Changed:
    """Say that it is over; a new failure reopens it as regressed."""
    return await changed(kure, person, incident_id, simple(Action.RESOLVE, body, person), key)


@router.post("/{incident_id}/retry")
async def retry(
    incident_id: UUID, body: ChangeBody, kure: Kure, person: Writer, key: Key = None
) -> Changed:
    """Gather and diagnose again."""
    return await changed(kure, person, incident_id, simple(Action.RETRY, body, person), key)


@router.post("/{incident_id}/investigate")
async def investigate(
    incident_id: UUID, body: ChangeBody, kure: Kure, person: Writer, key: Key = None
) -> Changed:
    """Ask a model, also where one was asked before: that may cost something. What is under way
    already goes on."""
    return await changed(kure, person, incident_id, simple(Action.INVESTIGATE, body, person), key)
