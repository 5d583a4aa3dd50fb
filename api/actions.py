"""What people do with an incident, as an update of its workflow that starts one where none runs."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from temporalio.client import (
    Client,
    RPCTimeoutOrCancelledError,
    WithStartWorkflowOperation,
    WorkflowUpdateFailedError,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError

from api.relay import Starter
from kure.adapters.postgres.nudges import Nudge
from kure.contracts.activities import ChangeRequest
from kure.contracts.incidents import Action, Change, Changed, IncidentStart
from kure.errors import TemporalUnavailable
from workflows.incident import IncidentWorkflow
from workflows.names import KURE, incident_workflow_id
from workflows.options import FINAL_ERRORS

UPDATES = {
    Action.ACKNOWLEDGE: IncidentWorkflow.acknowledge,
    Action.IGNORE: IncidentWorkflow.ignore,
    Action.RESTORE: IncidentWorkflow.restore,
    Action.RESOLVE: IncidentWorkflow.resolve,
    Action.RETRY: IncidentWorkflow.retry,
    Action.INVESTIGATE: IncidentWorkflow.investigate,
}
REFUSALS = {error.__name__: error for error in FINAL_ERRORS}
ANSWER_SECONDS = 10.0

T = TypeVar("T")

# The run went on as a new one, or ended, while the update was on its way; the next try meets the
# run after it. The update's id makes sure that it is done once.
TRIES = 5


async def act(client: Client, starter: Starter, nudge: Nudge, change: Change, key: str) -> Changed:
    """Do it. Whatever is final as the activity says; TemporalUnavailable where nobody answers.

    The same key again does it once and answers the same.
    """
    request = ChangeRequest(incident_id=str(nudge.incident_id), change=change, idempotency_key=key)

    async def update() -> Changed:
        start = WithStartWorkflowOperation(
            IncidentWorkflow.run,
            IncidentStart(incident_id=request.incident_id),
            id=incident_workflow_id(nudge.workload),
            task_queue=KURE,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            search_attributes=await starter.search_attributes(nudge.workload),
        )
        return await client.execute_update_with_start_workflow(
            UPDATES[request.change.action],
            request,
            start_workflow_operation=start,
            id=request.idempotency_key,
        )

    return await answered(update, "the incident")


async def answered(update: Callable[[], Awaitable[T]], what: str) -> T:
    """What the workflow of `what` answers to an update that starts it where it does not run."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            return await _tried(update)
    except (TimeoutError, RPCTimeoutOrCancelledError, RPCError) as error:
        raise TemporalUnavailable(
            "The workflow engine did not answer in time; what you asked for may still be done. "
            f"Look at {what}, or repeat the same request with the same Idempotency-Key."
        ) from error


async def _tried(update: Callable[[], Awaitable[T]]) -> T:
    for attempt in range(TRIES):
        try:
            return await update()
        except WorkflowUpdateFailedError as error:
            if not isinstance(error.cause, ApplicationError):
                raise
            kind = error.cause.type or ""
            if kind in REFUSALS:
                raise REFUSALS[kind](error.cause.message) from error
            if kind != "AcceptedUpdateCompletedWorkflow" or attempt == TRIES - 1:
                raise
    raise AssertionError("the last try returns or raises")
