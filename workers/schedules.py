"""What runs by itself at its times: Temporal's Schedules, the same however many workers make them.

A Schedule that is there gets what this release wants of it; that somebody has paused it stays.
"""

import dataclasses
import logging
from dataclasses import dataclass
from datetime import timedelta

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.service import RPCError, RPCStatusCode

from kure.contracts.scanning import ScanStart
from kure.errors import TemporalUnavailable
from workflows.housekeeping import RetentionWorkflow
from workflows.mirror_sweep import SweepWorkflow
from workflows.names import DEAD_MAN, KURE, NOTIFY, RETENTION, SCANS, SWEEP
from workflows.notify import DeadManWorkflow
from workflows.scan import ScanStarterWorkflow

log = logging.getLogger("kure.worker")

HOURLY = ScheduleSpec(intervals=[ScheduleIntervalSpec(every=timedelta(hours=1))])
# Runs that were missed while Temporal was away are made up for within the hour; then the next one
# does their work as well.
POLICY = SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=timedelta(hours=1))

# How often a ping is sent is a setting; this is how often it is looked whether one is due.
EACH_MINUTE = ScheduleSpec(intervals=[ScheduleIntervalSpec(every=timedelta(minutes=1))])
# A ping that was missed is missed.
PINGS = SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=timedelta(seconds=30))

# What was missed a minute ago the next one does.
SWEEPS = SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=timedelta(minutes=2))


@dataclass(frozen=True)
class Scans:
    """When a cluster is scanned: a cron expression in UTC, '' for never, and up to how much later,
    so that not all clusters are scanned at once."""

    cluster: str
    cron: str
    jitter: timedelta

    @property
    def schedule(self) -> Schedule:
        """Without a time nothing starts by itself."""
        start = ScanStart(cluster=self.cluster)
        action = ScheduleActionStartWorkflow(
            ScanStarterWorkflow.run,
            start,
            id=f"{SCANS}/{self.cluster}",
            task_queue=KURE,
            execution_timeout=timedelta(minutes=10),
            static_summary=f"Start the scan of {self.cluster}",
        )
        spec = ScheduleSpec(cron_expressions=[self.cron] if self.cron else [], jitter=self.jitter)
        return Schedule(action=action, spec=spec, policy=POLICY)


def schedules(scans: Scans | None = None) -> dict[str, Schedule]:
    """All of them, by id."""
    housekeeping = ScheduleActionStartWorkflow(
        RetentionWorkflow.run,
        id=RETENTION,
        task_queue=KURE,
        # Another run a moment later deletes what this one could not.
        execution_timeout=timedelta(hours=6),
        static_summary="Delete what is old",
    )
    dead_man = ScheduleActionStartWorkflow(
        DeadManWorkflow.run,
        id=DEAD_MAN,
        task_queue=NOTIFY,
        execution_timeout=timedelta(minutes=2),
        static_summary="Tell that Kure is alive",
    )
    sweep = ScheduleActionStartWorkflow(
        SweepWorkflow.run,
        id=SWEEP,
        task_queue=KURE,
        execution_timeout=timedelta(minutes=2),
        static_summary="Delete mirrors that are over",
    )
    scanning = {f"{SCANS}/{scans.cluster}": scans.schedule} if scans else {}
    return {
        **scanning,
        RETENTION: Schedule(action=housekeeping, spec=HOURLY, policy=POLICY),
        DEAD_MAN: Schedule(action=dead_man, spec=EACH_MINUTE, policy=PINGS),
        SWEEP: Schedule(action=sweep, spec=EACH_MINUTE, policy=SWEEPS),
    }


async def ensure_schedules(client: Client, scans: Scans | None = None) -> None:
    """Make those that are missing, bring the others up to date; without the right to, Kure goes on
    without them. TemporalUnavailable where Temporal does not answer."""
    for name, schedule in schedules(scans).items():
        try:
            await _ensure(client, name, schedule)
        except RPCError as error:
            if error.status not in (RPCStatusCode.PERMISSION_DENIED, RPCStatusCode.UNIMPLEMENTED):
                raise TemporalUnavailable(
                    f"Temporal did not take the Schedule {name!r} ({error.status.name})."
                ) from error
            log.error(
                "The Schedule %r may not be made; its work is not done. %s", name, error.message
            )


async def sweep_now(client: Client) -> None:
    """A worker that starts does not know what it has missed. Without the right to, the next minute
    does it."""
    try:
        await client.get_schedule_handle(SWEEP).trigger(overlap=ScheduleOverlapPolicy.SKIP)
    except RPCError as error:
        log.warning("Mirrors are not swept at once: %s", error.message)


async def _ensure(client: Client, name: str, schedule: Schedule) -> None:
    def as_wanted(found: ScheduleUpdateInput) -> ScheduleUpdate:
        state = found.description.schedule.state
        return ScheduleUpdate(schedule=dataclasses.replace(schedule, state=state))

    try:
        await client.create_schedule(name, schedule)
    except ScheduleAlreadyRunningError:
        await client.get_schedule_handle(name).update(as_wanted)
