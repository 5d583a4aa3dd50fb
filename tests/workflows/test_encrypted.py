"""With encryption on, Temporal's store holds neither names nor texts, and runs go on as before."""

import dataclasses
from pathlib import Path

from temporalio.client import Client

from kure.adapters.key_file import ensure_key
from kure.adapters.postgres.pool import open_pool
from kure.adapters.temporal import ENCODING, connect
from kure.settings import Settings
from tests.workflows.test_incident import diagnosed
from tests.workflows.world import World


async def test_payloads_are_unreadable_without_the_key(
    temporal_address: str, temporal_client: Client, database: str, data_dir: Path
) -> None:
    ensure_key(data_dir / "key")
    settings = Settings(data_dir=data_dir, temporal_address=temporal_address)
    encrypted = World(await connect(settings), await open_pool(database, 5))
    async with encrypted.working():
        await diagnosed(encrypted)
        history = await encrypted.handle().fetch_history()
        handle = temporal_client.get_workflow_handle(encrypted.workflow_id)
        plain = (await handle.fetch_history()).to_json()
    await encrypted.pool.close()
    payloads = [
        payload
        for event in history.events
        for payload in event.activity_task_completed_event_attributes.result.payloads
    ]
    assert payloads
    assert {payload.metadata["encoding"] for payload in payloads} == {ENCODING}
    assert "The container exits" not in plain


async def test_what_was_stored_before_encryption_is_still_read(
    temporal_client: Client, temporal_address: str, database: str, data_dir: Path
) -> None:
    ensure_key(data_dir / "key")
    world = World(temporal_client, await open_pool(database, 5))
    accepted = await world.fail()
    await world.nudge(accepted.incident_id)
    settings = Settings(data_dir=data_dir, temporal_address=temporal_address)
    later = dataclasses.replace(world, client=await connect(settings))
    async with later.working():
        await later.until(accepted.incident_id, lambda row: not row.diagnosing)
    await world.pool.close()
