"""An incident of which a model is asked, with all that really does it: what the model is told, what
is kept of its answer, what people see."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from kure.contracts.incidents import Action
from kure.contracts.investigating import InvestigationView
from tests.models.saying import ANSWER, EVENTS, reads_then_answers, turns_so_far
from tests.models.server import ModelServer
from tests.models.setting import provider
from tests.models.steps import Step
from tests.notify.receiver import receiving
from tests.workflows.asked_world import READ, AskedWorld
from tests.workflows.telling import Telling
from tests.workflows.test_incident import diagnosed
from tests.workflows.waiting import eventually
from tests.workflows.world import World

SHOWN: dict[str, Any] = ANSWER | {"confidence": "high", "evidence": [{"evidence": 1, "line": 1}]}
SECRET = "ghp_0123456789abcdefghijABCDEFGHIJ012345"


@pytest.fixture
def asked(world: World) -> AskedWorld:
    return AskedWorld(world)


@asynccontextmanager
async def working(asked: AskedWorld, server: ModelServer, **rules: Any) -> AsyncIterator[None]:
    await asked.set(provider(server), **rules)
    async with asked.asking(), asked.world.working(reads=[asked.read_for_model]):
        yield


async def over(asked: AskedWorld, incident_id: str, count: int = 1) -> InvestigationView:
    """The newest investigation, once so many are over."""
    ended = "SELECT count(*) FROM investigations WHERE state <> 'asking'"
    async with asyncio.timeout(40):
        while await asked.world.pool.fetchval(ended) != count:
            await asyncio.sleep(0.05)
    return await asked.view(incident_id)


async def test_what_was_read_is_told_as_numbered_data_and_an_answer_may_refer_to_it(
    asked: AskedWorld,
) -> None:
    async with ModelServer(decide=reads_then_answers(1, SHOWN)) as server, working(asked, server):
        view = await over(asked, await diagnosed(asked.world))
    first, second = (one.json["messages"] for one in server.asked)
    assert second[: len(first)] == first
    [told] = [one["content"] for one in second if one["role"] == "tool"]
    assert told.splitlines()[-1] == f"E1:1| {READ}"
    assert (view.state, view.turns, view.model, view.usd > 0) == ("answered", 2, "small", True)
    assert view.answer is not None
    [reference] = view.answer.evidence
    assert (reference.number, reference.line, reference.text) == (1, 1, READ)
    assert view.answer.cause == ANSWER["cause"]
    assert view.run is not None
    assert (view.run.state, view.run.workflow_type) == ("completed", "InvestigationWorkflow")


async def test_an_answer_that_refers_to_what_is_not_there_is_asked_for_once_more(
    asked: AskedWorld,
) -> None:
    wrong = SHOWN | {"evidence": [{"evidence": 7, "line": 1}]}
    async with ModelServer(always=Step(say=wrong)) as server, working(asked, server):
        view = await over(asked, await diagnosed(asked.world))
    assert len(server.asked) == 2
    corrected = server.asked[1].json["messages"][-1]["content"]
    assert "there is no evidence E7" in corrected
    assert view.state == "unanswered"
    assert "asked twice" in view.text
    assert "there is no evidence E7" in view.text


async def test_the_same_evidence_is_asked_once_a_day_unless_a_person_asks(
    asked: AskedWorld,
) -> None:
    async with ModelServer(always=Step(say=ANSWER)) as server, working(asked, server):
        incident_id = await diagnosed(asked.world)
        first = await over(asked, incident_id)
        await asked.world.act(incident_id, Action.RETRY, "k1")
        again = await over(asked, incident_id, 2)
        assert len(server.asked) == 1
        await asked.world.act(incident_id, Action.INVESTIGATE, "k2")
        by_person = await over(asked, incident_id, 3)
    assert len(server.asked) == 2
    assert [one.answered_before for one in (first, again, by_person)] == [False, True, False]
    assert again.answer == first.answer
    assert [one.asked_by for one in (first, again, by_person)] == [None, None, "ada"]


async def test_hidden_names_reach_no_model_and_come_back_to_people(asked: AskedWorld) -> None:
    """The model speaks of the workload by the placeholder that it was told."""

    def decide(_protocol: object, body: dict[str, Any]) -> Step:
        lines = body["messages"][1]["content"].splitlines()
        name = next(line for line in lines if line.startswith("W| name: ")).partition(": ")[2]
        if not turns_so_far(body):
            return Step(call=[{"name": "events", "arguments": EVENTS | {"name": name}}])
        return Step(say=SHOWN | {"cause": f"{name} has no database."})

    async with ModelServer(decide=decide) as server, working(asked, server, hide_names=True):
        view = await over(asked, await diagnosed(asked.world))
    sent = b"".join(one.bytes for one in server.asked)
    for name in ("cart", "shop", asked.world.cluster_name):
        assert f": {name}".encode() not in sent
        assert f"/{name}".encode() not in sent
    assert [request.wish.arguments["name"] for request in asked.wished] == ["cart"]
    assert view.answer is not None
    assert view.answer.cause == "cart has no database."


async def test_what_a_model_says_is_redacted_and_written_out_before_it_is_kept(
    asked: AskedWorld,
) -> None:
    said = SHOWN | {"why": f"The token {SECRET} is wrong.\u202e", "missing": [f"x {SECRET}"]}
    wish = {"name": "events", "arguments": EVENTS | {"name": f"{SECRET}\u0000"}}
    decide = reads_then_answers(1, said, **wish)
    async with ModelServer(decide=decide) as server, working(asked, server):
        view = await over(asked, await diagnosed(asked.world))
    assert SECRET not in view.model_dump_json()
    assert view.answer is not None
    assert "[redacted:" in view.answer.why
    assert "\\u202e" in view.answer.why
    steps = await asked.world.pool.fetch("SELECT summary FROM run_steps")
    assert not [step for step in steps if SECRET in step["summary"]]


async def test_people_get_the_models_cause_marked_as_one_in_the_message_that_they_have(
    asked: AskedWorld,
) -> None:
    telling = Telling(asked.world)
    async with (
        receiving() as receiver,
        ModelServer(always=Step(say=ANSWER)) as server,
        telling.notifying(),
        asked.asking(),
        asked.world.working(notifies=telling.current.any, reads=[asked.read_for_model]),
    ):
        await telling.set(receiver.channel("bot"))
        await asked.set(provider(server))
        await diagnosed(asked.world)
        await eventually(lambda: ANSWER["cause"] in json.dumps(receiver.got))
    posted, *_, edited = receiver.of("/api")
    assert ANSWER["cause"] not in json.dumps(posted)
    assert f"Cause, says the model small: {ANSWER['cause']}" in json.dumps(edited)
    assert "The container exits with code 1" in json.dumps(edited)
    assert [path for path, _ in receiver.got][-1] == "/api/chat.update"
