"""A database with workers that ask models."""

from collections.abc import AsyncIterator

import pytest

from kure.adapters.postgres.pool import open_pool
from tests.investigating.stage import Stage


@pytest.fixture
async def stage(database: str) -> AsyncIterator[Stage]:
    pool = await open_pool(database, 10)
    yield Stage(pool)
    await pool.close()
