"""Asking a model about an incident: what its workflow is told and asks for, and what people see."""

from abc import ABC, abstractmethod
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field
from temporalio import activity

from kure.contracts.models import CallView, ModelTested, ModelTestRequest
from kure.contracts.reports import Message
from kure.contracts.runs import Run
from kure.domain.diagnosis.fixes import Operation
from kure.domain.workloads import Workload

MOST_TURNS = 5
# Wishes of one turn that are read; the rest is told that it was too much.
MOST_CALLS = 4


class InvestigationStart(Message):
    """The workflow's only argument. `asked_by` is None where nobody asked but Kure itself.
    `mirror_id`: for the next fix after this mirror, which failed and has rounds left."""

    incident_id: str
    asked_by: str | None = None
    mirror_id: str | None = None


class BeginRequest(Message):
    """Store the question of the newest diagnosis, or say why nobody is asked. Repeated, it is the
    same investigation."""

    incident_id: str
    run_id: str
    workflow_id: str
    asked_by: str | None = None
    mirror_id: str | None = None

    @property
    def summary(self) -> str:
        return "Prepare the question for a model"


class Begun(Message):
    """`ask` is False where the investigation is over already: answered from an earlier one of the
    same evidence, or not asked, for the reason in `text`. `classes` are those of the failures that
    the question is about."""

    investigation_id: str
    workload: Workload
    ask: bool
    text: str = ""
    classes: list[str] = []


class Wish(Message):
    """What the model wants to have read. Its arguments are checked by who reads."""

    call_id: str
    tool: str
    arguments: dict[str, Any]


class Read(Message):
    """What a wish led to: the evidence that was stored for it, or `refusal`, why nothing was read.
    What the model is told of it is in the evidence."""

    call_id: str
    evidence_id: str | None = None
    refusal: str = ""


class Past(Message):
    """A turn that is over, without its texts: those are in the database."""

    reads: list[Read] = []
    correction: str = ""


class AskRequest(Message):
    """Ask the next turn, the `len(past) + 1`th. A turn whose answer is stored is not asked again.
    The last turn gets no tools: it has to answer. To be asked once more for an answer that can be
    used is no turn of its own."""

    incident_id: str
    run_id: str
    investigation_id: str
    workload: Workload
    past: list[Past]

    @property
    def turn(self) -> int:
        return len(self.past) + 1

    @property
    def is_last(self) -> bool:
        return self._round >= MOST_TURNS

    @property
    def summary(self) -> str:
        if self.past and self.past[-1].correction:
            return "Ask the model once more: its answer could not be used"
        return f"Ask a model, turn {self._round} of at most {MOST_TURNS}"

    @property
    def _round(self) -> int:
        """The number of the turn for people."""
        return len([turn for turn in self.past if not turn.correction]) + 1


class Asked(Message):
    """What the model said: it wants `wishes` read; or it answered; or what it answered cannot be
    used, for the reason in `text` (of which it is told, if it may be asked once more). `fix` is the
    answer's, not checked yet."""

    state: Literal["wishes", "answer", "unusable"]
    wishes: list[Wish] = []
    text: str = ""
    fix: "FixDraft | None" = None


class ReadRequest(Message):
    """One wish, read in its cluster: bounded, redacted, only of the incident's namespace and what
    its workload refers to. Repeated, it stores nothing twice."""

    incident_id: str
    run_id: str
    investigation_id: str
    turn: int
    workload: Workload
    wish: Wish

    @property
    def summary(self) -> str:
        words = ", ".join(str(value) for value in self.wish.arguments.values() if value)
        return f"Read for the model: {self.wish.tool} {words}"[:200]


class FixDraft(Message):
    """What a model proposes to change of the top owner: a JSON Patch, at most 16 KiB."""

    title: str
    operations: list[Operation]


class FixRequest(Message):
    """Check the fix of the model's answer on the live object. `classes`: what fails, which decides
    what may be changed; without them nothing may."""

    incident_id: str
    run_id: str
    investigation_id: str
    workload: Workload
    fix: FixDraft
    classes: list[str] = []

    @property
    def summary(self) -> str:
        return "Check the proposed fix"


class FixChecked(Message):
    """`operations` are what may be shown as a fix, each replaced value tested first; [] where it
    may not, for every reason in `refusals`. `checked` says how far it was tried."""

    operations: list[Operation] = []
    checked: str = ""
    refusals: list[str] = []


class FinishRequest(Message):
    """The investigation is over: with the answer of the turn after `past`, or without one for the
    reason in `text`."""

    incident_id: str
    run_id: str
    investigation_id: str
    answered: bool
    past: list[Past] = []
    text: str = ""
    fix: FixChecked | None = None

    @property
    def summary(self) -> str:
        return "Keep what the model found" if self.answered else f"No answer: {self.text}"[:200]


class Alternative(Message):
    """What it could have been, and why it is not."""

    cause: str
    why_not: str


class Reference(Message):
    """A line that supports the cause: `number` is that of the evidence in the question, from 1;
    `line` of its text, from 1."""

    number: int
    line: int
    evidence_id: str
    text: str


class ModelFix(Message):
    """What the model proposes, against the top owner's own manifest."""

    title: str
    explanation: str
    risk: str
    operations: list[Operation] = []


class ModelAnswer(Message):
    """What the model found, checked: every reference exists. `confidence` is the model's word."""

    cause: str
    why: str
    confidence: Literal["high", "medium", "low"]
    evidence: list[Reference]
    ruled_out: list[Alternative]
    missing: list[str]
    fix: ModelFix | None


class InvestigationView(Message):
    """The newest investigation of an incident. `text` says why there is no answer, or none yet, or
    why its fix was not taken; `fix_id` is the fix that was. `number` is the report up to which it
    knows; `next_try_at` is when the providers are asked again. `answered_before`: the answer is an
    earlier one, of the same evidence. `right` is what people said of it."""

    id: str
    number: int
    state: Literal["asking", "answered", "unanswered"]
    text: str
    answer: ModelAnswer | None
    provider: str
    model: str
    fix_id: str | None
    fix_checked: str
    asked_by: str | None
    answered_before: bool
    turns: int
    calls: list[CallView]
    usd: Decimal
    run: Run | None
    next_try_at: datetime | None = None
    right: bool | None = None
    created_at: datetime
    ended_at: datetime | None


class FeedbackBody(Message):
    """POST /api/incidents/{id}/feedback: whether what was said of it is right."""

    about: Literal["rules", "model"]
    right: bool
    text: Annotated[str, Field(max_length=2000)] = ""


class InvestigationActivities(ABC):
    """What asks models, on the queue `models`. The database and providers only."""

    @activity.defn
    @abstractmethod
    async def begin_investigation(self, request: BeginRequest) -> Begun: ...

    @activity.defn
    @abstractmethod
    async def ask_model(self, request: AskRequest) -> Asked: ...

    @activity.defn
    @abstractmethod
    async def finish_investigation(self, request: FinishRequest) -> None: ...

    @activity.defn
    @abstractmethod
    async def test_model(self, request: ModelTestRequest) -> ModelTested: ...


class InvestigationClusterActivities(ABC):
    """What is read of a cluster for a model, on its queue `cluster-<name>`. Nothing is changed."""

    @activity.defn
    @abstractmethod
    async def read_for_model(self, request: ReadRequest) -> Read: ...

    @activity.defn
    @abstractmethod
    async def check_model_fix(self, request: FixRequest) -> FixChecked: ...
