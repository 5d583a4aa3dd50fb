"""What Prometheus reads, as of the moment it asks. On a listener of its own, off by default."""

from collections.abc import Iterable

from fastapi import FastAPI, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from api import problems
from api.state import Kure, State
from kure.adapters.postgres import agents, incidents, nodes


class _Snapshot(Collector):
    def __init__(self, metrics: list[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        return self._metrics


def create_app(main: FastAPI) -> FastAPI:
    """An application that has /metrics only, over the state of the main one."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.state = main.state
    problems.install(app)

    @app.get("/metrics")
    async def metrics(kure: Kure) -> Response:
        registry = CollectorRegistry()
        registry.register(_Snapshot([*await _watching(kure), await _incidents(kure), _told(kure)]))
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return app


async def _watching(kure: State) -> list[Metric]:
    now = kure.clock()
    found = await agents.everyone(kure.pool)
    blind = await nodes.unwatched(kure.pool, now)
    unwatched = GaugeMetricFamily(
        "kure_unwatched_nodes", "Nodes without a live agent", labels=["cluster"]
    )
    live = GaugeMetricFamily(
        "kure_agents_live", "Agents that spoke in the last 30 s", labels=["cluster"]
    )
    lag = GaugeMetricFamily(
        "kure_agent_watch_lag_seconds",
        "How long ago an agent's stalest watch last heard from the API server",
        labels=["cluster", "node"],
    )
    queued = GaugeMetricFamily(
        "kure_agent_queued", "Reports that wait at an agent", labels=["cluster", "node"]
    )
    for cluster in sorted({kure.settings.cluster, *(row["cluster"] for row in [*found, *blind])}):
        unwatched.add_metric([cluster], sum(row["cluster"] == cluster for row in blind))
        alive = (r for r in found if r["cluster"] == cluster and now - r["seen_at"] <= nodes.SILENT)
        live.add_metric([cluster], sum(1 for _ in alive))
    for row in found:
        lag.add_metric([row["cluster"], row["node"]], row["watch_lag_seconds"])
        queued.add_metric([row["cluster"], row["node"]], row["queued"])
    return [unwatched, live, lag, queued]


async def _incidents(kure: State) -> Metric:
    metric = GaugeMetricFamily("kure_incidents", "Incidents by their status", labels=["status"])
    for status, count in (await incidents.by_status(kure.pool)).items():
        metric.add_metric([status], count)
    return metric


def _told(kure: State) -> Metric:
    metric = CounterMetricFamily(
        "kure_reports", "What agents told this process", labels=["what", "outcome"]
    )
    for (what, outcome), count in sorted(kure.reporting.counts.items()):
        metric.add_metric([what, outcome], count)
    return metric
