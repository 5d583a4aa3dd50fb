"""What Prometheus reads, and that the dashboard and the alert rules ask for nothing else."""

import asyncio
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from agent import metrics as of_agent
from kure.adapters.clock import utc_now
from kure.adapters.postgres import deliveries
from kure.adapters.postgres.models import breakers
from kure.adapters.postgres.pool import open_pool, transaction
from kure.adapters.prometheus import new_registry, serving
from kure.contracts.models import Budget
from kure.contracts.reports import Heartbeat
from kure.domain.models.conversation import Usage
from kure.domain.retention import Record
from kure.errors import Misconfigured
from kure.investigating.asking import Called
from kure.settings import Settings
from tests.api.conftest import AGENT_TOKEN, free_port, settings_for
from tests.api.kube_server import as_agent
from tests.api.test_listeners import listening
from tests.api.test_reports import CRASH, FAILED
from tests.investigating.stage import failing, provider, put
from workers.metrics import WorkerMetrics

MONITORING = Path(__file__).parents[2] / "infra" / "monitoring"


@pytest.fixture
def settings(database: str, temporal_address: str, data_dir: Path) -> Settings:
    listen = f"127.0.0.1:{free_port()}"
    return settings_for(database, temporal_address, data_dir, metrics_listen=listen)


def samples(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def read(settings: Settings) -> str:
    async with httpx.AsyncClient(timeout=15) as client:
        return (await client.get(f"http://{settings.metrics_listen}/metrics")).text


async def test_the_api_tells_of_incidents_backlog_requests_and_itself(settings: Settings) -> None:
    url = f"http://127.0.0.1:{settings.port}"
    async with listening(settings), httpx.AsyncClient(base_url=url, timeout=15) as client:
        assert (await client.post(FAILED, json=CRASH, **as_agent(AGENT_TOKEN))).status_code == 202
        assert (await client.get("/api/incidents/no-such-thing")).status_code == 401
        await client.get(f"/{'x' * 100}")
        found = samples(await read(settings))
        async with asyncio.timeout(10):  # a worker's absence is looked for every ten seconds
            while ("kure_part_up", (("part", "workers of kure"),)) not in found:
                await asyncio.sleep(0.2)
                found = samples(await read(settings))
    assert found["kure_incident_classes", (("class", "CrashLoopBackOff"), ("status", "open"))] == 1
    assert found["kure_mirrors", (("verdict", "passed"),)] == 0
    assert found["kure_mirrors_live", (("cluster", settings.cluster),)] == 0
    assert found["kure_part_up", (("part", "postgresql"),)] == 1
    assert found["kure_stream_clients", ()] == 0
    assert found["kure_database_connections_most", ()] == settings.database_pool
    assert ("process_resident_memory_bytes", ()) in found
    requests = {
        dict(labels)["route"]
        for name, labels in found
        if name == "kure_http_request_duration_seconds_count"
    }
    assert "/api/incidents/{incident_id}" in requests
    assert not any("x" * 100 in route or "no-such-thing" in route for route in requests)


async def test_a_report_that_nobody_passed_on_is_counted_with_its_age(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with listening(settings), httpx.AsyncClient(timeout=15) as client:
        monkeypatch.setattr("api.relay.Relay.pass_on", _nothing)
        url = f"http://127.0.0.1:{settings.port}{FAILED}"
        await client.post(url, json=CRASH, **as_agent(AGENT_TOKEN))
        found = samples(await read(settings))
    assert found["kure_reports_waiting", ()] >= 1
    assert found["kure_reports_waiting_oldest_seconds", ()] >= 0


async def _nothing(relay: object) -> bool:
    return False


async def test_a_process_serves_its_own_registry_and_nothing_else() -> None:
    listen = f"127.0.0.1:{free_port()}"
    async with (
        serving("KURE_WORKER_METRICS_LISTEN", listen, new_registry()),
        httpx.AsyncClient(base_url=f"http://{listen}") as client,
    ):
        assert "process_cpu_seconds_total" in (await client.get("/metrics")).text
        assert (await client.get("/")).status_code == 404
        with pytest.raises(Misconfigured, match="KURE_WORKER_METRICS_LISTEN"):
            async with serving("KURE_WORKER_METRICS_LISTEN", listen, new_registry()):
                pass


def worker_metrics() -> str:
    metrics = WorkerMetrics()
    metrics.diagnosed(timedelta(seconds=0.7))
    metrics.gone(Record.RUN, 3)
    metrics.asked(Called("a", "answer", 2.5, Usage(100, 10, 40), Decimal("0.25")))
    metrics.activity_seconds.labels("gather", "done").observe(0.2)
    return generate_latest(metrics.registry).decode()


def agent_metrics() -> str:
    of_agent.DETECTIONS.labels("OOMKilled").inc()
    doing = of_agent.Doing(lambda: Heartbeat(version="1", queued=7, pods=110))
    of_agent.REGISTRY.register(doing)
    try:
        return generate_latest(of_agent.REGISTRY).decode()
    finally:
        of_agent.REGISTRY.unregister(doing)


def test_a_worker_tells_how_long_after_its_report_a_diagnosis_came() -> None:
    found = samples(worker_metrics())
    assert found["kure_diagnosis_latency_seconds_bucket", (("le", "0.8"),)] == 1
    assert found["kure_diagnosis_latency_seconds_bucket", (("le", "0.6"),)] == 0
    assert found["kure_retention_deleted_total", (("record", "run"),)] == 3


def test_a_worker_tells_what_models_were_asked_and_cost() -> None:
    found, of_a = samples(worker_metrics()), ("provider", "a")
    assert found["kure_model_calls_total", (("outcome", "answer"), of_a)] == 1
    assert found["kure_model_call_seconds_sum", (of_a,)] == 2.5
    assert found["kure_model_tokens_total", (("kind", "cached"), of_a)] == 40
    assert found["kure_model_usd_total", (of_a,)] == 0.25


def test_an_agent_tells_what_it_watches_and_what_waits() -> None:
    found = samples(agent_metrics())
    assert found["kure_agent_pods", ()] == 110
    assert found["kure_agent_reports_waiting", ()] == 7


def expressions(found: Any) -> Iterator[str]:
    """Every `expr` in a document."""
    if isinstance(found, dict):
        for key, value in found.items():
            if key == "expr":
                yield value
            yield from expressions(value)
    elif isinstance(found, list):
        for value in found:
            yield from expressions(value)


DASHBOARD = json.loads((MONITORING / "dashboard.json").read_text())
RULES = yaml.safe_load((MONITORING / "rules.yaml").read_text())
NAME = re.compile(r"\b(?:kure|process|temporal)_[a-z_]+\b")


async def a_channel_fails(settings: Settings) -> None:
    assert settings.database_url is not None
    pool = await open_pool(settings.database_url.get_secret_value(), 2)
    await deliveries.reached(pool, "ops", "it answered 503", utc_now())
    await pool.close()


async def a_model_fails(settings: Settings) -> None:
    assert settings.database_url is not None
    pool = await open_pool(settings.database_url.get_secret_value(), 2)
    known = await put(pool, provider("main"), budget=Budget(calls=0))
    async with transaction(pool) as connection:
        breaker = known.breaker(known.providers[0])
        await breakers.failed(connection, breaker, failing("key"), utc_now(), tried=False)
    await pool.close()


async def test_the_dashboard_and_the_rules_ask_for_metrics_that_are_there(
    settings: Settings,
) -> None:
    beat = {"version": "1", "node": "node-1", "leads": True, "nodes": ["node-1"]}
    async with listening(settings), httpx.AsyncClient(timeout=15) as client:
        url = f"http://127.0.0.1:{settings.port}"
        await client.post(url + FAILED, json=CRASH, **as_agent(AGENT_TOKEN))
        await client.post(url + "/api/agent/heartbeat", json=beat, **as_agent(AGENT_TOKEN))
        await a_channel_fails(settings)
        await a_model_fails(settings)
        found = samples(await read(settings))
    assert found["kure_notification_channel_up", (("channel", "ops"),)] == 0
    assert found["kure_model_breaker_open", (("provider", "main"),)] == 1
    assert found["kure_model_budget_used_ratio", (("of", "calls"),)] == 1
    assert found["kure_model_budget_used_ratio", (("of", "usd"),)] == 0
    named = {name for name, _ in found | samples(worker_metrics()) | samples(agent_metrics())}
    asked = {name for text in expressions([DASHBOARD, RULES]) for name in NAME.findall(text)}
    assert len(asked) > 15
    assert asked <= named


def test_every_alert_says_what_to_do() -> None:
    (group,) = RULES["groups"]
    for rule in group["rules"]:
        assert rule["annotations"].keys() == {"summary", "action"}, rule["alert"]
        assert rule["labels"]["severity"] in ("warning", "critical")
        assert rule["for"]
    assert len({rule["alert"] for rule in group["rules"]}) == len(group["rules"])
