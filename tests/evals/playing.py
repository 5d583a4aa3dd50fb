"""Playing cases with all of Kure started, and reading what the rules and the model say of each.

The model is asked as of any incident: by the worker's own process, through Kure's settings, budget,
breaker and redaction. Only who plays the cases has every right.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import httpx

from kure.contracts.incidents import CauseView, IncidentDetail
from kure.contracts.investigating import InvestigationView
from kure.domain.diagnosis.model import Cause
from tests.accuracy.marking import Expected, expected_of, mark_causes
from tests.accuracy.playing import BUSY
from tests.cluster.live.hands import Hands
from tests.cluster.live.shorthand import CLUSTER_WIDE, Case
from tests.evals.figures import Run, Used
from tests.evals.judging import NO_ANSWER, end_of, judge
from tests.evals.spending import Purse
from tests.kill.stack import Stack

# Cases that live at once: fewer than their node bears, since each waits for a model.
AT_ONCE = 12
# Until an incident is diagnosed, on top of what its case says; until its investigation is over.
PATIENCE = 120
ASKING = 900
LOOK_SECONDS = 1.0


@dataclass(frozen=True)
class Turn:
    """A case to be played for the `number`th time, its names drawn for it."""

    case: Case
    number: int
    held_out: bool

    @property
    def expected(self) -> Expected:
        return expected_of(self.case.data)


@dataclass
class Playing:
    """`person` is signed in at Kure's API."""

    stack: Stack
    hands: Hands
    person: httpx.AsyncClient
    purse: Purse
    asking_seconds: float = ASKING
    _room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def run(self, turn: Turn) -> Run | None:
        """One case, from its namespace to its end; None where no money is left to begin it."""
        blank = Run(
            case=turn.case.id,
            family=turn.expected.family,
            held_out=turn.held_out,
            number=turn.number,
            end="away",
        )
        async with self._room:
            if self.purse.is_empty:
                return None
            try:
                return await self._ran(turn, blank)
            except Exception as error:  # noqa: BLE001 - what cannot be played fails its own run only
                return replace(blank, why=f"{type(error).__name__} {error}".strip())
            finally:
                await self.hands.tear_down(turn.case)

    async def _ran(self, turn: Turn, blank: Run) -> Run:
        await self.hands.set_up(turn.case)
        await self.hands.play(turn.case)
        incident = await self._incident(turn)
        detail = await self._investigated(incident)
        found, end = detail.investigation, end_of(detail.investigation)
        if found is None or end == "away":
            self.purse.told(found)
            return replace(blank, why=_why(found))
        causes = [cause_of(one) for one in detail.diagnosis.causes] if detail.diagnosis else []
        rules = mark_causes(turn.expected, causes)
        return replace(
            blank,
            end=end,
            rules=rules.rule and rules.named and not rules.wrong,
            model=judge(turn.expected, found.answer) if found.answer else NO_ANSWER,
            used=used(found),
            said=f"{found.answer.cause} {found.answer.why}" if found.answer else found.text,
        )

    async def _incident(self, turn: Turn) -> str:
        """The id of that of the case's owner, once it is diagnosed."""
        kind, name = turn.expected.owner
        namespace = "_" if kind in CLUSTER_WIDE else turn.case.namespace
        found: list[dict[str, Any]] = []
        try:
            async with asyncio.timeout(PATIENCE + turn.expected.within * BUSY):
                while True:
                    found = await self.stack.incidents(namespace)
                    for row in found:
                        if (row["kind"], row["name"], row["diagnosing"]) == (kind, name, False):
                            return str(row["id"])
                    await asyncio.sleep(LOOK_SECONDS)
        except TimeoutError:
            told = ", ".join(f"{row['kind']} {row['name']}" for row in found) or "nothing"
            raise TimeoutError(f"no incident of {kind} {name} was diagnosed, but {told}") from None

    async def _investigated(self, incident: str) -> IncidentDetail:
        """The incident, once nothing more is asked of it, or the time for that is over."""
        detail = await self._detail(incident)
        try:
            async with asyncio.timeout(self.asking_seconds):
                while detail.investigation is None or detail.investigation.state == "asking":
                    await asyncio.sleep(LOOK_SECONDS)
                    detail = await self._detail(incident)
        except TimeoutError:
            return detail  # its end says what it came to
        return detail

    async def _detail(self, incident: str) -> IncidentDetail:
        answer = await self.person.get(f"/api/incidents/{incident}")
        answer.raise_for_status()
        return IncidentDetail.model_validate(answer.json())


def used(found: InvestigationView) -> Used:
    """What an investigation that is over took."""
    calls = found.calls
    ended = found.ended_at or found.created_at
    return Used(
        turns=found.turns,
        input=sum(one.input_tokens or 0 for one in calls),
        cached=sum(one.cached_tokens or 0 for one in calls),
        output=sum(one.output_tokens or 0 for one in calls),
        usd=found.usd,
        seconds=(ended - found.created_at).total_seconds(),
    )


def cause_of(shown: CauseView) -> Cause:
    """A cause of the rules as it is marked: its patch and commands are not."""
    return Cause(
        rule=shown.rule,
        failure_class=shown.failure_class,
        container=shown.container,
        title=shown.title,
        explanation=shown.explanation,
        confidence=shown.confidence,
        evidence=tuple(shown.evidence),
        fix=shown.fix,
    )


def _why(found: InvestigationView | None) -> str:
    if found is None:
        return "no model was asked of it in time"
    errors: Sequence[str] = [one.error for one in found.calls if one.error]
    return found.text or (errors[-1] if errors else "the model did not answer in time")
