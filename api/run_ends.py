"""Ending a run that somebody does not want to go on."""

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from kure.contracts.runs import Run
from kure.errors import Conflict, TemporalUnavailable
from workflows.incident import IncidentWorkflow

INCIDENT = IncidentWorkflow.__name__


async def cancel(client: Client, run: Run) -> None:
    """Ask Temporal to cancel it. Conflict where it has ended, or is an incident's own: that one
    lives as long as its incident does."""
    if run.workflow_type == INCIDENT:
        raise Conflict(
            "This run is the incident's own and lives as long as it. Resolve or ignore the "
            "incident instead."
        )
    over = Conflict(f"The run is not running any more: it is {run.state}.")
    if run.state != "running":
        raise over
    handle = client.get_workflow_handle(run.workflow_id, first_execution_run_id=run.id)
    try:
        await handle.cancel()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            raise over from error
        raise TemporalUnavailable(
            "The workflow engine did not answer. Nothing was changed: ask again."
        ) from error
