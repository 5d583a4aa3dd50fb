"""A worker's process as it is wired: what it serves for Prometheus."""

import asyncio
from pathlib import Path

import httpx
import pytest
from temporalio.client import Client

from kure.errors import Misconfigured
from tests.api.conftest import free_port, settings_for
from workers.wiring import serve
from workflows.names import KURE, RETENTION


async def metrics(client: httpx.AsyncClient, listen: str) -> str:
    """What is served there; '' before anything is."""
    try:
        return (await client.get(f"http://{listen}/metrics")).text
    except httpx.ConnectError:
        return ""


async def test_a_worker_serves_its_metrics_and_those_of_its_temporal_client(
    database: str, temporal_address: str, temporal_client: Client, data_dir: Path
) -> None:
    own, sdk = (f"127.0.0.1:{free_port()}" for _ in range(2))
    more = {"worker_metrics_listen": own, "temporal_metrics_listen": sdk}
    settings = settings_for(database, temporal_address, data_dir, **more)
    stop = asyncio.Event()
    worker = asyncio.create_task(serve(settings, (KURE,), stop))
    done = 'kure_activity_duration_seconds_count{activity="prune",outcome="done"}'
    try:
        async with asyncio.timeout(60), httpx.AsyncClient() as client:
            while RETENTION not in [one.id async for one in await temporal_client.list_schedules()]:
                await asyncio.sleep(0.2)
            await temporal_client.get_schedule_handle(RETENTION).trigger()
            while done not in await metrics(client, own):
                await asyncio.sleep(0.2)
            shown = (await client.get(f"http://{sdk}/metrics")).text
    finally:
        stop.set()
        await worker
        await temporal_client.get_schedule_handle(RETENTION).delete()
    assert "temporal_request_total" in shown
    assert "temporal_activity_execution_latency_seconds_bucket" in shown


@pytest.mark.parametrize("setting", ["worker_metrics_listen", "temporal_metrics_listen"])
async def test_an_address_that_cannot_work_ends_the_worker(
    database: str, temporal_address: str, data_dir: Path, setting: str
) -> None:
    settings = settings_for(database, temporal_address, data_dir, **{setting: "nowhere"})
    with pytest.raises(BaseExceptionGroup) as failed:
        await serve(settings, (KURE,), asyncio.Event())
    (error,) = failed.value.exceptions
    assert isinstance(error, Misconfigured)
    assert f"KURE_{setting.upper()}" in str(error)
