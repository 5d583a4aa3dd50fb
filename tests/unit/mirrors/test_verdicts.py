"""What a mirror proves, against tests/cases/mirrors/verdicts.yaml. Add a case there."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from kure.domain.mirrors.needs import enough, longest_run, needed_seconds
from kure.domain.mirrors.verdict import Verdict, Word, judge, no_verdict
from tests.case_files import read

NOW = datetime.fromisoformat("2026-11-23T20:10:00Z")
CASES = [pytest.param(case, id=case["name"]) for case in read("mirrors/verdicts.yaml")]


def moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def judged(case: dict[str, Any]) -> Verdict:
    made = case.get("made", "2026-11-23T20:00:00Z")
    pod = {"kind": "Pod"} | case["pod"]
    pod["metadata"] = {"name": "web-mirror-1", "creationTimestamp": made} | pod.get("metadata", {})
    so_far = None
    if "so_far" in case:
        word, held = case["so_far"]
        so_far = Verdict(Word(word), "before", held, had_passed=word == "passed")
    return judge(
        *(pod, case.get("needs", 30), case.get("job", False), NOW, so_far),
        events=case.get("events", ()),
        ends_at=moment(case.get("ends")),
    )


@pytest.mark.parametrize("case", CASES)
def test_a_mirror_is_judged_by_what_it_is_now(case: dict[str, Any]) -> None:
    verdict, expected = judged(case), case["expect"]
    assert (verdict.word, verdict.text) == (expected["word"], expected["text"])
    assert verdict.final == expected.get("final", False)
    if "again" in expected:
        assert verdict.look_again_at == moment(expected["again"])
    assert verdict.look_again_at is None or verdict.look_again_at > NOW


@pytest.mark.parametrize("case", CASES)
def test_what_is_said_quotes_no_message(case: dict[str, Any]) -> None:
    assert "hunter2" not in judged(case).text


def test_a_final_verdict_stays() -> None:
    assert judge({}, 30, False, NOW, no_verdict("refused")) == no_verdict("refused")


def test_the_verdict_is_another_when_it_is_time_to_look_again() -> None:
    case = next(found for found in read("mirrors/verdicts.yaml") if "yet" in found["name"])
    pod = case["pod"]
    first = judge(pod, 60, False, NOW)
    assert first.word is Word.PENDING
    assert first.look_again_at is not None
    assert judge(pod, 60, False, first.look_again_at, first).word is Word.PASSED


def run(seconds: int, code: int = 1, **more: Any) -> dict[str, Any]:
    ended = NOW.replace(minute=0) + timedelta(seconds=seconds)
    times = {"startedAt": "2026-11-23T20:00:00Z", "finishedAt": ended.isoformat()}
    return {"name": "app", "lastState": {"terminated": {"exitCode": code} | times}} | more


@pytest.mark.parametrize(
    ("pods", "seconds"),
    [
        ([], 0),
        ([{"status": {"containerStatuses": [run(70), run(20)]}}], 70),
        (
            [
                {"status": {"containerStatuses": [run(20)]}},
                {"status": {"containerStatuses": [run(90)]}},
            ],
            90,
        ),
        ([{"status": {"containerStatuses": [run(70, 0)]}}], 70),
        (
            [
                {
                    "spec": {"restartPolicy": "OnFailure"},
                    "status": {"containerStatuses": [run(70, 0)]},
                }
            ],
            0,
        ),
        ([{"status": {"initContainerStatuses": [run(70, 0)]}}], 0),
        ([{"status": {"initContainerStatuses": [run(70)]}}], 70),
    ],
)
def test_the_longest_run_is_one_that_ended_in_a_crash(pods: list[Any], seconds: float) -> None:
    assert longest_run(pods) == seconds


@pytest.mark.parametrize(
    ("longest", "needs", "ttl", "says"),
    [
        (0, 30, 300, ""),
        (0, 30, 60, ""),
        (0, 30, 59, "the test needs at least 60 s to prove anything"),
        (15, 30, 300, ""),
        (135, 270, 300, ""),
        (200, 400, 300, "the test needs at least 430 s to prove anything"),
        (
            *(3600, 7200, 3600),
            "no mirror lives long enough: the crash comes so late that it would take 7230 s, and "
            "3600 s are the most",
        ),
    ],
)
def test_a_life_too_short_says_what_it_takes(
    longest: float, needs: float, ttl: float, says: str
) -> None:
    assert needed_seconds(longest) == needs
    assert enough(ttl, needs) == says


def state(ready: str, at: str, restarts: int = 0) -> dict[str, Any]:
    """A mirror whose only container has been running since 20:09:00."""
    running = {"running": {"startedAt": "2026-11-23T20:09:00Z"}}
    status = {"name": "app", "ready": ready == "True", "restartCount": restarts, "state": running}
    condition = {"type": "Ready", "status": ready, "lastTransitionTime": at}
    return {
        "spec": {"nodeName": "node-1", "containers": [{"name": "app"}]},
        "status": {"phase": "Running", "conditions": [condition], "containerStatuses": [status]},
    }


def test_passed_is_taken_back_also_when_it_was_unready_in_between() -> None:
    ends = NOW + timedelta(minutes=5)
    passed = judge(state("True", "2026-11-23T20:09:00Z"), 30, False, NOW, ends_at=ends)
    assert passed.word is Word.PASSED
    unready = state("False", "2026-11-23T20:10:00Z")
    pending = judge(unready, 30, False, NOW, passed, ends_at=ends)
    again = judge(unready, 30, False, NOW, pending, ends_at=ends)
    assert (again.word, again.text) == (Word.PENDING, "it was Ready for 60 s, and is not any more")
    restarted = state("True", "2026-11-23T20:10:00Z", restarts=1)
    assert judge(restarted, 30, False, NOW, again, ends_at=ends).word is Word.FAILED
    assert judge(unready, 30, False, ends, again, ends_at=ends).word is Word.FAILED
    recovered = state("True", "2026-11-23T20:10:00Z")
    later = NOW + timedelta(seconds=30)
    assert judge(recovered, 30, False, later, again, ends_at=ends).word is Word.PASSED


def test_a_restart_takes_passed_back_also_where_it_was_first_told_as_not_ready() -> None:
    passed = judge(state("True", "2026-11-23T20:09:00Z"), 30, False, NOW)
    unready = state("False", "2026-11-23T20:10:00Z", restarts=1)
    later = NOW + timedelta(minutes=5)
    failed = judge(unready, 30, False, later, passed)
    assert (failed.word, failed.final) == (Word.FAILED, False)
    ready = state("True", "2026-11-23T20:15:00Z", restarts=1)
    assert judge(ready, 30, False, later + timedelta(minutes=5), failed).word is Word.FAILED
