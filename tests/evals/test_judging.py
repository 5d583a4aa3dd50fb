"""How answers of a model are marked, and by which words a class is known."""

from collections import defaultdict
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from kure.contracts.investigating import InvestigationView, ModelAnswer, Reference
from kure.contracts.models import CallView
from kure.domain.diagnosis.catalogue import CATALOGUE
from tests.accuracy.marking import expected_of
from tests.case_files import read
from tests.evals.choosing import turns_of
from tests.evals.judging import end_of, is_named, judge, words
from tests.golden import RECORDED
from workflows.investigation import CANCELLED, NO_END, UNUSABLE

EXPECT: dict[str, Any] = {
    "owner": {"kind": "Deployment", "name": "web"},
    "classes": ["OOMKilled"],
    "within": 60,
    "fixable": False,
}
SAYS = {"rules": ["C01"], "names": ["16Mi"], "never": ["probe"]}
GOOD: dict[str, Any] = {
    "cause": "The container reached its memory limit of 16Mi",
    "why": "The kernel killed it.",
    "confidence": "high",
    "ruled_out": [],
    "missing": [],
    "fix": None,
}
QUOTED = Reference(number=1, line=3, evidence_id="e", text="memory: 16Mi")
NOW = datetime(2026, 1, 2, tzinfo=UTC)
CASES = read("evals/judging.yaml")
# Of the rules' own words about another family no more than this share may pass for a class.
MOST_STRANGERS = 0.15


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_an_answer_is_marked(case: dict[str, Any]) -> None:
    answer = GOOD | case["answer"]
    if answer["fix"]:
        answer["fix"] = {"explanation": "", "risk": "", "operations": []} | answer["fix"]
    expected = expected_of({"expect": EXPECT | {"says": case.get("says", SAYS)}})
    found = judge(expected, ModelAnswer.model_validate(answer | {"evidence": [QUOTED]}))
    is_right = case.get("right", False)
    assert found.right == is_right
    assert found.is_class == case.get("is_class", is_right)
    assert found.named == case.get("named", is_right)
    assert found.wrong == case.get("wrong", False)
    assert case.get("why", "") in "; ".join(found.why)
    assert bool(found.why) != is_right


def told() -> dict[str, list[tuple[str, str]]]:
    """By rule what it says in the cases of the unit tests: titles, and with their explanation."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for file in sorted((RECORDED / "diagnosis").glob("**/*.json")):
        for answer in read(str(file.relative_to(RECORDED.parent))).values():
            for cause in answer.get("causes", ()):
                text = f"{cause['title']}\n{cause['explanation']}"
                found[cause["rule"].split()[0]].append((cause["title"], text))
    return found


def test_the_rules_own_words_are_known_and_not_those_of_other_families() -> None:
    found = told()
    for rule in words():
        unknown = [text for _, text in found.get(rule, ()) if not is_named([rule], text)]
        assert not unknown, rule
        others = [
            title for of, all_ in found.items() if of[0] not in (rule[0], "Z") for title, _ in all_
        ]
        strangers = [title for title in others if is_named([rule], title)]
        assert len(strangers) <= MOST_STRANGERS * len(others), (rule, strangers[:3])


def test_every_fault_of_a_live_case_has_words() -> None:
    faults = [says.rules for turn in turns_of([], "", 1) for says in turn.expected.says]
    assert {rule for rules in faults for rule in rules if rule in CATALOGUE} <= words().keys()
    assert words().keys() <= CATALOGUE.keys()
    assert [rules for rules in faults if not words().keys() & set(rules)] == []


def investigation(state: str, *calls: str, text: str = "") -> InvestigationView:
    made = [
        CallView.model_validate(
            {"turn": n, "attempt": 1, "provider": "p", "model": "m", "state": call, "error": ""}
            | {"input_tokens": 1, "cached_tokens": 0, "output_tokens": 1, "latency_ms": 1}
            | {"usd": Decimal(0), "asked_at": NOW}
        )
        for n, call in enumerate(calls, 1)
    ]
    return InvestigationView.model_validate(
        {"id": "i", "number": 1, "state": state, "text": text, "answer": None, "provider": "p"}
        | {"model": "m", "fix_id": None, "fix_checked": "", "asked_by": None, "run": None}
        | {"answered_before": False, "turns": len(calls), "calls": made, "usd": Decimal(0)}
        | {"created_at": NOW, "ended_at": NOW}
    )


def test_nobody_that_answered_is_told_from_an_answer_of_no_use() -> None:
    assert end_of(None) == "away"
    assert end_of(investigation("asking", "answered")) == "away"
    assert end_of(investigation("answered", "failed", "answered")) == "answered"
    for text in ("No model was asked: the day's budget of 5 USD is spent", CANCELLED):
        assert end_of(investigation("unanswered", "answered", text=text)) == "away"
    for text in (f"{UNUSABLE} no JSON", NO_END, "The model's answer cannot be used: no JSON"):
        assert end_of(investigation("unanswered", "answered", text=text)) == "unusable"
