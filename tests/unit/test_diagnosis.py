"""Diagnosis against tests/cases/diagnosis/*.yaml. Add a case there, not a test here."""

from datetime import datetime
from typing import Any

import pytest

from kure.domain import manifests
from kure.domain.diagnosis.diagnose import diagnose
from kure.domain.diagnosis.facts import Facts, Log, PodFacts
from kure.domain.diagnosis.model import Cause
from kure.domain.diagnosis.severity import severity
from kure.domain.failures.detect import detect
from kure.domain.failures.model import Failure, FailureClass
from tests.case_files import read

NOW = datetime.fromisoformat("2026-11-23T20:30:00Z")
WHOLE = ("image_pull", "crash_loop", "oom_killed", "unschedulable", "together")


def load(*names: str) -> list[Any]:
    return [
        pytest.param(case, id=f"{name}: {case.get('name') or case['message'][-60:]}")
        for name in names
        for case in read(f"diagnosis/{name}.yaml")
    ]


def log(place: str, text: str | None) -> Log:
    container, _, stream = place.partition("/")
    return Log(container, stream, text, missing="" if text is not None else "refused")


def pod_facts(case: dict[str, Any], now: datetime) -> PodFacts:
    """As detection sees the pod of a case. A log that is null could not be read."""
    events = tuple(case.get("events") or ())
    logs = tuple(log(place, text) for place, text in (case.get("logs") or {}).items())
    return PodFacts(case["pod"], detect(case["pod"], events, now).failures, events, logs)


def facts_of(case: dict[str, Any]) -> Facts:
    now = datetime.fromisoformat(case["now"])
    pods = tuple(pod_facts(found, now) for found in case["pods"])
    return Facts(pods, nodes=tuple(case.get("nodes") or ()))


def assert_says(cause: Cause, expected: dict[str, Any]) -> None:
    """`says` and `fix` are parts of the explanation and of the fix."""
    for part in expected.get("says", ()):
        assert part in cause.explanation
    for part in expected.get("fix", ()):
        assert part in cause.fix


@pytest.mark.parametrize("case", load(*WHOLE))
def test_a_failing_workload_gets_the_causes_that_its_objects_show(case: dict[str, Any]) -> None:
    found = diagnose(facts_of(case))
    assert [cause.rule for cause in found.causes] == [wanted["rule"] for wanted in case["expect"]]
    assert list(found.unavailable) == case.get("unavailable", list(found.unavailable))
    for cause, wanted in zip(found.causes, case["expect"], strict=True):
        assert (cause.container, cause.confidence) == (wanted["container"], wanted["confidence"])
        assert cause.title == wanted.get("title", cause.title)
        lines = [f"{line.source} {line.subject} {line.field}" for line in cause.evidence]
        assert lines == wanted.get("evidence", lines)
        assert_says(cause, wanted)


def unpulled(case: dict[str, Any]) -> Facts:
    waiting = {"reason": case.get("reason", "ErrImagePull"), "message": case["message"]}
    image = case.get("image", "registry.example.com/x/web:1")
    pod = {
        "metadata": {"name": "web-1", "namespace": "shop", "creationTimestamp": str(NOW)},
        "spec": {"nodeName": "node-1", "containers": [{"name": "app", "image": image}]},
        "status": {
            "phase": "Pending",
            "containerStatuses": [{"name": "app", "state": {"waiting": waiting}}],
        },
    }
    info = {"operatingSystem": "linux", "architecture": "arm64"}
    node = {"metadata": {"name": "node-1"}, "status": {"nodeInfo": info}}
    return Facts((pod_facts({"pod": pod}, NOW),), nodes=(node,))


@pytest.mark.parametrize("case", load("image_messages"))
def test_a_message_of_a_pull_is_known_by_its_rule(case: dict[str, Any]) -> None:
    (cause,) = diagnose(unpulled(case)).causes
    assert cause.rule == case["rule"]
    assert case.get("says", "") in cause.explanation
    assert case.get("fix", "") in cause.fix


def unplaced(case: dict[str, Any]) -> Facts:
    condition = {
        "type": "PodScheduled",
        "status": "False",
        "reason": "Unschedulable",
        "message": case["message"],
        "lastTransitionTime": "2026-11-23T20:00:00Z",
    }
    pod = {"metadata": {"name": "web-1"}, "status": {"conditions": [condition]}}
    return Facts((pod_facts({"pod": pod}, NOW),))


@pytest.mark.parametrize("case", load("scheduling_messages"))
def test_every_clause_of_the_scheduler_is_told_with_its_count(case: dict[str, Any]) -> None:
    causes = diagnose(unplaced(case)).causes
    assert [cause.rule for cause in causes] == [rule for rule, _, _ in case["clauses"]]
    for cause, (_, count, total) in zip(causes, case["clauses"], strict=True):
        nodes = "the only node" if total == 1 else f"{count} of {total} nodes"
        counted = f"keeps the pod from {nodes}" if total else "could not place"
        assert counted in cause.explanation


def crashing_pod(case: dict[str, Any]) -> dict[str, Any]:
    ended = {
        "exitCode": case["code"],
        "reason": case.get("reason", "Error"),
        "message": case.get("message"),
        "startedAt": "2026-11-23T20:28:00Z",
        "finishedAt": "2026-11-23T20:29:00Z",
    }
    now = (
        {"terminated": ended} if case.get("state") else {"waiting": {"reason": "CrashLoopBackOff"}}
    )
    last = {} if case.get("state") else {"terminated": ended}
    status = {"name": "app", "restartCount": 4, "state": now, "lastState": last}
    return {
        "metadata": {"name": "web-1", "namespace": "shop"},
        "spec": {"containers": [{"name": "app", "image": "web:1"}]},
        "status": {"phase": "Running", "containerStatuses": [status]},
    }


def crashed(case: dict[str, Any]) -> Facts:
    logs = case.get("logs") or ({"app/previous": case["log"]} if "log" in case else {})
    events = case.get("events") or [{"reason": "BackOff"}]
    pod = {"pod": crashing_pod(case), "events": events, "logs": logs}
    return Facts((pod_facts(pod, NOW),))


@pytest.mark.parametrize("case", load("crash_words"))
def test_a_crash_is_told_by_its_exit_code_and_its_log(case: dict[str, Any]) -> None:
    found = diagnose(crashed(case))
    (cause,) = found.causes
    assert cause.rule == case["rule"]
    assert case.get("title", "") in cause.title
    assert case.get("says", "") in cause.explanation
    assert case.get("fix", "") in cause.fix
    lines = [f"log {line.field}" for line in cause.evidence if line.source == "log"]
    assert lines == case.get("evidence", lines)
    assert list(found.unavailable) == case.get("unavailable", list(found.unavailable))


def judged_pod(found: dict[str, Any]) -> PodFacts:
    """`restarts` is its restart policy, `restarted` how often it was."""
    pod = {
        "metadata": {"namespace": found.get("namespace", "shop")},
        "spec": {
            "restartPolicy": found.get("restarts", "Always"),
            "priorityClassName": found.get("priority"),
        },
        "status": {
            "conditions": [{"type": "Ready", "status": str(found["ready"])}],
            "containerStatuses": [{"name": "app", "restartCount": found.get("restarted", 0)}],
        },
    }
    since = manifests.time_of(found.get("since"))
    failures = [Failure(FailureClass.NOT_READY, "app", since, "", "", "")] if since else []
    return PodFacts(pod, tuple(failures), tuple(found.get("events", ())))


@pytest.mark.parametrize("case", load("severity"))
def test_severity_is_by_what_is_left_of_the_workload(case: dict[str, Any]) -> None:
    pods = tuple(judged_pod(found) for found in case.get("pods", [{"ready": False}]))
    assert severity(Facts(pods, owner=case.get("owner"))) == case["expect"]
