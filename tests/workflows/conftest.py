"""A Temporal server whose workflows' clocks stand still until a test moves them."""

from collections.abc import AsyncIterator

import pytest
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import TimeSkippingConfig, WorkflowEnvironment

from kure.adapters.postgres.pool import open_pool
from kure.demo.temporal import find_program
from tests.workflows.mirror_world import MirrorWorld
from tests.workflows.world import World

FLAGS = [
    "--dynamic-config-value",
    "frontend.WorkflowTimeSkippingEnabled=true",
    # So that a history of a few hundred events asks for continue-as-new.
    "--dynamic-config-value",
    "limit.historyCount.suggestContinueAsNew=200",
]


@pytest.fixture(scope="session")
async def env() -> AsyncIterator[WorkflowEnvironment]:
    """A real server. Time is skipped only by `fast_forward`."""
    async with await WorkflowEnvironment.start_time_skipping_v2(
        ts_config=TimeSkippingConfig(enabled=False),
        data_converter=pydantic_data_converter,
        dev_server_existing_path=find_program(),
        dev_server_extra_args=FLAGS,
    ) as env:
        yield env


@pytest.fixture
async def world(env: WorkflowEnvironment, database: str) -> AsyncIterator[World]:
    """An empty database and a cluster of the test's own."""
    pool = await open_pool(database, 10)
    yield World(env.client, pool)
    await pool.close()


@pytest.fixture
def mirrors(env: WorkflowEnvironment) -> MirrorWorld:
    """A mirror and a cluster of the test's own."""
    return MirrorWorld(env.client)
