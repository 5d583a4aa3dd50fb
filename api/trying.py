"""Having a worker try something for somebody who waits: a message, a call."""

import asyncio
from datetime import timedelta
from typing import Any

from temporalio.client import Client
from temporalio.service import RPCError
from temporalio.types import MethodAsyncSingleParam, ParamType, ReturnType

from kure.errors import TemporalUnavailable


async def tried(
    client: Client,
    run: MethodAsyncSingleParam[Any, ParamType, ReturnType],
    request: ParamType,
    *,
    id: str,
    task_queue: str,
    seconds: float,
    nobody: str,
) -> ReturnType:
    """What the workflow answers within so many seconds. TemporalUnavailable where it does not;
    `nobody` says what has not happened."""
    try:
        async with asyncio.timeout(seconds):
            return await client.execute_workflow(
                run,
                request,
                id=id,
                task_queue=task_queue,
                execution_timeout=timedelta(seconds=seconds),
            )
    except (TimeoutError, RPCError) as error:
        raise TemporalUnavailable(
            f"No worker has {nobody} in time. See that a worker runs, then try again."
        ) from error
