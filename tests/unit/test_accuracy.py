"""How the exam marks: tests/accuracy."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from kure.domain.diagnosis.facts import Facts, Log, PodFacts
from kure.domain.diagnosis.model import Cause, Confidence, EvidenceLine
from kure.domain.failures.model import Failure, FailureClass
from kure.errors import InvalidInput
from tests.accuracy.choosing import chosen
from tests.accuracy.figures import Figures, Result
from tests.accuracy.marking import (
    NO_ANSWER,
    Mark,
    Reported,
    Told,
    Trial,
    expected_of,
    mark_causes,
    mark_reports,
    right_cause,
)
from tests.accuracy.recording import cases_of
from tests.accuracy.table import document, uncovered

CASE: dict[str, Any] = {
    "expect": {
        "owner": {"kind": "Deployment", "name": "web"},
        "also": [{"kind": "Service", "name": "api"}],
        "classes": ["CrashLoopBackOff"],
        "container": "app",
        "within": 60,
        "says": {"rules": ["C13", "D05"], "names": ["API_URL"], "never": ["OOM"]},
        "fixable": False,
    }
}
EXPECTED = expected_of(CASE)
RIGHT = Cause(
    rule="C13",
    failure_class="CrashLoopBackOff",
    container="app",
    title='Container "app" lacks a variable',
    explanation="It wants api_url.",
    confidence=Confidence.LIKELY,
    evidence=(EvidenceLine("log", "Pod/web-1/app/previous", "3", "API_URL is not set"),),
    fix="Set it.",
)
KILLED = replace(RIGHT, rule="C01", title="OOMKilled", confidence=Confidence.DEFINITIVE)
SYMPTOM = replace(RIGHT, rule="Z01", title="It crashes", confidence=Confidence.SYMPTOM)


def reported(*classes: str, owner: tuple[str, str] = ("Deployment", "web")) -> Reported:
    return Reported(frozenset(classes), frozenset({"app"}), owner)


def test_a_case_is_counted_in_the_family_of_its_first_rule() -> None:
    assert EXPECTED.family == "C"
    assert EXPECTED.rules == ("C13", "D05")


def test_the_owner_is_right_where_it_alone_is_blamed() -> None:
    right = mark_reports(EXPECTED, [reported("CrashLoopBackOff")])
    assert (right.detected, right.owner) == (True, True)
    other = reported("NoEndpoints", owner=("Service", "api"))
    assert mark_reports(EXPECTED, [reported("CrashLoopBackOff"), other]).owner
    stranger = reported("NotReady", owner=("Deployment", "other"))
    wrong = mark_reports(EXPECTED, [reported("CrashLoopBackOff"), stranger])
    assert (wrong.owner, wrong.why) == (False, ("blames Deployment other",))


def test_the_container_must_be_the_right_one() -> None:
    other = replace(reported("CrashLoopBackOff"), containers=frozenset({"sidecar"}))
    assert mark_reports(EXPECTED, [other]).why == ("does not blame container app",)


def test_another_class_is_not_the_expected_failure() -> None:
    told = mark_reports(EXPECTED, [reported("NotReady")])
    assert (told.detected, told.why) == (False, ("not detected; told instead: NotReady",))


def test_a_right_cause_names_its_values() -> None:
    answer = mark_causes(EXPECTED, [RIGHT])
    assert (answer.rule, answer.first, answer.named, answer.wrong) == (True, True, True, False)
    assert right_cause(EXPECTED, [KILLED, RIGHT]) is RIGHT


def test_a_part_of_a_word_names_nothing() -> None:
    vague = replace(RIGHT, evidence=(), explanation="It wants API_URLS.")
    answer = mark_causes(EXPECTED, [vague])
    assert (answer.rule, answer.named) == (True, False)
    assert answer.why == ("C13 does not name API_URL",)


def test_a_cause_that_claims_to_know_and_is_not_right_is_wrong() -> None:
    answer = mark_causes(EXPECTED, [KILLED, RIGHT])
    assert (answer.rule, answer.first, answer.wrong) == (True, False, True)
    assert "wrong: OOMKilled" in answer.why
    symptom = mark_causes(EXPECTED, [SYMPTOM])
    assert (symptom.rule, symptom.wrong) == (False, False)
    assert mark_causes(EXPECTED, []).why == ("wants C13 or D05, found nothing",)


def test_of_stacked_faults_each_must_be_named() -> None:
    says = [{"rules": ["C13"], "names": ["API_URL"]}, {"rules": ["A01"], "names": ["web:2"]}]
    stacked = expected_of({"expect": CASE["expect"] | {"says": says}})
    assert not mark_causes(stacked, [RIGHT]).rule
    image = replace(RIGHT, rule="A01", explanation="web:2 is not there")
    assert mark_causes(stacked, [image, RIGHT]).named


def mark(**changes: Any) -> Mark:
    found = Mark("a case", "C", False, True, ("C13",), Told(True, True, ()), NO_ANSWER)
    return replace(found, **changes)


def test_shares_are_of_what_could_be_had() -> None:
    right = mark(answer=mark_causes(EXPECTED, [RIGHT]), trial=Trial(True, True, tried=True))
    figures = Figures("C", [right, mark()])
    assert figures.cells[1:] == ("2", "2", "2", "1", "1", "1", "0", "2", "1", "1", "1", "0")
    shares = figures.shares()
    assert shares["patches accepted"] == 1
    assert shares["Ready after the patch"] == 0
    assert shares["right class, object and value named"] == 0.5


def test_a_result_that_misses_a_target_says_so() -> None:
    all_right = mark(
        answer=mark_causes(EXPECTED, [RIGHT]), trial=Trial(True, True, tried=True, ready=True)
    )
    assert Result([all_right], benign=100).met
    assert not Result([all_right], benign=100, false_incidents=["a rolling update"]).met
    assert not Result([all_right, mark()], benign=100).met


def test_the_document_names_each_miss_and_what_no_case_shows() -> None:
    missed = mark(held_out=True, told=Told(False, False, ("not detected",)))
    text = document(Result([missed], benign=100), datetime(2026, 1, 2, tzinfo=UTC), "0.1.0")
    assert "- C (held out, a case): not detected" in text
    assert "## Held-out cases" in text
    assert "02 January 2026, Kure 0.1.0" in text
    assert "C13" not in uncovered([missed])


def test_every_failing_case_says_what_its_diagnosis_must_say() -> None:
    known, held_out, benign, _ = chosen([])
    ids = [case.id for case in (*known, *held_out, *benign)]
    assert len({*ids}) == len(ids)
    for case in (*known, *held_out):
        expected = expected_of(case.data)
        assert expected.says, case.id
        assert all(len(rule) == 3 and rule[0] in "ABCDEFGHIJKLM" for rule in expected.rules)
    assert len(held_out) >= 30
    assert len(benign) >= 100


def test_cases_are_chosen_by_family_and_name() -> None:
    known, held_out, benign, _ = chosen(["M"])
    assert {expected_of(case.data).family for case in (*known, *held_out)} == {"M"}
    assert not benign
    known, held_out, *_ = chosen(["held out"])
    assert held_out
    assert not known
    assert [case.name for case in chosen(["exits with 139"])[0]] == ["exits with 139"]
    with pytest.raises(InvalidInput):
        chosen(["no such case"])


def test_what_was_read_is_recorded_without_secrets() -> None:
    since = datetime(2026, 1, 2, tzinfo=UTC)
    failure = Failure(FailureClass.CRASH_LOOP, "app", since, "CrashLoopBackOff", "", "status")
    env = [{"name": "DB_PASSWORD", "value": "plover-tangent"}]
    pod = {"metadata": {"name": "web-1"}, "spec": {"containers": [{"name": "app", "env": env}]}}
    log = Log("app", "previous", "password=plover-tangent")
    (case,) = cases_of("a case", Facts((PodFacts(pod, (failure,), (), (log,)),)))
    assert "plover-tangent" not in str(case)
    assert case["class"] == "CrashLoopBackOff"
    assert case["pod"]["metadata"]["name"] == "web-1"
    assert set(case["logs"]) == {"app/previous"}
