"""What people do with an incident, as an update of its workflow that starts one where none runs."""

import asyncio

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
from kure.errors import Conflict, KureError, NotFound, TemporalUnavailable
from workflows.incident import IncidentWorkflow
from workflows.names import KURE, incident_workflow_id

UPDATES = {
    Action.ACKNOWLEDGE: IncidentWorkflow.acknowledge,
    Action.IGNORE: IncidentWorkflow.ignore,
    Action.RESTORE: IncidentWorkflow.restore,
    Action.RESOLVE: IncidentWorkflow.resolve,
    Action.RETRY: IncidentWorkflow.retry,
}
REFUSALS: dict[str, type[KureError]] = {"Conflict": Conflict, "NotFound": NotFound}
ANSWER_SECONDS = 10.0

# The run went on as a new one, or ended, while the update was on its way; the next try meets the
# run after it. The update's id makes sure that it is done once.
TRIES = 5


async def act(client: Client, starter: Starter, nudge: Nudge, change: Change, key: str) -> Changed:
    """Do it. Conflict or NotFound as the incident says; TemporalUnavailable where nobody answers.

    The same key again does it once and answers the same.
    """
    request = ChangeRequest(incident_id=str(nudge.incident_id), change=change, idempotency_key=key)
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            return await _update(client, starter, nudge, request)
    except (TimeoutError, RPCTimeoutOrCancelledError, RPCError) as error:
        raise TemporalUnavailable(
            "The workflow engine did not answer in time; what you asked for may still be done. "
            "Look at the incident, or repeat the same request with the same Idempotency-Key."
        ) from error


async def _update(
    client: Client, starter: Starter, nudge: Nudge, request: ChangeRequest
) -> Changed:
    for attempt in range(TRIES):
        start = WithStartWorkflowOperation(
            IncidentWorkflow.run,
            IncidentStart(incident_id=request.incident_id),
            id=incident_workflow_id(nudge.workload),
            task_queue=KURE,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            search_attributes=await starter.search_attributes(nudge.workload),
        )
        try:
            return await client.execute_update_with_start_workflow(
                UPDATES[request.change.action],
                request,
                start_workflow_operation=start,
                id=request.idempotency_key,
            )
        except WorkflowUpdateFailedError as error:
            if not isinstance(error.cause, ApplicationError):
                raise
            kind = error.cause.type or ""
            if kind in REFUSALS:
                raise REFUSALS[kind](error.cause.message) from error
            if kind != "AcceptedUpdateCompletedWorkflow" or attempt == TRIES - 1:
                raise
    raise AssertionError("the last try returns or raises")
