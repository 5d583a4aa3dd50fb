"""A run as people follow it: its recorded steps, what Temporal is about to start, and a link."""

from datetime import UTC
from typing import TypeVar
from urllib.parse import quote

from temporalio.api.workflow.v1 import PendingActivityInfo
from temporalio.client import Client
from temporalio.service import RPCError

from kure.contracts.runs import Run, Step, StepState
from kure.settings import Settings

MaybeRun = TypeVar("MaybeRun", Run, Run | None)


def with_link(run: MaybeRun, settings: Settings) -> MaybeRun:
    """The run with its page in the Temporal UI, where the UI's address is set."""
    if run is None or settings.temporal_ui_url is None:
        return run
    base = settings.temporal_ui_url.rstrip("/")
    namespace, workflow_id = settings.temporal_namespace, quote(run.workflow_id, safe="")
    url = f"{base}/namespaces/{namespace}/workflows/{workflow_id}/{run.id}/history"
    return run.model_copy(update={"temporal_url": url})


async def with_pending(run: Run, client: Client) -> Run:
    """The run with the attempts that wait for a worker, or for their next try.

    A worker records its steps itself; that none takes a step up, only Temporal knows. Where it does
    not answer, the recorded steps are shown as they are.
    """
    if run.state != "running":
        return run
    try:
        described = await client.get_workflow_handle(run.workflow_id).describe()
    except RPCError:
        return run
    last = {step.step: step for step in run.steps}
    waiting = [
        _waiting(pending, f"{described.run_id}/{pending.activity_id}", last)
        for pending in described.raw_description.pending_activities
    ]
    return run.model_copy(update={"steps": [*run.steps, *(step for step in waiting if step)]})


def _waiting(pending: PendingActivityInfo, step: str, last: dict[str, Step]) -> Step | None:
    recorded = last.get(step)
    if recorded is not None and recorded.attempt >= pending.attempt:
        return None
    due = pending.scheduled_time.ToDatetime(UTC)
    return Step(
        step=step,
        name=pending.activity_type.name,
        attempt=pending.attempt,
        state=StepState.WAITING,
        summary=recorded.summary if recorded else "Waiting for a worker",
        started_at=due,
        next_retry_at=due,
    )
