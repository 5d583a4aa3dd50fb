"""Settings to adapters to activities: what a worker process is made of."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from temporalio.client import Client
from temporalio.worker import Worker

from activities.cluster import ClusterActivities
from activities.incidents import IncidentActivities
from kure.adapters import temporal
from kure.adapters.clock import utc_now
from kure.adapters.cluster.client import KubeCluster, connect
from kure.adapters.crypto import Keyring, ensure_key
from kure.adapters.patience import patiently
from kure.adapters.postgres import runs
from kure.adapters.postgres.evidence import EvidenceTable
from kure.adapters.postgres.migrate import check_schema
from kure.adapters.postgres.pool import Pool, open_pool
from kure.contracts.runs import StepRecord
from kure.domain.recovery import Quiet
from kure.domain.redact import Redactor
from kure.errors import Misconfigured
from kure.settings import Settings
from workers.steps import StepInterceptor
from workflows.incident import IncidentWorkflow
from workflows.names import KURE, cluster_queue

log = logging.getLogger("kure.worker")

# After a killed worker, how long a task may wait for the worker that had its workflow in memory.
# The default of 10 s would be how late every timer is.
STICKY = timedelta(seconds=1)

# How long work under way may take to end after SIGTERM.
GRACEFUL = timedelta(seconds=5)

RETRY_SECONDS = 10


@dataclass(frozen=True)
class Parts:
    """What the workers of one process share."""

    settings: Settings
    pool: Pool
    client: Client
    keyring: Keyring

    @property
    def interceptor(self) -> StepInterceptor:
        async def record(step: StepRecord) -> None:
            await runs.record(self.pool, step, utc_now())

        return StepInterceptor(record, utc_now)


async def serve(settings: Settings, queues: tuple[str, ...], stop: asyncio.Event) -> None:
    """Work on these task queues until `stop`, then finish what is under way.

    Misconfigured for a queue that is not served here, or settings that cannot work. A cluster that
    cannot be reached yet holds up its own queue only.
    """
    known = {KURE: _serve_incidents, cluster_queue(settings.cluster): _serve_cluster}
    for queue in queues:
        if queue not in known:
            raise Misconfigured(f"No task queue {queue!r} is served here, only {', '.join(known)}.")
    async with AsyncExitStack() as stack, asyncio.TaskGroup() as group:
        parts = await _parts(settings, stack)
        for queue in queues:
            group.create_task(known[queue](parts, stop))


async def _run(worker: Worker, stop: asyncio.Event) -> None:
    log.info("serving %s", worker.task_queue)
    async with worker:
        await stop.wait()


async def _parts(settings: Settings, stack: AsyncExitStack) -> Parts:
    if settings.database_url is None:
        raise Misconfigured("KURE_DATABASE_URL is not set; a worker needs it.")
    ensure_key(settings.data_dir / "key")
    url = settings.database_url.get_secret_value()
    pool = await patiently(partial(open_pool, url, settings.database_pool))
    stack.push_async_callback(pool.close)
    await check_schema(pool)
    client = await patiently(partial(temporal.connect, settings))
    return Parts(settings, pool, client, Keyring.load(settings.data_dir / "key"))


async def _serve_incidents(parts: Parts, stop: asyncio.Event) -> None:
    known = parts.settings
    quiet = Quiet(known.crash_quiet, known.quiet, known.graces.pending)
    activities = IncidentActivities(parts.pool, quiet, utc_now)
    worker = Worker(
        parts.client,
        task_queue=KURE,
        workflows=[IncidentWorkflow],
        activities=[
            activities.take,
            activities.diagnose,
            activities.change,
            activities.close,
            activities.end_run,
            activities.record_step,
        ],
        interceptors=[parts.interceptor],
        max_concurrent_activities=50,
        sticky_queue_schedule_to_start_timeout=STICKY,
        graceful_shutdown_timeout=GRACEFUL,
        on_fatal_error=_stopping(stop),
    )
    await _run(worker, stop)


async def _serve_cluster(parts: Parts, stop: asyncio.Event) -> None:
    settings = parts.settings
    async with AsyncExitStack() as stack:
        cluster = await _patient_cluster(settings, stack, stop)
        if cluster is None:
            return
        activities = ClusterActivities(
            cluster=cluster,
            store=EvidenceTable(parts.pool, parts.keyring.cipher("evidence")),
            redactor=Redactor(parts.keyring.redaction_key(settings.cluster)),
            clock=utc_now,
            graces=settings.graces,
        )
        worker = Worker(
            parts.client,
            task_queue=cluster_queue(settings.cluster),
            activities=[activities.gather, activities.confirm_recovered],
            interceptors=[parts.interceptor],
            max_concurrent_activities=40,
            graceful_shutdown_timeout=GRACEFUL,
            on_fatal_error=_stopping(stop),
        )
        await _run(worker, stop)


def _stopping(stop: asyncio.Event) -> Callable[[BaseException], Awaitable[None]]:
    """A worker that fails for good ends the process; its error shows as it is left."""

    async def on_fatal_error(error: BaseException) -> None:
        stop.set()

    return on_fatal_error


async def _patient_cluster(
    settings: Settings, stack: AsyncExitStack, stop: asyncio.Event
) -> KubeCluster | None:
    """The cluster; a kubeconfig that cannot be used is said once and tried again."""
    told = False
    while not stop.is_set():
        try:
            return await stack.enter_async_context(connect(settings))
        except Misconfigured as error:
            if not told:
                log.error("%s Until then nothing is read from the cluster.", error)
            told = True
        try:
            async with asyncio.timeout(RETRY_SECONDS):
                await stop.wait()
        except TimeoutError:
            continue
    return None
