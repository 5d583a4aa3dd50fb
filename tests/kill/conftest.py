"""One stack for all kills, as in life: what one of them breaks, the next ones find."""

from collections.abc import AsyncIterator

import pytest

from tests.cluster.conftest import admin, admin_access, admin_settings, namespace
from tests.conftest import folder
from tests.kill.stack import Stack, running

__all__ = ["admin", "admin_access", "admin_settings", "namespace", "stack"]


@pytest.fixture(scope="session")
async def stack() -> AsyncIterator[Stack]:
    with folder() as path:
        async with running(path) as stack:
            yield stack
