"""Rules about objects that are not pods against tests/cases/objects/<rule>.yaml. Add a case there,
not a test here."""

from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kure.domain import manifests
from kure.domain.failures.around import Around
from kure.domain.failures.model import FailureClass, Graces, Health
from kure.domain.failures.objects.detect import detect_object
from kure.domain.failures.objects.kinds import KINDS
from tests.case_files import files_of, read

NAMES = [Path(file).stem for file in files_of("objects")]
TIMES = ("since", "begins", "ends")
RULES = {kind.rule.__name__: kind.rule for kind in KINDS.values() if kind.rule}
LATER = timedelta(hours=1)


def read_cases(rule_name: str) -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = read(f"objects/{rule_name}.yaml")
    return cases


def all_cases() -> list[Any]:
    return [
        pytest.param(name, case, id=f"{name}: {case['name']}")
        for name in NAMES
        for case in read_cases(name)
    ]


def around(case: dict[str, Any], *, kept: bool = False) -> Around:
    """`events` that are left out were not read, and neither were kinds that `neighbours` does not
    name."""
    neighbours = case.get("neighbours", {})
    if kept:
        neighbours = {k: [KINDS[k].keep(obj) for obj in found] for k, found in neighbours.items()}
    return Around(case.get("events"), neighbours)


def found_in(case: dict[str, Any], obj: dict[str, Any], near: Around) -> list[dict[str, Any]]:
    rule = KINDS[case["kind"]].rule
    assert rule is not None
    return [
        asdict(match.failure)
        | {key: getattr(match, key) for key in ("begins", "ends")}
        | {"needs_events": match.needs_events}
        for match in rule(obj, near, Graces())
    ]


@pytest.mark.parametrize(("rule_name", "case"), all_cases())
def test_rule(rule_name: str, case: dict[str, Any]) -> None:
    rule = KINDS[case["kind"]].rule
    assert rule is RULES[rule_name]
    expected = [
        {key: manifests.time_of(value) if key in TIMES else value for key, value in one.items()}
        for one in case["expect"] or []
    ]
    found = found_in(case, case["object"], around(case))
    assert len(found) == len(expected)
    picked = [{key: one[key] for key in want} for one, want in zip(found, expected, strict=True)]
    assert picked == expected


@pytest.mark.parametrize(("rule_name", "case"), all_cases())
def test_what_is_kept_says_the_same(rule_name: str, case: dict[str, Any]) -> None:
    kind, near = KINDS[case["kind"]], around(case, kept=True)
    kept = kind.keep(case["object"])
    assert kind.keep(kept) == kept
    assert found_in(case, kept, near) == found_in(case, case["object"], around(case))
    assert kind.well(kept, near) == kind.well(case["object"], around(case))
    made = manifests.created_at(kept)
    assert made is not None
    whole = detect_object(kind, case["object"], around(case), made + LATER)
    assert detect_object(kind, kept, near, made + LATER) == whole
    if "health" in case:
        assert whole.health is Health(case["health"])


@pytest.mark.parametrize("rule_name", RULES)
def test_every_rule_has_its_file_with_cases_for_and_against_it(rule_name: str) -> None:
    assert RULES[rule_name].__module__.endswith(f".objects.{rule_name}")
    expected = [case["expect"] for case in read_cases(rule_name)]
    assert sum(bool(one) for one in expected) >= 1
    assert sum(one is None for one in expected) >= 3


def test_every_kind_that_is_judged_has_a_case_of_its_failing() -> None:
    failing = {param.values[1]["kind"] for param in all_cases() if param.values[1]["expect"]}
    assert failing == {kind.kind for kind in KINDS.values() if kind.rule}


def test_every_class_of_failure_of_these_kinds_has_a_case() -> None:
    expected = [one for param in all_cases() for one in param.values[1]["expect"] or []]
    assert {one["failure_class"] for one in expected if "failure_class" in one} == {
        FailureClass.NODE_NOT_READY,
        FailureClass.NODE_PRESSURE,
        FailureClass.FAILED_CREATE,
        FailureClass.CLAIM_LOST,
        FailureClass.CLAIM_PENDING,
        FailureClass.JOB_FAILED,
        FailureClass.JOB_BLOCKED,
        FailureClass.MISSED_SCHEDULE,
        FailureClass.ROLLOUT_STUCK,
        FailureClass.NO_ENDPOINTS,
        FailureClass.INGRESS_BACKEND,
        FailureClass.NOT_ACCEPTED,
        FailureClass.SCALING,
    }


def test_every_file_of_cases_belongs_to_a_rule() -> None:
    assert {*NAMES} == set(RULES)


def test_what_a_rule_looks_at_is_a_kind_that_is_watched() -> None:
    assert {near for kind in KINDS.values() for near in kind.looks_at} <= set(KINDS)
