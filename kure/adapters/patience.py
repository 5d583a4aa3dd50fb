"""Starting beside servers that are still starting themselves."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from kure.errors import DatabaseUnavailable, TemporalUnavailable

T = TypeVar("T")

log = logging.getLogger("kure")

WAIT_SECONDS = 60


async def patiently(attempt: Callable[[], Awaitable[T]]) -> T:
    """What is still starting is waited for, a minute long; then its error rises."""
    for _ in range(WAIT_SECONDS):
        try:
            return await attempt()
        except (DatabaseUnavailable, TemporalUnavailable) as error:
            log.info("waiting: %s", error)
            await asyncio.sleep(1)
    return await attempt()
