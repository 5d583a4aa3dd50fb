"""Traces from a report to its diagnosis, as a collector gets them; and what never leaves."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web
from google.protobuf.json_format import MessageToJson
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from temporalio import activity

from agent.api import Api as AgentApi
from api.main import create_app
from kure.adapters import tracing
from kure.adapters.postgres.pool import open_pool
from kure.adapters.temporal import connect
from kure.contracts.activities import Gathered, GatherRequest
from kure.errors import DatabaseUnavailable
from kure.settings import Settings, load
from tests.api.conftest import free_port, running, settings_for
from tests.api.test_reports import CRASH, FAILED
from tests.workflows.world import ScriptedCluster, World

SECRET = "hunter2-in-the-text-of-an-error"


@dataclass
class Collector:
    """A collector that keeps what it gets."""

    url: str
    got: list[ExportTraceServiceRequest] = field(default_factory=list)

    @property
    def spans(self) -> list[Span]:
        return [
            span
            for request in self.got
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]

    @property
    def text(self) -> str:
        return "".join(MessageToJson(request) for request in self.got)


@asynccontextmanager
async def collecting() -> AsyncIterator[Collector]:
    collector = Collector(f"http://127.0.0.1:{free_port()}")

    async def take(request: web.Request) -> web.Response:
        collector.got.append(ExportTraceServiceRequest.FromString(await request.read()))
        return web.Response(content_type="application/x-protobuf")

    app = web.Application()
    app.router.add_post("/v1/traces", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(collector.url.rpartition(":")[2])).start()
    try:
        yield collector
    finally:
        await runner.cleanup()


class Failing(ScriptedCluster):
    """Fails once, with a text that quotes what it must not."""

    @activity.defn
    async def gather(self, request: GatherRequest) -> Gathered:
        if not self.gathered:
            self.failing_gathers.append(DatabaseUnavailable(SECRET))
        return await super().gather(request)


async def test_one_trace_leads_from_the_report_to_its_diagnosis(
    database: str, temporal_address: str, data_dir: Path
) -> None:
    async with collecting() as collector:
        settings = settings_for(database, temporal_address, data_dir, otlp_endpoint=collector.url)
        spans = tracing.provider(settings, "worker")
        assert spans is not None
        pool = await open_pool(database, 5)
        client = await connect(settings, spans=spans)
        world = World(client, pool, cluster_name=settings.cluster, scripted=Failing())
        report = CRASH | {"message": f"password={SECRET}", "owner": _owner()}
        async with world.working(), running(settings) as api:
            answer = await api.agent("POST", FAILED + f"?note={SECRET}", json=report)
            incident_id = answer.json()["incident_id"]
            await world.until(incident_id, lambda row: not row.diagnosing)
            assert (await api.client.get("/healthz")).status_code == 200
        await asyncio.to_thread(spans.shutdown)
        await pool.close()
    by_name = {span.name: span for span in collector.spans}
    trace = by_name["POST /api/pods/failed"].trace_id
    told = {span.name for span in collector.spans if span.trace_id == trace}
    assert {
        "POST /api/pods/failed",
        "SignalWithStartWorkflow:IncidentWorkflow",
        "RunWorkflow:IncidentWorkflow",
        "RunActivity:gather",
        "RunActivity:diagnose",
    } <= told
    assert not any("healthz" in span.name for span in collector.spans)
    failed = [span for span in collector.spans if span.status.code == span.status.STATUS_CODE_ERROR]
    assert failed, "the attempt that failed is marked"
    assert SECRET not in collector.text
    assert not any(span.events for span in collector.spans)
    assert '"url.query"' not in collector.text
    assert '"http.user_agent"' not in collector.text


async def test_the_trace_begins_at_the_agent(
    database: str, temporal_address: str, data_dir: Path
) -> None:
    async with collecting() as collector:
        settings = settings_for(database, temporal_address, data_dir, otlp_endpoint=collector.url)
        async with running(settings) as api:
            agent = AgentApi(settings.model_copy(update={"api_url": api.url}))
            await agent.insist("POST", FAILED, json.dumps(CRASH).encode())
            await agent.open_pods({})
            await agent.aclose()
            parent = await api.pool.fetchval("SELECT traceparent FROM reports")
    told = {span.span_id: span for span in collector.spans if span.name == f"POST {FAILED}"}
    [child] = [span for span in told.values() if span.parent_span_id in told]
    assert child.trace_id.hex() == parent.split("-")[1], "with which the report is passed on"
    assert not any(span.name.startswith("GET") and not span.kind for span in collector.spans)


def _owner() -> dict[str, str]:
    return {"kind": "Deployment", "name": "cart"}


async def test_without_an_endpoint_there_are_no_traces(
    database: str, temporal_address: str, data_dir: Path
) -> None:
    settings = settings_for(database, temporal_address, data_dir)
    assert tracing.provider(settings, "api") is None
    async with running(settings) as api:
        await api.agent("POST", FAILED, json=CRASH)
        assert await api.pool.fetchval("SELECT traceparent FROM reports") is None
    assert create_app(settings).state.spans is None


@pytest.mark.parametrize("name", ["KURE_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"])
def test_either_name_of_the_setting_will_do(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "http://collector:4318")
    assert load().otlp_endpoint == "http://collector:4318"
    assert isinstance(load(), Settings)
