"""A migrated, empty database."""

from collections.abc import AsyncIterator

import pytest

from kure.adapters.postgres.pool import Pool, open_pool


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Pool]:
    pool = await open_pool(database, 2)
    yield pool
    await pool.close()
