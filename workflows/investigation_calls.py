"""What an investigation has done for it, each call with what is known of the investigation."""

from collections.abc import Coroutine
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError, FailureError, TimeoutError

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
    from kure.errors import ClusterUnavailable, DatabaseUnavailable, ModelFailed
    from workflows.names import cluster_queue
    from workflows.options import FINAL, cluster_tool, db_much, model_call

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
    )
    return await workflow.execute_activity_method(
        InvestigationActivities.begin_investigation, request, **db_much(request.summary)
    )


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
