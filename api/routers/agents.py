"""What agents say and ask. The cluster is the token's, whatever the body says."""

import asyncio
import base64

from fastapi import APIRouter, Response

from api.ingest import captured, ingest, own_cluster
from api.state import AgentCluster, Kure, State
from kure.adapters.postgres import agents, reports
from kure.contracts.reports import (
    Accepted,
    AgentConfig,
    CapturedEvidence,
    EvidenceStored,
    FailedReport,
    Heartbeat,
    OpenPods,
    PodReport,
)
from kure.domain.failures.model import in_seconds
from kure.domain.redact import Redactor
from kure.errors import NotFound

router = APIRouter(prefix="/api", tags=["agents"])


def _redactor(kure: State, cluster: str) -> Redactor:
    return Redactor(kure.keyring.redaction_key(cluster))


@router.post("/pods/failed", status_code=202)
async def report_failed(report: FailedReport, kure: Kure, cluster: AgentCluster) -> Accepted:
    """A pod fails. Opens its owner's incident, or adds to it; the same report again changes
    nothing."""
    # Beside the event loop: to redact a long log takes as long as many requests.
    found = await asyncio.to_thread(ingest, report, cluster, _redactor(kure, cluster), kure.clock())
    accepted = await reports.receive_failed(kure.pool, found.pod, kure.clock())
    kure.wake_relay()
    if found.evidence and accepted.incident_id:
        await kure.evidence.save(accepted.incident_id, found.evidence, kure.clock())
    return accepted


@router.post("/pods/healthy", status_code=202)
async def report_healthy(report: PodReport, kure: Kure, cluster: AgentCluster) -> Accepted:
    """A pod that failed is well again."""
    return await _ended(report, "healthy", kure, cluster)


@router.post("/pods/gone", status_code=202)
async def report_gone(report: PodReport, kure: Kure, cluster: AgentCluster) -> Accepted:
    """A pod that failed was deleted."""
    return await _ended(report, "gone", kure, cluster)


async def _ended(report: PodReport, state: str, kure: State, cluster: str) -> Accepted:
    own_cluster(report.cluster, cluster)
    accepted = await reports.receive_ended(
        kure.pool, cluster, report.uid, state, report.since, kure.clock()
    )
    kure.wake_relay()
    return accepted


@router.put("/agent/evidence")
async def store_evidence(
    evidence: CapturedEvidence, kure: Kure, cluster: AgentCluster
) -> EvidenceStored:
    """What an agent captured of a pod that it reported."""
    incident_id = await reports.incident_of_pod(kure.pool, cluster, evidence.uid)
    if incident_id is None:
        raise NotFound(f"No pod with uid {evidence.uid!r} was reported in cluster {cluster!r}.")
    items = await asyncio.to_thread(captured, evidence, _redactor(kure, cluster))
    ids = await kure.evidence.save(str(incident_id), items, kure.clock())
    return EvidenceStored(evidence_ids=ids)


@router.get("/agent/open")
async def open_pods(kure: Kure, cluster: AgentCluster, node: str = "") -> OpenPods:
    """The pods that are held to be failing: what an agent looks up after its restart."""
    rows = await reports.open_pods(kure.pool, cluster, node)
    return OpenPods.model_validate({"items": rows})


@router.get("/agent/config")
async def agent_config(kure: Kure, cluster: AgentCluster, response: Response) -> AgentConfig:
    """What an agent needs to know before it watches."""
    response.headers["Cache-Control"] = "no-store"
    return AgentConfig(
        cluster=cluster,
        redaction_key=base64.b64encode(kure.keyring.redaction_key(cluster)).decode(),
        graces=in_seconds(kure.settings.graces),
    )


@router.post("/agent/heartbeat", status_code=204)
async def heartbeat(beat: Heartbeat, kure: Kure, cluster: AgentCluster) -> None:
    """An agent lives, and how it is doing."""
    await agents.beat(kure.pool, cluster, beat, kure.clock())
