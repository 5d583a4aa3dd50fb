"""Temporal's store was lost, or the database was restored: runs of open incidents start again."""

import asyncio
from pathlib import Path
from uuid import uuid4

import asyncpg
from pydantic import SecretStr
from temporalio.client import Client

from kure.adapters.postgres import backup
from kure.demo.temporal import TemporalServer
from kure.domain.workloads import Workload
from tests.api.conftest import running, settings_for
from tests.api.test_reports import CRASH, FAILED
from tests.conftest import database_url, folder
from workflows.names import incident_workflow_id


async def test_after_a_restore_beside_a_new_temporal_open_incidents_run_again(
    database: str, postgres_url: str, temporal_address: str, data_dir: Path, tmp_path: Path
) -> None:
    settings = settings_for(database, temporal_address, data_dir)
    async with running(settings) as api:
        assert (await api.agent("POST", FAILED, json=CRASH)).status_code == 202
        row = await api.pool.fetchrow("SELECT * FROM incidents")
        assert row is not None
        async with asyncio.timeout(10):
            while await api.pool.fetchval("SELECT count(*) FROM reports WHERE nudged_at IS NULL"):
                await asyncio.sleep(0.05)
        await backup.save(database, tmp_path / "b", lambda _: None)

    name = f"test_{uuid4().hex}"
    connection = await asyncpg.connect(postgres_url)
    await connection.execute(f"CREATE DATABASE {name}")
    restored = database_url(postgres_url, name)
    await backup.restore(restored, tmp_path / "b", lambda _: None, replace=False)
    workload = Workload(row["cluster"], row["namespace"], row["kind"], row["name"])
    with folder() as path:
        async with TemporalServer(path, port=0, ui_port=0) as server:
            later = settings.model_copy(
                update={"temporal_address": server.address, "database_url": SecretStr(restored)}
            )
            client = await Client.connect(server.address)
            async with running(later):
                async with asyncio.timeout(20):
                    while incident_workflow_id(workload) not in await _running(client):
                        await asyncio.sleep(0.1)
    await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await connection.close()


async def _running(client: Client) -> set[str]:
    return {found.id async for found in client.list_workflows("ExecutionStatus = 'Running'")}
