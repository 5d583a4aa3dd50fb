"""Waiting for a condition, with a limit."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from temporalio.service import RPCError

from tests.workflows.world import World
from workflows.names import notify_workflow_id


async def eventually(holds: Callable[[], bool], seconds: float = 20.0) -> None:
    """TimeoutError where it does not hold by then."""
    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(0.02)


async def nudged(world: World, incident_id: str, times: int) -> None:
    """Wait until whoever tells has been started, and nudged so often; no worker does it here."""
    telling = world.client.get_workflow_handle(notify_workflow_id(incident_id))
    async with asyncio.timeout(30):
        while True:
            with suppress(RPCError):
                history = (await telling.fetch_history()).to_json()
                if history.count("EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED") == times:
                    return
            await asyncio.sleep(0.05)
