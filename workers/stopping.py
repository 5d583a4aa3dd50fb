"""Running a worker until it is to stop, and ending it in bounded time."""

import asyncio
import logging

from temporalio.worker import Worker

log = logging.getLogger("kure.worker")


async def run_until(worker: Worker, stop: asyncio.Event, most_seconds: float) -> None:
    """Work until `stop`; raises what the worker fails with. What is under way then may take
    `most_seconds` to end.

    A local activity that fails, as all do while PostgreSQL is away, is tried again even while its
    worker stops, which so never ends (temporalio 1.35). It is left then: its workflow goes on from
    its history in another worker.
    """
    running = asyncio.create_task(worker.run())
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait((running, stopping), return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    ending = asyncio.create_task(worker.shutdown())
    ended, _ = await asyncio.wait((running,), timeout=most_seconds)
    ending.cancel()
    if ended:
        await running
        return
    log.warning(
        "%s: what is under way did not end in %.0f s and is left; its workflows go on in another "
        "worker",
        worker.task_queue,
        most_seconds,
    )
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
