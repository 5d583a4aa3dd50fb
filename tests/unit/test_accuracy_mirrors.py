"""How the exam marks the verdicts of mirrors: tests/accuracy."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from kure.domain.diagnosis.fixes import Operation
from kure.domain.manifests import Manifest
from kure.domain.mirrors.needs import enough
from tests.accuracy.choosing import chosen
from tests.accuracy.figures import Result
from tests.accuracy.proofs import (
    PROPOSED,
    Proof,
    Proofs,
    Try,
    decided_at,
    life,
    p95,
    tries_of,
    wrong,
)
from tests.accuracy.table import document, with_mirrors

T0 = datetime(2026, 1, 2, tzinfo=UTC)
WANTED = Try("as it is", verdict="failed", says=("CrashLoopBackOff", "exit code 3"))
CRASHED = "container a: CrashLoopBackOff, exit code 3"
RIGHT = Proof("a case", "right", "passed", "Ready for 30 s", seconds=33.0, lag=0.2)
FALSE = replace(RIGHT, what="seems right", why="passed, wants failed")
OWN = replace(RIGHT, what=PROPOSED)


def pod(state: Manifest, *, ready: bool, restarts: int = 0) -> Manifest:
    at = T0.isoformat().replace("+00:00", "Z")
    status: dict[str, Any] = {
        "phase": "Running",
        "conditions": [
            {"type": "Ready", "status": str(ready), "lastTransitionTime": at},
            {"type": "ContainersReady", "status": str(ready), "lastTransitionTime": at},
        ],
        "containerStatuses": [
            {"name": "a", "ready": ready, "restartCount": restarts, "state": state}
        ],
    }
    spec = {"nodeName": "n", "containers": [{"name": "a", "image": "i"}]}
    metadata = {"name": "m", "uid": "u", "namespace": "shop", "creationTimestamp": at}
    return {"metadata": metadata, "spec": spec, "status": status}


RUNNING = pod({"running": {"startedAt": T0.isoformat().replace("+00:00", "Z")}}, ready=True)
LOOPING = pod({"waiting": {"reason": "CrashLoopBackOff"}}, ready=False, restarts=2)


def test_a_verdict_is_right_with_its_reason() -> None:
    assert wrong(WANTED, "failed", CRASHED) == ""
    assert wrong(WANTED, "failed", "container a: OOMKilled").startswith("does not say Crash")
    assert wrong(WANTED, "passed", "Ready for 30 s") == "passed, wants failed: Ready for 30 s"


def test_of_a_fix_that_is_proposed_nobody_knows_the_right_verdict() -> None:
    assert wrong(Try(PROPOSED), "failed", CRASHED) == ""


def test_a_mirror_lives_as_long_as_its_verdict_needs() -> None:
    assert life(30) == 120
    assert life(100.5) == 191
    assert life(5000) == 3600
    assert enough(life(100.5), 100.5) == ""


def test_a_containers_end_decides_when_it_is_seen() -> None:
    seen = [(T0, RUNNING), (T0 + timedelta(seconds=9), LOOPING)]
    assert decided_at(seen, "failed", 30, is_job=False) == T0 + timedelta(seconds=9)


def test_what_has_held_long_enough_decides_by_time() -> None:
    assert decided_at([(T0, RUNNING)], "passed", 30, is_job=False) == T0 + timedelta(seconds=30)


def test_a_grace_that_ran_out_is_no_status() -> None:
    assert decided_at([(T0, RUNNING)], "failed", 30, is_job=False) is None
    assert decided_at([], "failed", 30, is_job=False) is None


def test_one_wrong_verdict_of_a_few_misses_the_target() -> None:
    assert Result([], proofs=Proofs([RIGHT, OWN])).met
    assert not Result([], proofs=Proofs([RIGHT, FALSE])).met


def test_a_slow_verdict_misses_the_target() -> None:
    assert not Result([], proofs=Proofs([replace(RIGHT, lag=1.5)])).met


def test_a_fix_of_kures_own_that_cannot_be_tested_is_a_miss() -> None:
    refused = Proof("a case", PROPOSED, why="refused")
    assert not Result([], proofs=Proofs([RIGHT, refused])).met


def test_figures_are_of_what_could_be_had() -> None:
    lost = replace(OWN, verdict="failed", text=CRASHED)
    proofs = Proofs([RIGHT, FALSE, OWN, lost])
    assert proofs.rows()[-1] == ("all", "4", "3", "1", "0", "1 of 2", "33.0 s", "33.0 s")
    assert proofs.told[0] == "Of 2 fixes that Kure proposed, 1 passed."
    assert proofs.misses == [
        "a case, seems right: passed, wants failed",
        f"a case, {PROPOSED}: failed: {CRASHED}",
    ]


def test_of_a_hundred_five_may_be_later_than_p95() -> None:
    assert p95([float(n) for n in range(1, 101)]) == 95
    assert p95([7.0]) == 7
    assert p95([]) == 0


def test_the_document_names_each_miss() -> None:
    text = document(Result([], proofs=Proofs([RIGHT, FALSE])), T0, "0.1.0")
    assert "- a case, seems right: passed, wants failed" in text
    assert "mirrors: verdicts right | 50.0% | ≥ 99% | missed" in text


def test_figures_of_mirrors_alone_leave_the_others() -> None:
    text = document(Result([], benign=100), T0, "0.1.0")
    once = with_mirrors(text, "## Mirrors\n\nnew\n")
    assert once == text.replace("## Mirrors\n\nNot played this time.\n", "## Mirrors\n\nnew\n")
    assert with_mirrors(once, "## Mirrors\n\nnew\n") == once
    assert with_mirrors("# Doc\n", "## Mirrors\n") == "# Doc\n\n## Mirrors\n"


def test_each_case_says_which_verdicts_are_right() -> None:
    cases = chosen(["mirrors"]).mirrors
    assert len(cases) >= 25
    tries = {case.name: tries_of(case.data) for case in cases}
    for name, found in tries.items():
        assert [one.what for one in found][:2] == ["as it is", "right"], name
        assert found[1].verdict == "passed", name
        assert all(one.says for one in found if one.verdict != "passed"), name
    assert sum(one.what == "seems right" for found in tries.values() for one in found) >= 8


def test_what_is_drawn_stands_in_the_change_too() -> None:
    case = chosen(["an image whose tag is not there"]).mirrors[0]
    step = tries_of(case.data)[2].change[1]
    assert isinstance(step, Operation)
    assert 5 <= int(step.value[1]) <= 25
