"""A whole evaluation: cases on the real cluster, all of Kure, and a server that stands for the
model, which is right about one case, wrong about another, refuses a third, and breaks off."""

import json
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kure.contracts.models import Price, ProviderBody, ProviderKind
from tests.evals.choosing import turns_of
from tests.evals.figures import Figures
from tests.evals.playing import Turn
from tests.evals.running import Wanted, evaluated
from tests.models.saying import ANSWER, turns_so_far
from tests.models.server import ModelServer
from tests.models.steps import Step
from tests.models.wire import Protocol

pytestmark = pytest.mark.cluster

KEY = "sk-evaluated-1234567890"
RIGHT = "the main process takes too much memory"
WRONG = "a shell asks for a variable that is not there"
REFUSED = "Node misses a setting"
CUT = "Python asks for a variable that is not there"
TOLD = "The container was killed: it reached its memory limit of 16Mi"


def in_words(cause: str) -> Step:
    first = {"evidence": 1, "line": 1}
    return Step(say=ANSWER | {"cause": cause, "confidence": "high", "evidence": [first]})


class Model:
    """Knows a case by the name of its workload, which stands in the question."""

    def __init__(self, turns: list[Turn]) -> None:
        self._turns = turns

    def decide(self, _protocol: Protocol, asked: dict[str, Any]) -> Step:
        text = json.dumps(asked)
        for turn in self._turns:
            kind, name = turn.expected.owner
            if name in text:
                return self._step(turn.case.name, kind, name, turns_so_far(asked))
        return Step(say={"ok": True})

    def _step(self, case: str, kind: str, name: str, turns: int) -> Step:
        if case == RIGHT and turns == 0:
            arguments = {"kind": kind, "name": name, "namespace": ""}
            return Step(call=[{"name": "events", "arguments": arguments}])
        steps = {
            RIGHT: in_words(TOLD),
            WRONG: in_words("Its readiness probe asks for the wrong port"),
            REFUSED: Step(refuse="I cannot help with that."),
            CUT: Step(fault="cut"),
        }
        return steps[case]


async def test_answers_are_judged_and_what_was_away_is_counted_apart() -> None:
    turns = [one for name in (RIGHT, WRONG, REFUSED, CUT) for one in turns_of([name], "", 1)]
    async with ModelServer(key=KEY, decide=Model(turns).decide) as server:
        provider = ProviderBody(
            id="eval",
            kind=ProviderKind.COMPATIBLE,
            model="small",
            base_url=f"{server.url}/v1",
            price=Price(input=Decimal(1), output=Decimal(4), cached=Decimal("0.1")),
            key=KEY,
        )
        kubeconfig = Path(os.environ["KUBECONFIG"])
        wanted = Wanted(provider, turns, 1, Decimal(1), kubeconfig, asking_seconds=240)
        result = await evaluated(wanted)
    runs = {run.case.partition(": ")[2]: run for run in result.runs}
    assert {name: run.end for name, run in runs.items()} == {
        RIGHT: "answered",
        WRONG: "answered",
        REFUSED: "unusable",
        CUT: "away",
    }
    assert (runs[RIGHT].rules, runs[RIGHT].model.right, runs[RIGHT].used.turns) == (True, True, 2)
    assert TOLD in runs[RIGHT].said
    assert (runs[WRONG].rules, runs[WRONG].model.right, runs[WRONG].model.wrong) == (
        *(True, False, True),
    )
    assert (runs[REFUSED].rules, runs[REFUSED].model.right) == (True, False)
    assert "cut off" in runs[CUT].why
    used = runs[RIGHT].used
    assert (used.input, used.output, used.usd) == (2000, 200, Decimal("0.0028"))
    assert result.calls == len(server.asked)
    assert result.usd > used.usd
    assert Figures("all", result.runs).cells[1:6] == ("4", "1", "3", "100.0%", "33.3%")
