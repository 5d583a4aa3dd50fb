"""A run of a workflow and its steps, as people follow them live."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from kure.contracts.reports import Message


class StepState(StrEnum):
    """Only moves forward. `lost`: a worker died on that attempt; a later attempt took over."""

    WAITING = "waiting"
    RUNNING = "running"
    RETRYING = "retrying"
    DONE = "done"
    FAILED = "failed"
    LOST = "lost"


class Step(Message):
    """One attempt of one step. `step` is unique in the run; `name` is the activity's; `summary` is
    in plain words."""

    step: str
    name: str
    attempt: int
    state: StepState
    summary: str
    started_at: datetime
    ended_at: datetime | None = None
    next_retry_at: datetime | None = None
    error: str | None = None


class StepRecord(Step):
    """A step on its way into the database."""

    run_id: str
    incident_id: str | None


class Run(Message):
    """One workflow, over all its continuations: `id` is the first execution's run id. `workload` is
    its incident's, `shop/Deployment web`; `doing` what its newest step is about, in a list."""

    id: str
    workflow_id: str
    workflow_type: str
    incident_id: str | None
    state: Literal["running", "completed", "failed", "cancelled", "lost"]
    started_at: datetime
    ended_at: datetime | None = None
    workload: str = ""
    doing: str = ""
    steps: list[Step] = []
    temporal_url: str | None = None
