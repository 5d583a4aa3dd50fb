"""The embedded Temporal server through what happens to servers on people's machines."""

import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.client import Client, WorkflowExecutionStatus

from kure.demo.temporal import TemporalServer
from kure.errors import TemporalUnavailable


@pytest.fixture
async def server(data_dir: Path) -> AsyncIterator[TemporalServer]:
    """Not started yet; killed at the end, as stopping in order takes more than a second."""
    made = TemporalServer(data_dir, port=0, ui_port=0)
    yield made
    await made.kill()


async def test_a_broken_store_is_told_with_the_end_of_the_log(
    server: TemporalServer, data_dir: Path
) -> None:
    (data_dir / "temporal.db").write_text("no database, but long enough to be read as one" * 100)
    with pytest.raises(TemporalUnavailable, match="not a database"):
        await server.start()


async def test_workflows_survive_a_kill_at_the_same_address(server: TemporalServer) -> None:
    address = await server.start()
    client = await Client.connect(address)
    handle = await client.start_workflow("Any", id="kept", task_queue="nobody-works-here")
    await server.kill()
    assert server.pid is None
    assert await server.start() == address
    assert (await handle.describe()).status is WorkflowExecutionStatus.RUNNING


async def test_a_live_server_is_adopted_and_stopped(server: TemporalServer, data_dir: Path) -> None:
    await server.start()
    second = TemporalServer(data_dir)
    assert await second.start() == server.address
    assert second.pid == server.pid
    await second.stop()
    assert server.pid is None


async def test_a_busy_port_moves_to_the_next_free_one(data_dir: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        busy = other.getsockname()[1]
        server = TemporalServer(data_dir, port=busy, ui_port=0)
        address = await server.start()
        await server.kill()
    assert int(address.split(":")[1]) > busy


async def test_a_note_that_was_cut_off_does_not_block_a_start(
    server: TemporalServer, data_dir: Path
) -> None:
    (data_dir / "temporal.json").write_text('{"pid": 1')
    assert await server.start() == server.address
    assert server.ui_url.startswith("http://127.0.0.1:")
