"""When an incident's workflow has a model asked."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from temporalio import workflow
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import (
    ApplicationError,
    ChildWorkflowError,
    WorkflowAlreadyStartedError,
)
from temporalio.workflow import ChildWorkflowHandle

with workflow.unsafe.imports_passed_through():
    from kure.contracts.activities import IncidentView
    from kure.contracts.incidents import Status
    from kure.contracts.investigating import InvestigationStart
    from workflows.investigation import InvestigationWorkflow
    from workflows.names import MODELS, investigation_workflow_id

OPEN = (Status.OPEN, Status.REGRESSED)


async def start_investigation(
    start: InvestigationStart,
) -> ChildWorkflowHandle[InvestigationWorkflow, None]:
    """Start one that no end of the caller's run takes along. WorkflowAlreadyStartedError where one
    of the incident is under way."""
    return await workflow.start_child_workflow(
        InvestigationWorkflow.run,
        start,
        id=investigation_workflow_id(start.incident_id),
        task_queue=MODELS,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        parent_close_policy=workflow.ParentClosePolicy.ABANDON,
        cancellation_type=workflow.ChildWorkflowCancellationType.ABANDON,
        search_attributes=workflow.info().typed_search_attributes,
    )


class Asking:
    """Starts the investigation of an incident where one is wanted, one at a time, and ends it when
    the incident needs none any more. It is abandoned: no end of this run takes it along.

    The row says whether one is wanted or under way, so that a run that knows of none (it continues
    another one, or Temporal's store was lost) does the same.
    """

    def __init__(self, incident_id: str, ended: Callable[[], None]) -> None:
        """`ended` is called when one has ended."""
        self._incident_id = incident_id
        self._name = investigation_workflow_id(incident_id)
        self._ended = ended
        self._running: asyncio.Task[None] | None = None

    @property
    def _is_running(self) -> bool:
        return self._running is not None and not self._running.done()

    async def ask(self, view: IncidentView, *, soon_known: bool) -> None:
        """Have it investigated where that is wanted. `soon_known`: the rules look again in a
        moment, for which a person who asks does not wait."""
        if view.status not in OPEN or self._is_running:
            return
        wanted = view.asked_by is not None or view.investigating
        if wanted or (view.asks and view.pods_failing and not soon_known):
            await self._start(
                InvestigationStart(incident_id=self._incident_id, asked_by=view.asked_by)
            )

    async def stop(self, view: IncidentView | None = None) -> None:
        """Nobody needs an answer any more."""
        if self._is_running or (view is not None and view.investigating):
            with suppress(ApplicationError):  # it has ended by itself
                await workflow.get_external_workflow_handle(self._name).cancel()

    async def _start(self, start: InvestigationStart) -> None:
        try:
            child = await start_investigation(start)
        except WorkflowAlreadyStartedError:
            return  # it tells when it has ended
        self._running = asyncio.create_task(self._follow(child))

    async def _follow(self, child: ChildWorkflowHandle[Any, None]) -> None:
        with suppress(ChildWorkflowError):
            await child
        self._ended()
