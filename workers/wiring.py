"""Settings to adapters to activities: what a worker process is made of."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property, partial

import httpx2
from temporalio.client import Client
from temporalio.worker import Interceptor, Worker

from activities.cluster import ClusterActivities
from activities.housekeeping import HousekeepingActivities
from activities.incidents import IncidentActivities
from activities.investigation_cluster import InvestigationClusterActivities
from activities.investigations import InvestigationActivities
from activities.mirror_cluster import MirrorClusterActivities
from activities.mirrors import MirrorActivities
from activities.notifications import NotificationActivities
from activities.scanning import ScanActivities, ScanClusterActivities
from kure.adapters import temporal, tracing
from kure.adapters.cluster.apply import MirrorWriter
from kure.adapters.cluster.client import KubeCluster, connect
from kure.adapters.crypto import Keyring
from kure.adapters.key_file import ensure_key
from kure.adapters.outgoing import Guard, Outgoing, guarded_client, trusted
from kure.adapters.patience import patiently
from kure.adapters.postgres import keys, runs
from kure.adapters.postgres.channels import Current
from kure.adapters.postgres.drafts import DraftTable
from kure.adapters.postgres.evidence import EvidenceTable
from kure.adapters.postgres.migrate import check_schema
from kure.adapters.postgres.models.settings import Current as CurrentModels
from kure.adapters.postgres.pool import Pool, open_pool
from kure.adapters.postgres.security.pages import ScanPages
from kure.adapters.prometheus import serving
from kure.contracts.models import Provider
from kure.contracts.runs import StepRecord
from kure.domain.recovery import Quiet
from kure.domain.redact import Redactor
from kure.errors import Misconfigured
from kure.investigating.asking import Asking
from kure.ports import Model
from kure.settings import Settings
from workers.metrics import MetricsInterceptor, WorkerMetrics
from workers.schedules import Scans, ensure_schedules, sweep_now
from workers.server_clock import ClockInterceptor, ServerClock
from workers.steps import StepInterceptor
from workflows.housekeeping import RetentionWorkflow
from workflows.incident import IncidentWorkflow
from workflows.investigation import InvestigationWorkflow
from workflows.mirror import MirrorWorkflow
from workflows.mirror_plan import MirrorPlanWorkflow
from workflows.mirror_sweep import SweepWorkflow
from workflows.model_test import ModelTestWorkflow
from workflows.names import KURE, MODELS, NOTIFY, cluster_queue, scan_queue
from workflows.notify import DeadManWorkflow, NotifyWorkflow, TestNotificationWorkflow
from workflows.scan import ScanStarterWorkflow, ScanWorkflow

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
    metrics: WorkerMetrics
    clock: ServerClock = field(default_factory=ServerClock)

    @cached_property
    def channels(self) -> Current:
        return Current(self.pool, self.keyring.cipher("notifications"), self.clock)

    @property
    def interceptors(self) -> Sequence[Interceptor]:
        async def record(step: StepRecord) -> None:
            await runs.record(self.pool, step, self.clock())

        return (
            ClockInterceptor(self.clock),
            StepInterceptor(record, self.clock),
            MetricsInterceptor(self.metrics),
        )


async def serve(settings: Settings, queues: tuple[str, ...], stop: asyncio.Event) -> None:
    """Work on these task queues until `stop`, then finish what is under way.

    Misconfigured for a queue that is not served here, or settings that cannot work. A cluster that
    cannot be reached yet holds up its own queue only.
    """
    known = {
        KURE: _serve_incidents,
        NOTIFY: _serve_notifications,
        MODELS: _serve_models,
        cluster_queue(settings.cluster): _serve_cluster,
        scan_queue(settings.cluster): _serve_scans,
    }
    for queue in queues:
        if queue not in known:
            raise Misconfigured(f"No task queue {queue!r} is served here, only {', '.join(known)}.")
    async with AsyncExitStack() as stack, asyncio.TaskGroup() as group:
        parts = await _parts(settings, stack)
        _look_after_keys(parts, stack)
        for queue in queues:
            group.create_task(known[queue](parts, stop))


def _look_after_keys(parts: Parts, stack: AsyncExitStack) -> None:
    """Beside the work, until the stack ends."""
    beside = [
        asyncio.create_task(keys.tell_for_ever(parts.pool, parts.keyring, "worker", parts.clock)),
        asyncio.create_task(keys.seal_anew_for_ever(parts.pool, parts.keyring)),
    ]

    async def end() -> None:
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)

    stack.push_async_callback(end)


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
    runtime, spans = temporal.runtime(settings), tracing.provider(settings, "worker")
    if spans is not None:
        stack.callback(spans.shutdown)
    client = await patiently(partial(temporal.connect, settings, runtime=runtime, spans=spans))
    metrics = WorkerMetrics()
    name, listen = "KURE_WORKER_METRICS_LISTEN", settings.worker_metrics_listen
    await stack.enter_async_context(serving(name, listen, metrics.registry))
    return Parts(settings, pool, client, Keyring.load(settings.data_dir / "key"), metrics)


async def _serve_incidents(parts: Parts, stop: asyncio.Event) -> None:
    known = parts.settings
    quiet = Quiet(known.crash_quiet, known.quiet, known.graces.pending)
    metrics = parts.metrics
    activities = IncidentActivities(
        parts.pool, quiet, parts.clock, metrics.diagnosed, parts.channels.any
    )
    housekeeping = HousekeepingActivities(parts.pool, parts.clock, metrics.gone)
    clusters = (known.cluster, *known.service_tokens)
    mirrors = MirrorActivities(parts.pool, parts.keyring.cipher("mirrors"), clusters, parts.clock)
    scans = ScanActivities(parts.pool, parts.clock)
    times = Scans(known.cluster, known.scan_cron.strip("-"), known.scan_jitter)
    await patiently(partial(ensure_schedules, parts.client, times))
    await sweep_now(parts.client)
    worker = Worker(
        parts.client,
        task_queue=KURE,
        workflows=[
            IncidentWorkflow,
            MirrorPlanWorkflow,
            MirrorWorkflow,
            RetentionWorkflow,
            ScanStarterWorkflow,
            ScanWorkflow,
            SweepWorkflow,
        ],
        activities=[
            activities.take,
            activities.diagnose,
            activities.change,
            activities.close,
            activities.end_run,
            activities.record_step,
            housekeeping.kept_days,
            housekeeping.prune,
            mirrors.take_mirror,
            mirrors.note_mirror,
            mirrors.next_round,
            mirrors.end_mirror_run,
            mirrors.live_mirrors,
            scans.begin_scan,
            scans.finish_scan,
            scans.end_scan,
            scans.skip_scan,
        ],
        interceptors=parts.interceptors,
        max_concurrent_activities=50,
        sticky_queue_schedule_to_start_timeout=STICKY,
        graceful_shutdown_timeout=GRACEFUL,
        on_fatal_error=_stopping(stop),
    )
    await _run(worker, stop)


async def _serve_notifications(parts: Parts, stop: asyncio.Event) -> None:
    def redactor(cluster: str) -> Redactor:
        return Redactor(parts.keyring.redaction_key(cluster))

    async with Outgoing.of(parts.settings) as outgoing:
        activities = NotificationActivities(
            pool=parts.pool,
            outgoing=outgoing,
            current=parts.channels,
            redactor=redactor,
            clock=parts.clock,
            base=parts.settings.base,
        )
        worker = Worker(
            parts.client,
            task_queue=NOTIFY,
            workflows=[NotifyWorkflow, TestNotificationWorkflow, DeadManWorkflow],
            activities=[activities.plan, activities.send, activities.test, activities.ping],
            interceptors=parts.interceptors,
            # Each waits for a receiver; those of dead ones must leave room for the others.
            max_concurrent_activities=200,
            sticky_queue_schedule_to_start_timeout=STICKY,
            graceful_shutdown_timeout=GRACEFUL,
            on_fatal_error=_stopping(stop),
        )
        await _run(worker, stop)


def _model_of() -> Callable[[Provider, httpx2.AsyncClient], Model]:
    # The providers' libraries take longer to import than all of the rest; a worker that starts
    # serves its other queues meanwhile.
    from kure.adapters.models.factory import model_of

    return model_of


async def _serve_models(parts: Parts, stop: asyncio.Event) -> None:
    guard, trust = Guard.of(parts.settings), trusted(parts.settings)
    model_of = await asyncio.to_thread(_model_of)
    async with (
        guarded_client(guard, trust, inside=True) as inside,
        guarded_client(guard, trust, inside=False) as outside,
    ):

        def model(provider: Provider) -> Model:
            return model_of(provider, inside if provider.place == "inside" else outside)

        cipher = parts.keyring.cipher("models")
        current = CurrentModels(parts.pool, cipher, parts.clock)
        asking = Asking(parts.pool, cipher, current, model, parts.clock, parts.metrics.asked)
        activities = InvestigationActivities(parts.pool, parts.keyring, asking, parts.clock)
        worker = Worker(
            parts.client,
            task_queue=MODELS,
            workflows=[InvestigationWorkflow, ModelTestWorkflow],
            activities=[
                activities.begin_investigation,
                activities.ask_model,
                activities.finish_investigation,
                activities.test_model,
            ],
            interceptors=parts.interceptors,
            # Each waits for a model; those of a slow provider must leave room for the others.
            max_concurrent_activities=200,
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
        store = EvidenceTable(parts.pool, parts.keyring.cipher("evidence"))
        redactor = Redactor(parts.keyring.redaction_key(settings.cluster))
        dry_runs = cluster if settings.dry_runs else None
        activities = ClusterActivities(
            cluster=cluster,
            store=store,
            redactor=redactor,
            clock=parts.clock,
            graces=settings.graces,
            dry_runs=dry_runs,
        )
        mirrors = MirrorClusterActivities(
            cluster=cluster,
            writer=MirrorWriter(cluster),
            store=store,
            redactor=redactor,
            drafts=DraftTable(parts.pool, parts.keyring.cipher("mirrors")),
            keys=lambda: parts.keyring.signing_keys("mirror"),
            own_namespace=settings.pod_namespace,
            clock=parts.clock,
            allowed=settings.mirrors,
        )
        investigations = InvestigationClusterActivities(
            cluster, store, redactor, parts.clock, dry_runs
        )
        worker = Worker(
            parts.client,
            task_queue=cluster_queue(settings.cluster),
            activities=[
                activities.gather,
                activities.confirm_recovered,
                mirrors.plan_mirror,
                mirrors.deploy_mirror,
                mirrors.watch_mirror,
                mirrors.capture_mirror,
                mirrors.extend_mirror,
                mirrors.delete_mirror,
                mirrors.sweep_mirrors,
                investigations.read_for_model,
                investigations.check_model_fix,
            ],
            interceptors=parts.interceptors,
            max_concurrent_activities=40,
            graceful_shutdown_timeout=GRACEFUL,
            on_fatal_error=_stopping(stop),
        )
        await _run(worker, stop)


async def _serve_scans(parts: Parts, stop: asyncio.Event) -> None:
    async with AsyncExitStack() as stack:
        cluster = await _patient_cluster(parts.settings, stack, stop)
        if cluster is None:
            return
        activities = ScanClusterActivities(
            cluster=cluster,
            pages=ScanPages(parts.pool, parts.keyring.cipher("scans")),
            keys=lambda: parts.keyring.signing_keys("mirror"),
            clock=parts.clock,
        )
        worker = Worker(
            parts.client,
            task_queue=scan_queue(parts.settings.cluster),
            activities=[activities.list_kind, activities.check_objects],
            interceptors=parts.interceptors,
            # Each holds a page of a list, one all of a cluster's: what is urgent has its own queue.
            max_concurrent_activities=4,
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
