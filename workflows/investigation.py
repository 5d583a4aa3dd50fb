"""One investigation: a model is asked about an incident, turn after turn, until it has answered.

Its row in PostgreSQL, and each answer of a turn there, outlive whatever is lost on the way: a turn
that was answered is never asked again. What is large (the question, answers, texts that were read)
is there too; this history has ids and short words. At most a few turns, so it never continues as
new.
"""

import asyncio

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from kure.contracts.investigating import (
        MOST_CALLS,
        MOST_TURNS,
        Asked,
        Begun,
        FinishRequest,
        FixChecked,
        InvestigationStart,
        Past,
        Read,
        Wish,
    )
    from kure.errors import ClusterUnavailable, NotFound
    from workflows.investigation_calls import Calls, begin, kind_of, said, try_next
    from workflows.names import incident_workflow_id

CANCELLED = "It was cancelled"
UNUSABLE = "The model was asked twice, and its answer cannot be used:"
TOO_MANY = f"Not read: at most {MOST_CALLS} a turn. Ask for it again if it matters."
NO_END = f"The model did not answer within {MOST_TURNS} turns."
AWAY = "Not read: the cluster did not answer in time."
NOT_CHECKED = "The fix could not be checked: the cluster did not answer in time."


@workflow.defn
class InvestigationWorkflow:
    """Asks a model about one incident, reads for it what it wants to know, and keeps what it
    found."""

    @workflow.init
    def __init__(self, start: InvestigationStart) -> None:
        self._run_id = workflow.info().first_execution_run_id
        self._is_cancelled = False
        self._title = ""
        self._asking: asyncio.Task[FinishRequest] | None = None

    @workflow.run
    async def run(self, start: InvestigationStart) -> None:
        """Ends when it is told how the investigation ended, also where that is by being
        cancelled."""
        working = asyncio.create_task(self._investigate(start))
        try:
            await asyncio.shield(working)
        except asyncio.CancelledError:
            self._is_cancelled = True
            if self._asking is not None:
                self._asking.cancel()
            await working
            raise

    async def _investigate(self, start: InvestigationStart) -> None:
        try:
            begun = await begin(start, self._run_id)
            if begun.ask:
                calls = Calls(start.incident_id, self._run_id, begun)
                end = await self._end(calls)
                await calls.finish(end)
                if start.mirror_id is not None and end.fix is not None and end.fix.operations:
                    await try_next(start.mirror_id, self._title, end.fix.operations)
        except ActivityError as error:
            if kind_of(error) == NotFound.__name__:  # the incident was deleted meanwhile
                return
            raise
        await _tell(begun)

    async def _end(self, calls: Calls) -> FinishRequest:
        """How it ends: with an answer, or without one and why."""
        self._asking = asyncio.create_task(self._ask(calls))
        if self._is_cancelled:
            self._asking.cancel()
        try:
            return await self._asking
        except asyncio.CancelledError:
            return calls.unanswered(CANCELLED)
        except ActivityError as error:
            is_cancelled = self._is_cancelled or is_cancelled_exception(error)
            return calls.unanswered(CANCELLED if is_cancelled else said(error))

    async def _ask(self, calls: Calls) -> FinishRequest:
        """Turn after turn. An answer that cannot be used is asked for once more, with what was
        wrong with it."""
        past: list[Past] = []
        is_corrected = False
        while len(past) <= MOST_TURNS:
            asked = await calls.ask(past)
            if self._is_cancelled:
                return calls.unanswered(CANCELLED)
            if asked.state == "answer":
                return await self._answered(calls, past, asked)
            if asked.state == "wishes":
                past.append(Past(reads=await self._read(calls, len(past) + 1, asked.wishes)))
            elif is_corrected:
                return calls.unanswered(f"{UNUSABLE} {asked.text}")
            else:
                past.append(Past(correction=asked.text))
                is_corrected = True
        return calls.unanswered(NO_END)

    async def _read(self, calls: Calls, turn: int, wishes: list[Wish]) -> list[Read]:
        """What the wishes lead to, read side by side."""
        granted = wishes[:MOST_CALLS]
        reads = await asyncio.gather(*(_read_one(calls, turn, wish) for wish in granted))
        refused = [Read(call_id=wish.call_id, refusal=TOO_MANY) for wish in wishes[MOST_CALLS:]]
        return [*reads, *refused]

    async def _answered(self, calls: Calls, past: list[Past], asked: Asked) -> FinishRequest:
        checked: FixChecked | None = None
        if asked.fix is not None:
            self._title = asked.fix.title
            try:
                checked = await calls.check(asked.fix)
            except ActivityError as error:
                if is_cancelled_exception(error):
                    raise
                checked = FixChecked(refusals=[said(error, NOT_CHECKED)])
        return calls.answered(past, checked)


async def _read_one(calls: Calls, turn: int, wish: Wish) -> Read:
    """A cluster that is away holds up nothing for long: the model is told so, and goes on."""
    try:
        return await calls.read(turn, wish)
    except ActivityError as error:
        if is_cancelled_exception(error):
            raise
        is_away = kind_of(error) == ClusterUnavailable.__name__
        return Read(call_id=wish.call_id, refusal=AWAY if is_away else said(error, AWAY))


async def _tell(begun: Begun) -> None:
    """The incident's run looks again: there is news to be told, or a newer question."""
    incident = workflow.get_external_workflow_handle(incident_workflow_id(begun.workload))
    try:
        # By its name: that workflow knows this one, so this one cannot know it.
        await incident.signal("nudge")
    except ApplicationError:
        return  # its run is over: nobody has to be told
