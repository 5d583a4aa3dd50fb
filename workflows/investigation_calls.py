"""What an investigation has done for it, each call with what is known of the investigation."""

from collections.abc import Coroutine
from typing import Any

from temporalio import workflow
from temporalio.exceptions import (
    ActivityError,
    ApplicationError,
    FailureError,
    TimeoutError,
    WorkflowAlreadyStartedError,
)

with workflow.unsafe.imports_passed_through():
    from kure.contracts.investigating import (
        Asked,
        AskRequest,
        BeginRequest,
        Begun,
        FinishRequest,
        FixChecked,
        FixDraft,
        FixRequest,
        InvestigationActivities,
        InvestigationClusterActivities,
        InvestigationStart,
        Past,
        Read,
        ReadRequest,
        Wish,
    )
    from kure.contracts.mirroring import MirrorActivities, MirrorStart, NextRound
    from kure.domain.diagnosis.fixes import Operation
    from kure.errors import ClusterUnavailable, DatabaseUnavailable, ModelFailed
    from workflows.names import KURE, cluster_queue, mirror_workflow_id
    from workflows.options import FINAL, cluster_tool, db_much, db_write, model_call, on

# Errors of Kure's own, whose text is fit to be shown.
SHOWN = (*FINAL, ClusterUnavailable.__name__, DatabaseUnavailable.__name__, ModelFailed.__name__)

NOT_IN_TIME = "No model could be asked within a day."


async def begin(start: InvestigationStart, run_id: str) -> Begun:
    """Store the question, or learn that nobody is asked."""
    request = BeginRequest(
        incident_id=start.incident_id,
        run_id=run_id,
        workflow_id=workflow.info().workflow_id,
        asked_by=start.asked_by,
        mirror_id=start.mirror_id,
    )
    return await workflow.execute_activity_method(
        InvestigationActivities.begin_investigation, request, **db_much(request.summary)
    )


async def try_next(mirror_id: str, title: str, operations: list[Operation]) -> None:
    """Test a model's fix in a mirror of its own, after this one, which has failed. Whether it may
    still be is known by its row."""
    request = NextRound(
        mirror_id=mirror_id,
        operations=operations,
        title=title,
        by_model=True,
        at=workflow.now(),
    )
    try:
        proposed = await workflow.execute_activity_method(
            MirrorActivities.next_round, request, **on(KURE, db_write(request.summary))
        )
    except ActivityError as error:
        workflow.logger.warning("the model's fix is not tried: %s", error.cause)
        return
    if proposed.mirror_id is None:
        return
    try:
        await workflow.start_child_workflow(
            "MirrorWorkflow",  # by its name: that workflow knows this one
            MirrorStart(mirror_id=proposed.mirror_id),
            id=mirror_workflow_id(proposed.mirror_id),
            task_queue=KURE,
            parent_close_policy=workflow.ParentClosePolicy.ABANDON,
            cancellation_type=workflow.ChildWorkflowCancellationType.ABANDON,
            search_attributes=workflow.info().typed_search_attributes,
        )
    except WorkflowAlreadyStartedError:
        return  # the reconciler was quicker


class Calls:
    """The calls of one investigation that has begun."""

    def __init__(self, incident_id: str, run_id: str, begun: Begun) -> None:
        self._incident_id = incident_id
        self._run_id = run_id
        self._investigation_id = begun.investigation_id
        self._workload = begun.workload
        self._classes = begun.classes
        self._queue = cluster_queue(begun.workload.cluster)

    async def ask(self, past: list[Past]) -> Asked:
        request = AskRequest(
            incident_id=self._incident_id,
            run_id=self._run_id,
            investigation_id=self._investigation_id,
            workload=self._workload,
            past=past,
        )
        return await workflow.execute_activity_method(
            InvestigationActivities.ask_model, request, **model_call(request.summary)
        )

    async def read(self, turn: int, wish: Wish) -> Read:
        request = ReadRequest(
            incident_id=self._incident_id,
            run_id=self._run_id,
            investigation_id=self._investigation_id,
            turn=turn,
            workload=self._workload,
            wish=wish,
        )
        return await workflow.execute_activity_method(
            InvestigationClusterActivities.read_for_model,
            request,
            **cluster_tool(request.summary, self._queue),
        )

    async def check(self, fix: FixDraft) -> FixChecked:
        request = FixRequest(
            incident_id=self._incident_id,
            run_id=self._run_id,
            investigation_id=self._investigation_id,
            workload=self._workload,
            fix=fix,
            classes=self._classes,
        )
        return await workflow.execute_activity_method(
            InvestigationClusterActivities.check_model_fix,
            request,
            **cluster_tool(request.summary, self._queue),
        )

    def finish(self, request: FinishRequest) -> Coroutine[Any, Any, None]:
        return workflow.execute_activity_method(
            InvestigationActivities.finish_investigation, request, **db_much(request.summary)
        )

    def answered(self, past: list[Past], fix: FixChecked | None) -> FinishRequest:
        """It ends with the answer of the turn after these."""
        return self._finish(answered=True, past=past, fix=fix)

    def unanswered(self, why: str) -> FinishRequest:
        """It ends without an answer."""
        return self._finish(answered=False, text=why)

    def _finish(self, **how: Any) -> FinishRequest:
        return FinishRequest(
            incident_id=self._incident_id,
            run_id=self._run_id,
            investigation_id=self._investigation_id,
            **how,
        )


def kind_of(error: FailureError) -> str | None:
    """The type of what an activity raised last."""
    cause = _last(error)
    return cause.type if cause is not None else None


def said(error: FailureError, otherwise: str = NOT_IN_TIME) -> str:
    """Why an activity failed, for people and for a model. Only Kure's own errors have a text that
    is fit to be shown."""
    cause = _last(error)
    if cause is not None and cause.type in SHOWN:
        return cause.message
    return otherwise


def _last(error: BaseException | None) -> ApplicationError | None:
    """What the last attempt raised, also where the time was over before the next one."""
    while isinstance(error, ActivityError | TimeoutError):
        error = error.cause
    return error if isinstance(error, ApplicationError) else None
