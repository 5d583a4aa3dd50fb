"""Waiting for a condition, with a limit."""

import asyncio
from collections.abc import Callable


async def eventually(holds: Callable[[], bool], seconds: float = 20.0) -> None:
    """TimeoutError where it does not hold by then."""
    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(0.02)
