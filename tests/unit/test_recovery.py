"""Recovery against tests/cases/recovery/*.yaml. Add a case there, not a test here."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kure.domain.failures.around import Around
from kure.domain.failures.model import Failure, FailureClass, Health, Verdict
from kure.domain.recovery import LOOK_AGAIN, PodSeen, Quiet, judge
from kure.domain.workloads import Workload
from tests.case_files import files_of, read

NOW = datetime.fromisoformat("2026-11-23T20:30:00Z")


def load_cases() -> list[Any]:
    return [
        pytest.param(case, id=f"{Path(file).stem}: {case['name']}")
        for file in files_of("recovery")
        for case in read(file)
    ]


def moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def seen(case: dict[str, Any]) -> PodSeen:
    metadata = {"name": case.get("name", "cart-1"), "creationTimestamp": case.get("made")}
    if case.get("deleting"):
        metadata["deletionTimestamp"] = "2026-11-23T20:29:00Z"
    status = {"phase": case.get("phase", "Running"), "reason": case.get("reason")}
    failures: tuple[Failure, ...] = ()
    if "failure" in case:
        failure_class, container = case["failure"]
        failures = (Failure(FailureClass(failure_class), container, NOW, "", "", ""),)
    health = Health(case.get("health", "healthy"))
    verdict = Verdict(health, failures, recheck_at=moment(case.get("recheck")))
    return PodSeen({"metadata": metadata, "status": status}, verdict)


@pytest.mark.parametrize("case", load_cases())
def test_a_workload_is_judged_by_what_is_seen_of_it(case: dict[str, Any]) -> None:
    workload = Workload("local", "shop", case["kind"], "cart")
    owner = case["owner"] | {"kind": case["kind"]} if "owner" in case else None
    pods = [seen(pod) for pod in case.get("pods", [])]
    found = judge(
        *(workload, owner, pods, NOW, moment(case.get("since"))),
        around=Around(**case["around"]) if "around" in case else None,
        classes=case.get("classes", ()),
    )
    assert found.resolution == case.get("resolution")
    assert found.text == case.get("text", found.text)
    assert found.text.startswith(f"{case['kind']} cart")
    assert found.look_again_seconds == case.get("again", LOOK_AGAIN)


@pytest.mark.parametrize(
    ("classes", "grace", "seconds"),
    [
        (["ImagePullBackOff"], 10, 30),
        (["ImagePullBackOff"], 60, 60),
        (["ImagePullBackOff", "CrashLoopBackOff"], 60, 300),
        (["OOMKilled"], 600, 600),
        (["RunContainerError"], 0, 300),
        ([], 0, 30),
    ],
)
def test_the_quiet_time_is_long_enough_for_the_next_crash_and_the_grace(
    classes: list[str], grace: int, seconds: float
) -> None:
    assert Quiet(pending_grace=timedelta(seconds=grace)).after(classes) == seconds
