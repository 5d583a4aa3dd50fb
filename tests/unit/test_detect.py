"""The verdict on a whole pod: order, grace, hold, and what counts as well."""

from datetime import UTC, datetime, timedelta
from typing import Any

from kure.domain.failures.detect import RULES, detect
from kure.domain.failures.model import FailureClass, Graces, Health
from kure.domain.manifests import Manifest

START = datetime(2026, 1, 1, 10, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def stamp(seconds: float) -> str:
    return at(seconds).isoformat().replace("+00:00", "Z")


def pod_of(phase: str, *statuses: Manifest, ready: float | None = None, **meta: Any) -> Manifest:
    condition = {
        "type": "Ready",
        "status": "True" if ready is not None else "False",
        "lastTransitionTime": stamp(ready or 0),
    }
    return {
        "metadata": {"name": "web-0", "creationTimestamp": stamp(0), **meta},
        "status": {
            "phase": phase,
            "conditions": [condition],
            "containerStatuses": list(statuses),
        },
    }


def ended(start: float, end: float, code: int, reason: str) -> Manifest:
    return {
        "startedAt": stamp(start),
        "finishedAt": stamp(end),
        "exitCode": code,
        "reason": reason,
    }


def running_again(start: float, last: Manifest, restarts: int = 3) -> Manifest:
    return {
        "name": "app",
        "restartCount": restarts,
        "state": {"running": {"startedAt": stamp(start)}},
        "lastState": {"terminated": last},
    }


def unscheduled() -> Manifest:
    return {
        "metadata": {"creationTimestamp": stamp(0)},
        "status": {
            "phase": "Pending",
            "conditions": [
                {
                    "type": "PodScheduled",
                    "status": "False",
                    "reason": "Unschedulable",
                    "lastTransitionTime": stamp(0),
                }
            ],
        },
    }


def test_rules_stand_in_the_order_in_which_failures_are_fixed() -> None:
    order = list(FailureClass)
    places = [order.index(FailureClass[rule.__name__.upper()]) for rule in RULES]
    assert places == sorted(places)


def test_a_pod_that_is_being_deleted_is_neither_failing_nor_well() -> None:
    waiting = {"name": "app", "state": {"waiting": {"reason": "ErrImagePull"}}}
    deleted = pod_of("Running", waiting, ready=5, deletionTimestamp=stamp(9))
    verdict = detect(deleted, [], at(10))
    assert (verdict.health, verdict.failures, verdict.recheck_at) == (Health.PENDING, (), at(69))


def test_a_pod_that_does_not_go_fails_since_it_should_have_gone() -> None:
    status = {"name": "app", "state": {"running": {"startedAt": stamp(3)}}}
    verdict = detect(pod_of("Running", status, ready=5, deletionTimestamp=stamp(9)), [], at(69))
    assert [failure.failure_class for failure in verdict.failures] == [
        FailureClass.STUCK_TERMINATING
    ]
    assert (verdict.since, verdict.recheck_at) == (at(9), None)


def test_all_failures_are_reported_first_to_fix_first() -> None:
    looping = {
        "name": "looping",
        "restartCount": 2,
        "state": {"waiting": {"reason": "CrashLoopBackOff"}},
        "lastState": {"terminated": ended(10, 11, 1, "Error")},
    }
    killed = {"name": "killed", "state": {"terminated": ended(5, 20, 137, "OOMKilled")}}
    unpulled = {"name": "unpulled", "state": {"waiting": {"reason": "ImagePullBackOff"}}}
    verdict = detect(pod_of("Running", looping, killed, unpulled), [], at(60))
    assert verdict.health is Health.FAILING
    assert [(failure.failure_class, failure.container) for failure in verdict.failures] == [
        (FailureClass.IMAGE_PULL, "unpulled"),
        (FailureClass.OOM_KILLED, "killed"),
        (FailureClass.CRASH_LOOP, "looping"),
    ]
    assert verdict.since == at(0)


def test_an_unscheduled_pod_is_pending_until_its_grace_ends() -> None:
    verdict = detect(unscheduled(), [], at(29))
    assert (verdict.health, verdict.failures, verdict.recheck_at) == (Health.PENDING, (), at(30))


def test_an_unscheduled_pod_fails_from_the_end_of_its_grace() -> None:
    verdict = detect(unscheduled(), [], at(30))
    assert (verdict.health, verdict.since, verdict.recheck_at) == (Health.FAILING, at(0), None)


def test_the_grace_is_the_callers() -> None:
    graces = Graces(pending=timedelta(minutes=10))
    assert detect(unscheduled(), [], at(599), graces).recheck_at == at(600)


def test_a_container_that_runs_again_is_held_failing_though_it_is_ready() -> None:
    pod = pod_of("Running", running_again(100, ended(70, 90, 1, "Error")), ready=100)
    held = detect(pod, [], at(139))
    assert (held.health, held.since, held.recheck_at) == (Health.FAILING, at(90), at(140))
    assert detect(pod, [], at(140)).health is Health.HEALTHY


def test_a_container_that_is_not_ready_after_the_hold_is_pending() -> None:
    pod = pod_of("Running", running_again(100, ended(70, 90, 1, "Error")))
    assert detect(pod, [], at(140)).health is Health.PENDING


def test_a_held_container_is_looked_at_again_when_the_first_hold_ends() -> None:
    first = running_again(100, ended(70, 90, 1, "Error"))
    second = running_again(100, ended(0, 95, 137, "OOMKilled")) | {"name": "second"}
    verdict = detect(pod_of("Running", first, second, ready=100), [], at(139))
    assert (len(verdict.failures), verdict.recheck_at) == (2, at(140))
    later = detect(pod_of("Running", first, second, ready=100), [], at(141))
    assert ([f.container for f in later.failures], later.recheck_at) == (["second"], at(290))


def test_a_ready_pod_is_well_since_it_became_ready() -> None:
    status = {"name": "app", "state": {"running": {"startedAt": stamp(3)}}}
    verdict = detect(pod_of("Running", status, ready=5), [], at(60))
    assert (verdict.health, verdict.since, verdict.recheck_at) == (Health.HEALTHY, at(5), None)


def test_a_container_that_started_after_the_pod_was_ready_dates_its_health() -> None:
    status = {"name": "app", "state": {"running": {"startedAt": stamp(9)}}}
    assert detect(pod_of("Running", status, ready=5), [], at(60)).since == at(9)


def test_a_finished_pod_is_well_since_its_last_container_ended() -> None:
    first = {"name": "app", "state": {"terminated": ended(1, 7, 0, "Completed")}}
    second = {"name": "second", "state": {"terminated": ended(1, 9, 0, "Completed")}}
    verdict = detect(pod_of("Succeeded", first, second), [], at(60))
    assert (verdict.health, verdict.since) == (Health.HEALTHY, at(9))


def test_a_finished_pod_that_tells_no_times_is_well_since_no_known_time() -> None:
    verdict = detect({"status": {"phase": "Succeeded"}}, [], at(60))
    assert (verdict.health, verdict.since) == (Health.HEALTHY, None)


def test_a_pod_that_runs_but_is_not_ready_is_pending_until_its_grace_ends() -> None:
    status = {"name": "app", "ready": False, "state": {"running": {"startedAt": stamp(3)}}}
    verdict = detect(pod_of("Running", status), [], at(60))
    assert (verdict.health, verdict.recheck_at) == (Health.PENDING, at(123))
    later = detect(pod_of("Running", status), [], at(123))
    assert (later.health, later.since) == (Health.FAILING, at(3))


def test_nothing_general_is_said_of_a_container_of_which_something_specific_is() -> None:
    status = running_again(100, ended(0, 90, 1, "Error")) | {"ready": False}
    held, later = (detect(pod_of("Running", status), [], at(s)) for s in (230, 280))
    classes = [[found.failure_class for found in one.failures] for one in (held, later)]
    assert classes == [[FailureClass.CRASH_LOOP], [FailureClass.NOT_READY]]
    assert held.recheck_at == at(280)


def test_a_container_that_crashed_once_is_not_well_before_it_has_run_for_a_while() -> None:
    status = running_again(100, ended(70, 90, 1, "Error"), restarts=1)
    early = detect(pod_of("Running", status, ready=100), [], at(139))
    assert (early.health, early.failures, early.recheck_at) == (Health.PENDING, (), at(140))
    assert detect(pod_of("Running", status, ready=100), [], at(140)).health is Health.HEALTHY


def test_a_ready_pod_is_not_well_while_one_of_its_containers_waits() -> None:
    runs = {"name": "app", "state": {"running": {"startedAt": stamp(3)}}}
    waits = {"name": "second", "state": {"waiting": {"reason": "ContainerCreating"}}}
    assert detect(pod_of("Running", runs, waits, ready=5), [], at(60)).health is Health.PENDING


def test_a_ready_pod_is_not_well_while_one_of_its_containers_has_no_status() -> None:
    status = {"name": "app", "state": {"running": {"startedAt": stamp(3)}}}
    pod = pod_of("Running", status, ready=5)
    pod["spec"] = {"containers": [{"name": "app"}, {"name": "second"}]}
    assert detect(pod, [], at(60)).health is Health.PENDING


def creating() -> Manifest:
    status = {"name": "app", "state": {"waiting": {"reason": "ContainerCreating"}}}
    return pod_of("Pending", status) | {"spec": {"nodeName": "node-1"}}


def test_a_start_that_takes_long_wants_the_events_and_is_then_told() -> None:
    early, asks = (detect(creating(), None, at(seconds)) for seconds in (29, 30))
    assert (early.recheck_at, early.wants_events) == (at(30), False)
    assert (asks.health, asks.failures, asks.wants_events) == (Health.PENDING, (), True)
    mount = {"reason": "FailedMount", "message": "no secret", "lastTimestamp": stamp(20)}
    told = detect(creating(), [mount], at(30))
    assert (told.health, told.since, told.wants_events) == (Health.FAILING, at(0), False)


def test_a_pull_that_goes_on_is_looked_at_again_when_its_grace_ends() -> None:
    pulling = {"reason": "Pulling", "message": "web:1", "lastTimestamp": stamp(5)}
    verdict = detect(creating(), [pulling], at(30))
    assert (verdict.health, verdict.recheck_at) == (Health.PENDING, at(600))


def test_a_pod_that_failed_for_good_is_told_for_a_day_where_nobody_replaces_it() -> None:
    status = {"name": "app", "state": {"terminated": ended(1, 7, 1, "Error")}}
    pod = pod_of("Failed", status) | {"spec": {"restartPolicy": "Never"}}
    day = 24 * 60 * 60
    assert (detect(pod, [], at(60)).since, detect(pod, [], at(60)).recheck_at) == (
        at(7),
        at(day + 7),
    )
    assert detect(pod, [], at(day + 7)).health is Health.PENDING


def test_an_empty_object_is_pending() -> None:
    assert detect({}, [], at(0)).health is Health.PENDING
