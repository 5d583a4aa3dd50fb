"""Telling people of one incident: a child workflow, so that a dead receiver holds nothing up.

What is due is decided from what each channel knows, so a nudge only says "look again", and however
often this is started over, nothing is told twice.
"""

import asyncio
from datetime import datetime

from temporalio import workflow
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import ActivityError, ApplicationError, WorkflowAlreadyStartedError

with workflow.unsafe.imports_passed_through():
    from kure.contracts.activities import NotificationActivities
    from kure.contracts.notifications import (
        NotifyStart,
        Plan,
        PlanRequest,
        SendRequest,
        Tested,
        TestRequest,
    )
    from workflows.names import NOTIFY, notify_workflow_id
    from workflows.options import db_local, deliver, deliver_once

TRIES = 5


@workflow.defn
class NotifyWorkflow:
    """Sends what is due to each channel, side by side, until nothing is."""

    @workflow.init
    def __init__(self, start: NotifyStart) -> None:
        self._nudged = True
        self._sending: dict[str, asyncio.Task[None]] = {}
        self._given_up: set[str] = set()

    @workflow.run
    async def run(self, start: NotifyStart) -> None:
        """Ends when every channel knows what it is to know, or was tried for hours in vain."""
        later: datetime | None = None
        while self._nudged or self._sending or later is not None:
            self._nudged = False
            plan = await self._plan(start)
            for digest in plan.digests:
                await wake(NotifyStart(subject="digest", id=digest))
            for incident_id in plan.nodes:
                await wake(NotifyStart(subject="incident", id=incident_id))
            for row_id in plan.due:
                if row_id not in self._sending and row_id not in self._given_up:
                    self._sending[row_id] = asyncio.create_task(self._send(row_id))
            later = plan.later
            if self._sending or later is not None:
                await self._news_comes(later)

    @workflow.signal
    def nudge(self) -> None:
        """The incident has changed."""
        self._nudged = True
        self._given_up.clear()

    async def _plan(self, start: NotifyStart) -> Plan:
        request = PlanRequest(subject=start.subject, id=start.id)
        return await workflow.execute_local_activity_method(
            NotificationActivities.plan, request, **db_local(request.summary)
        )

    async def _send(self, row_id: str) -> None:
        request = SendRequest(row_id=row_id)
        try:
            await workflow.execute_activity_method(
                NotificationActivities.send, request, **deliver(request.summary)
            )
        except ActivityError as error:
            self._given_up.add(row_id)
            workflow.logger.warning("a message could not be delivered: %s", error.cause)

    async def _news_comes(self, later: datetime | None) -> None:
        """Wait for a nudge, for a message that has been sent, or until it is time to look again."""
        wait = None if later is None else max((later - workflow.now()).total_seconds(), 1.0)
        under_way = list(self._sending.values())
        try:
            await workflow.wait_condition(
                lambda: self._nudged or any(task.done() for task in under_way), timeout=wait
            )
        except TimeoutError:
            self._nudged = True
        for row_id in [row_id for row_id, task in self._sending.items() if task.done()]:
            await self._sending.pop(row_id)
            self._nudged = True


@workflow.defn
class TestNotificationWorkflow:
    """One test message, from where all others are sent."""

    @workflow.run
    async def run(self, request: TestRequest) -> Tested:
        """What the receiver said to it."""
        return await workflow.execute_activity_method(
            NotificationActivities.test, request, **deliver_once(request.summary)
        )


@workflow.defn
class DeadManWorkflow:
    """One ping to whoever notices when there are none."""

    @workflow.run
    async def run(self) -> None:
        """A ping that is not taken is not repeated: the next one comes soon."""
        await workflow.execute_activity_method(
            NotificationActivities.ping, **deliver_once("Tell that Kure is alive")
        )


async def wake(start: NotifyStart) -> None:
    """Start telling, or nudge who does already; called by workflows."""
    name = notify_workflow_id(start.id)
    for tried in range(TRIES):
        if tried:
            await workflow.sleep(tried)
        try:
            await workflow.start_child_workflow(
                NotifyWorkflow.run,
                start,
                id=name,
                task_queue=NOTIFY,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                parent_close_policy=workflow.ParentClosePolicy.ABANDON,
                cancellation_type=workflow.ChildWorkflowCancellationType.ABANDON,
            )
        except WorkflowAlreadyStartedError:
            # It may end at this moment; then it can be started.
            try:
                teller = workflow.get_external_workflow_handle(name)
                await teller.signal(NotifyWorkflow.nudge)
            except ApplicationError:
                continue
        return
    workflow.logger.warning("%s could neither be started nor be nudged", name)
