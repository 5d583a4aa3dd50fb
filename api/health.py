"""How each part of Kure is, and since when: looked at every few seconds, as long as this process
runs."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import (
    DescribeTaskQueueRequest,
    DescribeTaskQueueResponse,
)
from temporalio.client import Client
from temporalio.service import RPCError

from kure.adapters.postgres.migrate import check_schema
from kure.adapters.postgres.pool import AWAY, Pool, translated
from kure.errors import KureError
from workflows.names import KURE, MODELS, NOTIFY, cluster_queue, scan_queue

EVERY_SECONDS = 10.0
PATIENCE = timedelta(seconds=2)

# A worker that waits for work asks again after a minute at the latest.
POLLS_WITHIN = timedelta(seconds=75)

State: TypeAlias = Literal["ok", "degraded", "down"]


@dataclass(frozen=True)
class Found:
    """A part as it was seen. `since` where more is known than when this process noticed it."""

    name: str
    state: State
    detail: str
    since: datetime | None = None


@dataclass(frozen=True)
class Queue:
    """A task queue: how many workers have asked it for work lately, and how many tasks wait."""

    name: str
    pollers: int
    backlog: int
    last_asked: datetime | None


class Health:
    """Looks at PostgreSQL, Temporal and the workers, and remembers since when each is as it is."""

    def __init__(
        self, pool: Pool, temporal: Client, clusters: tuple[str, ...], clock: Callable[[], datetime]
    ) -> None:
        self._pool = pool
        self._temporal = temporal
        of_clusters = (cluster_queue(cluster) for cluster in clusters)
        self._names = (KURE, NOTIFY, MODELS, *of_clusters, scan_queue(clusters[0]))
        self._clock = clock
        self._began = clock()
        self._seen: dict[str, Found] = {}
        self.queues: tuple[Queue, ...] = ()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(EVERY_SECONDS)

    async def look(self) -> list[Found]:
        """Now: each part with its state and since when."""
        database, temporal, queues = await asyncio.gather(
            postgresql(self._pool), temporal_server(self._temporal), self._queues()
        )
        self.queues = queues
        now = self._clock()
        own = Found("api", "ok", "this process answers", self._began)
        workers = [_workers(queue, now) for queue in queues]
        if not queues:
            workers = [Found(f"workers of {name}", "down", "not known") for name in self._names]
        return [own, *(self.noted(part, now) for part in (database, temporal, *workers))]

    @property
    def seen(self) -> list[Found]:
        """Each part as it was seen last."""
        return [*self._seen.values()]

    def noted(self, part: Found, now: datetime) -> Found:
        """The part with since when it is in its state."""
        before = self._seen.get(part.name)
        same = before is not None and before.state == part.state
        since = before.since if before is not None and same else part.since or now
        self._seen[part.name] = Found(part.name, part.state, part.detail, since)
        return self._seen[part.name]

    async def _queues(self) -> tuple[Queue, ...]:
        now = self._clock()
        try:
            found = await asyncio.gather(*(self._queue(name, now) for name in self._names))
        except (RPCError, RuntimeError):
            return ()
        return tuple(found)

    async def _queue(self, name: str, now: datetime) -> Queue:
        kinds = (
            TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
            TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
        )
        answers = await asyncio.gather(*(self._describe(name, kind) for kind in kinds))
        asked = {
            poller.identity: poller.last_access_time.ToDatetime(now.tzinfo)
            for answer in answers
            for poller in answer.pollers
        }
        return Queue(
            name=name,
            pollers=sum(now - at <= POLLS_WITHIN for at in asked.values()),
            backlog=sum(answer.stats.approximate_backlog_count for answer in answers),
            last_asked=max(asked.values(), default=None),
        )

    async def _describe(
        self, name: str, kind: TaskQueueType.ValueType
    ) -> DescribeTaskQueueResponse:
        request = DescribeTaskQueueRequest(
            namespace=self._temporal.namespace,
            task_queue=TaskQueue(name=name),
            task_queue_type=kind,
            report_stats=True,
        )
        return await self._temporal.workflow_service.describe_task_queue(request, timeout=PATIENCE)


def _workers(queue: Queue, now: datetime) -> Found:
    name = f"workers of {queue.name}"
    if queue.pollers:
        count = "1 worker asks" if queue.pollers == 1 else f"{queue.pollers} workers ask"
        return Found(name, "ok", f"{count} for work; {queue.backlog} tasks wait")
    last = f"since {queue.last_asked:%d %b %H:%M:%S} UTC" if queue.last_asked else "ever"
    detail = f"no worker has asked for work {last}; {queue.backlog} tasks wait. Start `kure worker`"
    return Found(name, "down", detail, queue.last_asked)


async def postgresql(pool: Pool) -> Found:
    """Whether it answers, with a schema that this release can work on."""
    try:
        async with asyncio.timeout(PATIENCE.total_seconds()), translated():
            schema = await check_schema(pool)
    except (KureError, *AWAY) as error:
        return Found("postgresql", "down", str(error) or "does not answer")
    return Found("postgresql", "ok", f"schema {schema}")


async def temporal_server(client: Client) -> Found:
    """Whether it answers."""
    try:
        await client.service_client.check_health(timeout=PATIENCE)
    except (RPCError, RuntimeError) as error:
        return Found("temporal", "down", str(error).splitlines()[0][:200])
    return Found("temporal", "ok", client.service_client.config.target_host)
