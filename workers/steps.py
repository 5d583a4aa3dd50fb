"""Every activity's progress as a row of run_steps: the dashboard's live steps."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from kure import logs
from kure.contracts.runs import StepRecord, StepState
from kure.errors import KureError

Record = Callable[[StepRecord], Awaitable[None]]

# Written by the workflow itself, or not a step that people follow.
UNSEEN = {
    *("take", "record_step", "end_run", "change", "take_mirror", "end_mirror_run"),
    *("begin_scan", "skip_scan", "end_scan"),
}


class StepInterceptor(Interceptor):
    """Writes a step before, after and on failure of each activity whose request names its run.

    `record` stores one; where it fails the work goes on: steps are for people, not for the work.
    """

    def __init__(self, record: Record, clock: Callable[[], datetime]) -> None:
        self._record = record
        self._clock = clock

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return _Inbound(next, self._record, self._clock)


class _Inbound(ActivityInboundInterceptor):
    def __init__(
        self, next: ActivityInboundInterceptor, record: Record, clock: Callable[[], datetime]
    ) -> None:
        super().__init__(next)
        self._record = record
        self._clock = clock

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        request: Any = input.args[0] if input.args else None
        run_id = getattr(request, "run_id", "")
        with logs.about(run_id=run_id, incident_id=getattr(request, "incident_id", None) or ""):
            if activity.info().activity_type in UNSEEN or not run_id:
                return await super().execute_activity(input)
            return await self._followed(input, request, run_id)

    async def _followed(self, input: ExecuteActivityInput, request: Any, run_id: str) -> Any:
        info = activity.info()
        step = StepRecord(
            run_id=run_id,
            incident_id=request.incident_id,
            step=f"{info.workflow_run_id}/{info.activity_id}",
            name=info.activity_type,
            attempt=info.attempt,
            state=StepState.RUNNING,
            summary=request.summary,
            started_at=self._clock(),
        )
        # A local activity is over in milliseconds: its end is all there is to see.
        if not info.is_local:
            await self._write(step)
        try:
            result = await super().execute_activity(input)
        except Exception as error:
            await self._write(step.model_copy(update=self._failed(info, error)))
            raise
        done = {"state": StepState.DONE, "ended_at": self._clock()}
        await self._write(step.model_copy(update=done))
        return result

    def _failed(self, info: activity.Info, error: Exception) -> dict[str, object]:
        now = self._clock()
        next_retry = _next_retry(info, error)
        return {
            "state": StepState.FAILED if next_retry is None else StepState.RETRYING,
            "ended_at": now,
            "next_retry_at": None if next_retry is None else now + next_retry,
            "error": _shown(error)[:2000],
        }

    async def _write(self, step: StepRecord) -> None:
        try:
            await self._record(step)
        except KureError as error:
            activity.logger.warning("step %s was not recorded: %s", step.name, error)


def _shown(error: Exception) -> str:
    """Only our own errors have a text that is fit to be shown: others may quote anything."""
    if isinstance(error, ApplicationError):
        return error.message
    return str(error) if isinstance(error, KureError) else type(error).__name__


def _next_retry(info: activity.Info, error: Exception) -> timedelta | None:
    """When Temporal will try again, by the policy that it told the worker; None for never."""
    policy = info.retry_policy
    if policy is None:
        return None
    kind = type(error).__name__
    if isinstance(error, ApplicationError):
        if error.next_retry_delay is not None:
            return error.next_retry_delay
        kind = error.type or kind
        if error.non_retryable:
            return None
    if kind in (policy.non_retryable_error_types or ()):
        return None
    if policy.maximum_attempts and info.attempt >= policy.maximum_attempts:
        return None
    grown = policy.initial_interval * policy.backoff_coefficient ** min(info.attempt - 1, 20)
    return min(grown, policy.maximum_interval or grown * 100)
