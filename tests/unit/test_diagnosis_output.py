"""What leaves the diagnosis: redacted, and small enough to travel."""

import json
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import pytest

from kure.domain.capture import wanted_logs
from kure.domain.diagnosis.claims import still_shown
from kure.domain.diagnosis.diagnose import diagnose
from kure.domain.diagnosis.facts import Facts, Log, PodFacts
from kure.domain.diagnosis.images.reference import parse_image
from kure.domain.diagnosis.model import (
    Cause,
    Confidence,
    Diagnosis,
    EvidenceLine,
    Severity,
    fitted,
    redacted,
    short,
)
from kure.domain.failures.model import Failure, FailureClass

NOW = datetime.fromisoformat("2026-11-23T20:30:00Z")
CRASH = Failure(FailureClass.CRASH_LOOP, "app", NOW, "CrashLoopBackOff", "", "status")


class Stars:
    """Redacts one word."""

    def text(self, text: str) -> str:
        return text.replace("hunter2", "***")


def cause(size: int) -> Cause:
    line = EvidenceLine("log", "Pod/a/app/previous", "1", "ü" * size)
    return Cause(
        "C07", "CrashLoopBackOff", "app", "t", "e" * size, Confidence.LIKELY, (line,) * 40, "f"
    )


def size_of(diagnosis: Diagnosis) -> int:
    return len(json.dumps(asdict(diagnosis), ensure_ascii=False).encode())


def crashed(log: str) -> Facts:
    ended = {"terminated": {"exitCode": 1, "message": "password hunter2 refused"}}
    status = {"name": "app", "state": {"waiting": {}}, "lastState": ended}
    pod = {"metadata": {"name": "web-1"}, "status": {"containerStatuses": [status]}}
    logs = (Log("app", "previous", log), Log("app", "current", None, "hunter2"))
    return Facts((PodFacts(pod, (CRASH,), (), logs),), unavailable=("no hunter2",))


def test_no_text_of_a_diagnosis_leaves_unredacted() -> None:
    found = diagnose(crashed("ERROR password hunter2 refused\n"))
    assert "hunter2" in str(found)
    assert "hunter2" not in str(redacted(found, Stars()))
    assert len(redacted(found, Stars()).causes) == len(found.causes)


def test_a_secret_is_redacted_before_a_quote_of_it_is_cut() -> None:
    """Else its first half would be left where the quote ends."""
    line = "ERROR " + "x" * 108 + " hunter2"
    facts = replace(crashed(line + "\n"), hide=Stars().text)
    (cause,) = diagnose(facts).causes
    assert cause.title.endswith("x ***")
    assert "hun" not in cause.title


def test_lines_are_quoted_from_the_log_as_it_may_be_shown() -> None:
    """A line by itself may not tell that it is a part of a secret."""
    ended = "Traceback (most recent call last):\n  File x\nValueError: hunter2\n"
    for log in ("ERROR hunter2\n", "hunter2\n", ended):
        facts = crashed(log)
        shown = Log("app", "previous", log, shown=log.replace("hunter2", "***"))
        pods = (replace(facts.pods[0], logs=(shown,)),)
        (cause,) = diagnose(replace(facts, pods=pods)).causes
        quoted = [line.text for line in cause.evidence if line.source == "log"]
        assert "***" in quoted[0]
        assert "hunter2" not in cause.title + cause.explanation + quoted[0]


def test_a_placeholder_is_not_cut_in_two() -> None:
    text = "password [redacted:password:0123abcd] refused"
    assert short(text, 100) == text
    assert short(text, 25) == "password …"
    assert short(text, 42) == "password [redacted:password:0123abcd] ref…"


def test_a_large_diagnosis_is_cut_and_keeps_the_most_urgent_causes() -> None:
    large = Diagnosis((cause(5000),) * 60, ("u" * 5000,) * 60, Severity.HIGH)
    small = fitted(large, 40 * 1024)
    assert size_of(small) <= 40 * 1024
    assert small.causes[0].rule == "C07"
    assert small.causes[0].evidence


def test_a_small_diagnosis_is_left_as_it_is() -> None:
    small = Diagnosis((cause(10),), ("u",), Severity.HIGH)
    assert size_of(fitted(small, 40 * 1024)) < size_of(small)
    assert fitted(small, 40 * 1024).causes[0].explanation == small.causes[0].explanation


@pytest.mark.parametrize(
    "pod",
    [
        {},
        {"metadata": None, "spec": None, "status": None},
        {"spec": {"containers": "x"}, "status": {"containerStatuses": [None, {"name": 1}]}},
        {"status": {"containerStatuses": [{"name": "app", "state": 1, "lastState": []}]}},
    ],
)
@pytest.mark.parametrize("failure_class", list(FailureClass))
def test_an_object_with_missing_fields_gives_a_symptom_and_no_error(
    pod: dict[str, Any], failure_class: FailureClass
) -> None:
    failure = Failure(failure_class, "app", NOW, "Reason", "message of it", "status")
    facts = Facts((PodFacts(pod, (failure,), ({"reason": "Killing", "message": None},)),))
    found = diagnose(facts)
    assert found.causes
    assert found.causes[0].confidence is Confidence.SYMPTOM


@pytest.mark.parametrize(
    ("name", "host", "repository", "version"),
    [
        ("redis", "docker.io", "docker.io/library/redis", 'tag "latest"'),
        ("team/web:1", "docker.io", "docker.io/team/web", 'tag "1"'),
        ("localhost/web", "localhost", "localhost/web", 'tag "latest"'),
        ("r.example.com:5000/a/b/c:2", "r.example.com:5000", "r.example.com:5000/a/b/c", 'tag "2"'),
        ("ghcr.io/a/b:1@sha256:ab", "ghcr.io", "ghcr.io/a/b", "digest sha256:ab"),
        ("", "docker.io", "docker.io/library/", 'tag "latest"'),
    ],
)
def test_the_name_of_an_image_is_taken_apart_as_runtimes_do(
    name: str, host: str, repository: str, version: str
) -> None:
    image = parse_image(name)
    assert (image.host, image.repository, image.version) == (host, repository, version)


BESIDE = ("beside", "current")
STATES: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({"state": {"waiting": {}}}, [BESIDE]),
    (
        {"state": {"waiting": {}}, "lastState": {"terminated": {"a": 1}}},
        [("app", "previous"), BESIDE],
    ),
    (
        {"state": {"running": {}}, "lastState": {"terminated": {"a": 1}}},
        [("app", "previous"), ("app", "current"), BESIDE],
    ),
    ({"state": {"terminated": {"a": 1}}}, [("app", "current"), BESIDE]),
]


@pytest.mark.parametrize(("state", "wanted"), STATES)
def test_only_logs_that_exist_are_wanted_and_first_those_of_what_fails(
    state: dict[str, Any], wanted: list[tuple[str, str]]
) -> None:
    statuses = [{"name": "beside", "state": {"running": {}}}, {"name": "app", **state}]
    pod = {"status": {"containerStatuses": statuses}}
    assert list(wanted_logs(pod, [CRASH])) == wanted


@pytest.mark.parametrize(
    ("failure_class", "pod", "shown"),
    [
        (FailureClass.UNSCHEDULABLE, {"spec": {}}, True),
        (FailureClass.UNSCHEDULABLE, {"spec": {"nodeName": "n"}}, False),
        (FailureClass.IMAGE_PULL, {"state": {"waiting": {"reason": "x"}}}, True),
        (FailureClass.IMAGE_PULL, {"state": {"running": {}}}, False),
        (FailureClass.CRASH_LOOP, {"lastState": {"terminated": {"exitCode": 1}}}, True),
        (FailureClass.OOM_KILLED, {"state": {"running": {}}}, False),
    ],
)
def test_a_report_counts_as_far_as_the_pod_still_shows_it(
    failure_class: FailureClass, pod: dict[str, Any], shown: bool
) -> None:
    status = {"containerStatuses": [{"name": "app", **pod}]}
    failure = Failure(failure_class, "app", NOW, "", "", "")
    assert still_shown({"spec": pod.get("spec"), "status": status}, failure) is shown


def test_many_pods_that_fail_alike_are_counted_and_some_named() -> None:
    one = crashed("ERROR x\n").pods[0]
    pods = tuple(
        PodFacts({**one.pod, "metadata": {"name": f"web-{n}"}}, one.failures, None, one.logs)
        for n in range(8)
    )
    (found,) = diagnose(Facts(pods)).causes
    assert "in 8 pods: web-0, web-1, web-2, web-3, web-4 and 3 more." in found.explanation
