"""What Prometheus reads, as of the moment it asks. On a listener of its own, off by default."""

from collections.abc import Iterable

from fastapi import FastAPI, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from api import problems
from api.channel_metrics import channels
from api.model_metrics import models
from api.state import Kure, State
from kure.adapters.postgres import agents, incidents, mirrors, nodes, nudges
from kure.contracts.mirrors import Verdict


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
        found = [*await _watching(kure), *await _incidents(kure), *await _waiting(kure)]
        found += [*await channels(kure), *await _mirrors(kure), *await models(kure)]
        registry.register(_Snapshot([*found, _told(kure), *_process(kure), *_parts(kure)]))
        counted: CollectorRegistry = app.state.registry
        body = generate_latest(counted) + generate_latest(registry)
        return Response(body, media_type=CONTENT_TYPE_LATEST)

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


async def _incidents(kure: State) -> list[Metric]:
    all_ = GaugeMetricFamily("kure_incidents", "Incidents by their status", labels=["status"])
    for status, count in (await incidents.by_status(kure.pool)).items():
        all_.add_metric([status], count)
    classes = GaugeMetricFamily(
        "kure_incident_classes",
        "Incidents that are not resolved, by what fails; one that fails in two ways counts twice",
        labels=["class", "status"],
    )
    for name, status, count in await incidents.by_class(kure.pool):
        classes.add_metric([name, status], count)
    return [all_, classes]


async def _mirrors(kure: State) -> list[Metric]:
    by_verdict, by_cluster = await mirrors.counts(kure.pool)
    kept = GaugeMetricFamily(
        "kure_mirrors", "Mirrors that are remembered, by their verdict", labels=["verdict"]
    )
    counted = {row["verdict"]: row["n"] for row in by_verdict}
    for verdict in Verdict:
        kept.add_metric([verdict.value], counted.get(verdict.value, 0))
    live = GaugeMetricFamily("kure_mirrors_live", "Mirrors that are not gone", labels=["cluster"])
    living = {kure.settings.cluster: 0} | {row["cluster"]: row["n"] for row in by_cluster}
    for cluster, count in sorted(living.items()):
        live.add_metric([cluster], count)
    return [kept, live]


async def _waiting(kure: State) -> list[Metric]:
    count, oldest = await nudges.waiting(kure.pool)
    waiting = GaugeMetricFamily(
        "kure_reports_waiting", "Stored reports that no workflow has been told of", count
    )
    age = 0.0 if oldest is None else (kure.clock() - oldest).total_seconds()
    oldest_age = GaugeMetricFamily(
        "kure_reports_waiting_oldest_seconds", "How long the oldest of them waits", max(age, 0.0)
    )
    backlog = GaugeMetricFamily(
        "kure_task_queue_backlog", "Tasks that wait for a worker", labels=["queue"]
    )
    workers = GaugeMetricFamily(
        "kure_task_queue_workers", "Workers that ask a queue for work", labels=["queue"]
    )
    for queue in kure.health.queues:
        backlog.add_metric([queue.name], queue.backlog)
        workers.add_metric([queue.name], queue.pollers)
    return [waiting, oldest_age, backlog, workers]


def _process(kure: State) -> list[Metric]:
    connections = GaugeMetricFamily(
        "kure_database_connections", "Connections of this process' pool", labels=["state"]
    )
    idle = kure.pool.get_idle_size()
    connections.add_metric(["idle"], idle)
    connections.add_metric(["used"], kure.pool.get_size() - idle)
    most = GaugeMetricFamily(
        "kure_database_connections_most",
        "The most that the pool may have (KURE_DATABASE_POOL)",
        kure.pool.get_max_size(),
    )
    clients = GaugeMetricFamily(
        "kure_stream_clients", "Clients of this process' live stream", kure.places.taken
    )
    return [connections, most, clients]


def _parts(kure: State) -> list[Metric]:
    up = GaugeMetricFamily(
        "kure_part_up", "Whether a part works, as this process sees it", labels=["part"]
    )
    for part in kure.health.seen:
        up.add_metric([part.name], float(part.state != "down"))
    return [up]


def _told(kure: State) -> Metric:
    metric = CounterMetricFamily(
        "kure_reports", "What agents told this process", labels=["what", "outcome"]
    )
    for (what, outcome), count in sorted(kure.reporting.counts.items()):
        metric.add_metric([what, outcome], count)
    return metric
