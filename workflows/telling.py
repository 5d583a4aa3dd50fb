"""When an incident's workflow has people told."""

from collections.abc import Callable
from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from kure.contracts.activities import IncidentView
    from kure.contracts.incidents import Status
    from kure.contracts.notifications import NotifyStart
    from workflows.notify import wake

# People are told with the cause, but not later than this where it is not found.
UNEXPLAINED = timedelta(seconds=15)


class Telling:
    """Wakes the workflow that tells, where there is news and anybody to be told (`view.notify`).

    Runs that began before there was anybody go on as they were: what they took says so.
    """

    def __init__(self, incident_id: str) -> None:
        self._start = NotifyStart(subject="incident", id=incident_id)
        self._known: tuple[Status, bool, bool, str] | None = None

    async def tell(self, view: IncidentView, *, status: Status | None = None) -> None:
        """The incident stands so, or has got this `status` since."""
        news = (status or view.status, view.acknowledged, view.folded, view.answer_id)
        if view.notify and news != self._known:
            await wake(self._start)
            self._known = news

    async def tell_cause(self, view: IncidentView) -> None:
        """It has been diagnosed anew."""
        self._known = None
        await self.tell(view)

    async def tell_unless_soon(self, view: IncidentView, over: Callable[[], bool]) -> None:
        """Wait until it is over, but not for long before people are told what is known."""
        if not view.notify:
            return
        try:
            await workflow.wait_condition(over, timeout=UNEXPLAINED)
        except TimeoutError:
            await self.tell(view)
