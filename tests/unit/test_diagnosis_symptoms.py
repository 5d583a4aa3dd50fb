"""What is told where no rule knows the cause, against tests/cases/diagnosis/symptoms.yaml."""

from datetime import datetime
from typing import Any

import pytest

from kure.domain.diagnosis.diagnose import RULES, diagnose
from kure.domain.diagnosis.facts import Facts, ObjectFacts, PodFacts
from kure.domain.diagnosis.model import Confidence
from kure.domain.diagnosis.symptom_rules import SYMPTOMS
from kure.domain.failures.model import Failure, FailureClass
from tests.case_files import read

NOW = datetime.fromisoformat("2026-11-23T20:30:00Z")
CASES = read("diagnosis/symptoms.yaml")
KINDS = (
    *("Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "PersistentVolumeClaim"),
    *("Service", "Ingress", "HTTPRoute", "HorizontalPodAutoscaler", "Node"),
)


def failure(case: dict[str, Any]) -> Failure:
    return Failure(
        failure_class=FailureClass(case["class"]),
        container=case.get("container", ""),
        since=NOW,
        reason=case["reason"],
        message=case["message"],
        field=case.get("field", "status"),
    )


def facts(case: dict[str, Any]) -> Facts:
    events = tuple(case.get("events", ()))
    kind = case.get("kind", "Pod")
    obj = {"kind": kind, "metadata": {"name": "it", "uid": "u"}, "spec": {"nodeName": "node-1"}}
    if kind == "Pod":
        return Facts((PodFacts(obj, (failure(case),), events),))
    return Facts((), objects=(ObjectFacts(kind, obj, (failure(case),), events),))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['class']}: {case['reason']}")
def test_a_failure_without_a_rule_is_told_by_its_symptom(case: dict[str, Any]) -> None:
    found = diagnose(facts(case))
    (cause,) = found.causes
    wanted = case["expect"]
    assert (cause.rule, cause.confidence) == (wanted["rule"], wanted["confidence"])
    assert cause.title == wanted.get("title", cause.title)
    assert found.severity == wanted.get("severity", found.severity)
    for part in (case["reason"], *wanted.get("says", ())):
        assert part in cause.explanation
    for part in wanted.get("fix", ()):
        assert part in cause.fix
    lines = [f"{line.source} {line.subject} {line.field}" for line in cause.evidence]
    assert lines == wanted.get("evidence", lines)


def test_every_class_has_a_rule_or_a_row_and_every_row_a_case() -> None:
    assert set(FailureClass) == set(RULES) | set(SYMPTOMS)
    assert set(SYMPTOMS) == {FailureClass(case["class"]) for case in CASES}
    assert len({row.rule for row in SYMPTOMS.values()}) == len(SYMPTOMS)


@pytest.mark.parametrize("kind", ["Pod", *KINDS])
@pytest.mark.parametrize("failure_class", list(FailureClass))
def test_no_text_is_ever_empty_whatever_fails_in_whatever(
    kind: str, failure_class: FailureClass
) -> None:
    nothing = Failure(failure_class, "", NOW, "", "", "status")
    found = Facts((), objects=(ObjectFacts(kind, {}, (nothing,), None),))
    if kind == "Pod":
        found = Facts((PodFacts({}, (nothing,), None),))
    (cause,) = diagnose(found).causes
    assert all((cause.title, cause.explanation, cause.fix, cause.evidence[0].text))
    assert cause.confidence is Confidence.SYMPTOM
    assert "{" not in cause.title + cause.explanation + cause.fix


def rollout(*pods: PodFacts) -> Facts:
    stuck = Failure(FailureClass.ROLLOUT_STUCK, "", NOW, "ProgressDeadlineExceeded", "x", "status")
    refused = Failure(FailureClass.FAILED_CREATE, "", NOW, "FailedCreate", "y", "status")
    owner = {"kind": "Deployment", "metadata": {"name": "cart", "uid": "u"}}
    return Facts(pods, owner=owner, objects=(ObjectFacts("Deployment", owner, (stuck, refused)),))


def test_the_cause_of_a_pod_comes_before_what_its_owner_says_of_it() -> None:
    unready = Failure(FailureClass.NOT_READY, "app", NOW, "ContainersNotReady", "", "status")
    found = diagnose(rollout(PodFacts({"metadata": {"name": "cart-1"}}, (unready,)))).causes
    assert [cause.rule for cause in found] == ["Z18", "Z03", "K01"]
    for cause in found[1:]:
        assert cause.explanation.endswith("told apart, and is to be mended first.")


def test_an_owner_alone_is_told_in_full_and_as_the_owner() -> None:
    found = diagnose(rollout()).causes
    assert [cause.rule for cause in found] == ["Z03", "K01"]
    assert "made no progress" in found[1].explanation
    assert found[1].evidence[0].source == "owner"
    assert found[1].evidence[0].subject == "Deployment/cart"


def test_jobs_that_fail_alike_are_one_cause() -> None:
    failed = Failure(FailureClass.JOB_FAILED, "", NOW, "BackoffLimitExceeded", "", "status")
    jobs = tuple(
        ObjectFacts("Job", {"metadata": {"name": f"night-{n}"}}, (failed,)) for n in (1, 2)
    )
    (found,) = diagnose(Facts((), objects=jobs)).causes
    assert found.explanation.endswith("The same in 2 objects of kind Job: night-1, night-2.")


def test_what_a_failure_quotes_is_redacted() -> None:
    told = Failure(FailureClass.CONFIG_ERROR, "app", NOW, "CreateError", "token hunter2", "status")
    pods = (
        PodFacts(
            {"metadata": {"name": "a"}}, (told,), ({"type": "Warning", "message": "hunter2!"},)
        ),
    )
    (cause,) = diagnose(Facts(pods, hide=lambda text: text.replace("hunter2", "***"))).causes
    assert "hunter2" not in str(cause)
