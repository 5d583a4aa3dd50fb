"""What agents say and ask. The cluster is the token's, whatever the body says; so is the node,
where the token is that of a pod on one."""

import asyncio
import base64
import hashlib
from contextlib import suppress
from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Query, Response

from api.identity import AgentIdentity, own_node
from api.ingest import captured, clean, ingest, own_cluster
from api.state import Agent, Kure, Reporter, State
from kure.adapters import tracing
from kure.adapters.postgres import agents, mirrors, nodes, reports
from kure.adapters.postgres.reports import FailingPod
from kure.contracts.reports import (
    Accepted,
    AgentConfig,
    CapturedEvidence,
    EvidenceStored,
    FailedReport,
    Heartbeat,
    InForce,
    OpenPods,
    PodReport,
)
from kure.domain.failures.model import in_seconds
from kure.domain.mirrors.names import INFIX
from kure.domain.redact import Redactor
from kure.errors import ClusterUnavailable, InvalidInput, NotFound

router = APIRouter(prefix="/api", tags=["agents"])


def _redactor(kure: State, cluster: str) -> Redactor:
    return Redactor(kure.keyring.redaction_key(cluster))


@router.post("/pods/failed", status_code=202, responses={200: {"model": Accepted}})
async def report_failed(
    report: FailedReport, kure: Kure, agent: Reporter, response: Response
) -> Accepted:
    """A pod, or another object, fails. Opens its owner's incident, or adds to it; the same report
    again changes nothing. What is excluded is not kept, nor what a mirror of ours does: 200."""
    redactor = _redactor(kure, agent.cluster)
    async with kure.reporting.of(agent, "failed", f"{report.kind}/{report.name}"):
        # Beside the event loop: to redact a long log takes as long as many requests.
        found = await asyncio.to_thread(ingest, report, agent.cluster, redactor, kure.clock())
        reach = await kure.agents.reach(agent, found.pod.node)
        pod = None if await _is_mirror(kure, found.pod) else kure.exclusions.kept(found.pod)
        if pod is None:
            response.status_code = 200
            kure.reporting.counts["failed", "excluded"] += 1
            return Accepted(incident_id=None, excluded=True)
        pod = replace(pod, traceparent=tracing.traceparent())
        accepted = await reports.receive_failed(kure.pool, pod, kure.clock(), reach)
        kure.wake_relay()
        if found.evidence and accepted.incident_id:
            await kure.evidence.save(accepted.incident_id, found.evidence, kure.clock())
    return _counted(kure, "failed", accepted)


async def _is_mirror(kure: State, pod: FailingPod) -> bool:
    """Whether a fix is being tested on it: what it does is the test's to tell. A label does not
    make a pod one; only its name makes it worth asking."""
    if pod.kind != "Pod" or INFIX not in pod.name:
        return False
    cluster, now = pod.workload.cluster, kure.clock()
    return await mirrors.is_mirror(kure.pool, cluster, pod.namespace, pod.name, pod.uid, now)


@router.post("/pods/healthy", status_code=202)
async def report_healthy(report: PodReport, kure: Kure, agent: Reporter) -> Accepted:
    """What failed is well again."""
    return await _ended(report, "healthy", kure, agent)


@router.post("/pods/gone", status_code=202)
async def report_gone(report: PodReport, kure: Kure, agent: Reporter) -> Accepted:
    """What failed was deleted."""
    return await _ended(report, "gone", kure, agent)


async def _ended(report: PodReport, state: str, kure: State, agent: AgentIdentity) -> Accepted:
    uid = clean(report.uid)
    async with kure.reporting.of(agent, state, f"{report.kind}/{report.name}"):
        own_cluster(report.cluster, agent.cluster)
        known = await reports.subject(kure.pool, agent.cluster, uid)
        reach = await kure.agents.reach(agent, *([known.node] if known else []))
        accepted = await reports.receive_ended(
            kure.pool, agent.cluster, uid, state, report.since, kure.clock(), reach
        )
        kure.wake_relay()
    return _counted(kure, state, accepted)


def _counted(kure: State, what: str, accepted: Accepted) -> Accepted:
    kure.reporting.counts[what, "duplicate" if accepted.duplicate else "accepted"] += 1
    return accepted


@router.put("/agent/evidence")
async def store_evidence(evidence: CapturedEvidence, kure: Kure, agent: Reporter) -> EvidenceStored:
    """What an agent captured of something that it reported."""
    uid = clean(evidence.uid)
    async with kure.reporting.of(agent, "evidence", f"{evidence.kind}/{evidence.name}"):
        known = await reports.subject(kure.pool, agent.cluster, uid)
        if known is None:
            raise NotFound(f"Nothing with uid {uid!r} was reported in cluster {agent.cluster!r}.")
        (await kure.agents.reach(agent, known.node)).check(known.node)
        subject = f"{known.kind}/{known.name}"
        redactor = _redactor(kure, agent.cluster)
        items = await asyncio.to_thread(captured, evidence, subject, redactor)
        ids = await kure.evidence.save(str(known.incident_id), items, kure.clock())
    kure.reporting.counts["evidence", "accepted"] += 1
    return EvidenceStored(evidence_ids=ids)


@router.get("/agent/open")
async def open_pods(
    kure: Kure,
    agent: Agent,
    node: Annotated[str, Query(max_length=253)] = "",
    scope: Literal["all", "node", "rest"] | None = None,
) -> OpenPods:
    """What is held to be failing, for an agent after its restart: in all of the cluster, on one
    node, or (`rest`) on none. Without a scope: on `node`, or where the agent's token is from."""
    place: str | None
    if scope == "rest":
        place = ""
    elif scope == "all":
        place = None
        own_node(agent, "")
    else:
        place = clean(node) or agent.node
        if place is None and scope == "node":
            raise InvalidInput("Which node?", (("node", "scope node needs one"),))
        own_node(agent, place or "")
    rows = await reports.open_pods(kure.pool, agent.cluster, place)
    return OpenPods.model_validate({"items": rows})


@router.get("/agent/config", responses={304: {}})
async def agent_config(
    kure: Kure,
    agent: Agent,
    response: Response,
    wait: Annotated[float, Query(ge=0, le=55)] = 0,
    if_none_match: Annotated[str | None, Header()] = None,
) -> AgentConfig:
    """What an agent needs to know before it watches. With If-None-Match and `wait`, the answer
    comes when something has changed, or after so many seconds as 304."""
    config, etag = _config(kure, agent)
    with suppress(TimeoutError):
        async with asyncio.timeout(wait):
            while if_none_match == etag and not kure.stopping.is_set():
                await _news(kure)
                config, etag = _config(kure, agent)
    response.headers.update({"Cache-Control": "no-store", "ETag": etag})
    if if_none_match == etag:
        response.status_code = 304
    return config


def _config(kure: State, agent: AgentIdentity) -> tuple[AgentConfig, str]:
    """What the agent needs to know now, and its ETag."""
    config = AgentConfig(
        cluster=agent.cluster,
        redaction_key=base64.b64encode(kure.keyring.redaction_key(agent.cluster)).decode(),
        graces=in_seconds(kure.settings.graces),
        exclusions=[InForce.of(one) for one in kure.exclusions.in_force(agent.cluster)],
    )
    return config, f'"{hashlib.sha256(config.model_dump_json().encode()).hexdigest()[:32]}"'


async def _news(kure: State) -> None:
    """Until exclusions change, or this process ends; else settings stay as they are."""
    ends = [
        asyncio.ensure_future(event) for event in (kure.exclusions.changed(), kure.stopping.wait())
    ]
    try:
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for end in ends:
            end.cancel()


@router.post("/agent/heartbeat", status_code=204)
async def heartbeat(beat: Heartbeat, kure: Kure, agent: Agent) -> None:
    """An agent lives, and how it is doing. That it leads, and what it says of nodes then, is
    believed from the holder of the Lease only, or from a token that is bound to no node."""
    async with kure.reporting.of(agent, "heartbeat", f"Node/{beat.node}"):
        own_node(agent, beat.node)
    known = Heartbeat.model_validate(clean(beat.model_dump()))
    if known.leads and not await _leads(kure, agent):
        known = known.model_copy(update={"leads": False})
    kure.exclusions.note(known.excluded)
    await agents.beat(kure.pool, agent.cluster, known, kure.clock())
    if known.leads and known.nodes:
        await nodes.named(kure.pool, agent.cluster, known.nodes, kure.clock())


async def _leads(kure: State, agent: AgentIdentity) -> bool:
    """That an agent lives must be heard even where nobody can say who leads."""
    try:
        return await kure.agents.leads(agent)
    except ClusterUnavailable:
        return False
