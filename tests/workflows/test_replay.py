"""Runs that began with an earlier release go on with this one: their histories are replayed."""

from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer

from workflows.incident import IncidentWorkflow
from workflows.investigation import InvestigationWorkflow
from workflows.mirror import MirrorWorkflow
from workflows.notify import NotifyWorkflow

WORKFLOWS = [IncidentWorkflow, InvestigationWorkflow, MirrorWorkflow, NotifyWorkflow]

HISTORIES = {
    file.stem: file.read_text()
    for file in sorted((Path(__file__).parent / "histories").glob("*.json"))
}


@pytest.mark.parametrize("name", HISTORIES)
async def test_a_stored_history_replays(name: str) -> None:
    replayer = Replayer(workflows=WORKFLOWS, data_converter=pydantic_data_converter)
    history = WorkflowHistory.from_json("incident/replayed", HISTORIES[name])
    await replayer.replay_workflow(history)


def test_there_are_histories() -> None:
    assert HISTORIES
