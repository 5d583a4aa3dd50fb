"""What holds of every pod's life, as a kubelet may write it, and of every order of its events."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kure.domain.failures.detect import detect
from kure.domain.failures.model import FailureClass, Health, Verdict
from kure.domain.manifests import Manifest
from tests.unit.kubelet import START, Life, stamp

KINDS = (("main",), ("main", "main"), ("init", "main"), ("sidecar", "main"), ("init", "sidecar"))
REASONS = (
    *("Pulling", "Pulled", "Created", "Started", "Scheduled", "Unhealthy", "Killing", "BackOff"),
    *("FailedMount", "FailedCreatePodSandBox", "FailedSync"),
)

acts = st.lists(
    st.tuples(
        st.sampled_from([1, 5, 29, 30, 61, 150, 400, 700]), st.integers(0, 3), st.integers(0, 11)
    ),
    min_size=1,
    max_size=25,
)
lives = st.builds(
    lambda restarts, kinds: Life(restarts, (*kinds, "main") if "main" not in kinds else kinds),
    st.sampled_from(["Always", "OnFailure", "Never"]),
    st.sampled_from(KINDS),
)
events = st.lists(
    st.builds(
        lambda reason, message, seconds: {
            "reason": reason,
            "message": message,
            "type": "Warning",
            "lastTimestamp": stamp(START + timedelta(seconds=seconds)),
            "involvedObject": {"fieldPath": "spec.containers{c0}"},
        },
        st.sampled_from(REASONS),
        st.sampled_from(["", "Container c0 failed liveness probe", "cannot", "timed out"]),
        st.integers(0, 600),
    ),
    max_size=5,
)
told = st.none() | events


def lived(life: Life, happens: Any) -> Iterator[tuple[Manifest, datetime]]:
    """The pod after each thing that happened, and when."""
    for act in happens:
        yield life.act(*act), life.now


def said(verdict: Verdict) -> dict[tuple[FailureClass, str], datetime]:
    return {(one.failure_class, one.container): one.since for one in verdict.failures}


def shown(verdict: Verdict) -> tuple[Any, ...]:
    return verdict.health, verdict.failures, verdict.wants_events


@settings(deadline=None)
@given(lives, acts, told)
def test_a_failure_never_began_earlier_than_was_said_before(
    life: Life, happens: Any, seen: Any
) -> None:
    known: dict[tuple[FailureClass, str], datetime] = {}
    for pod, now in lived(life, happens):
        for failure, since in said(detect(pod, seen, now)).items():
            assert since >= known.get(failure, since)
            assert since <= now
            known[failure] = since


@settings(deadline=None)
@given(lives, acts, told)
def test_a_pod_is_never_well_while_a_container_that_should_run_does_not(
    life: Life, happens: Any, seen: Any
) -> None:
    for pod, now in lived(life, happens):
        if detect(pod, seen, now).health is Health.HEALTHY:
            assert pod["status"]["phase"] == "Succeeded" or not life.lacks_one()


@settings(deadline=None)
@given(lives, acts, told)
def test_it_is_looked_at_again_only_when_there_is_something_new_to_say(
    life: Life, happens: Any, seen: Any
) -> None:
    for pod, now in lived(life, happens):
        verdict = detect(pod, seen, now)
        if verdict.recheck_at:
            assert verdict.recheck_at > now
            assert shown(detect(pod, seen, verdict.recheck_at)) != shown(verdict)


@settings(deadline=None)
@given(lives, acts, told, st.integers(1, 3000))
def test_between_two_looks_nothing_new_would_be_said(
    life: Life, happens: Any, seen: Any, seconds: int
) -> None:
    for pod, now in lived(life, happens):
        verdict = detect(pod, seen, now)
        later = now + timedelta(seconds=seconds)
        if verdict.recheck_at is None or later < verdict.recheck_at:
            assert shown(detect(pod, seen, later)) == shown(verdict)


@settings(deadline=None)
@given(lives, acts, told)
def test_no_class_is_said_twice_of_a_container_nor_anything_in_another_order(
    life: Life, happens: Any, seen: Any
) -> None:
    order = list(FailureClass)
    for pod, now in lived(life, happens):
        failures = detect(pod, seen, now).failures
        assert len({(one.failure_class, one.container) for one in failures}) == len(failures)
        places = [order.index(one.failure_class) for one in failures]
        assert places == sorted(places)


@settings(deadline=None)
@given(lives, acts, events, st.randoms(use_true_random=False))
def test_the_order_and_repetition_of_events_change_nothing(
    life: Life, happens: Any, seen: list[Manifest], random: Any
) -> None:
    shuffled = [*seen, *seen]
    random.shuffle(shuffled)
    for pod, now in lived(life, happens):
        assert detect(pod, shuffled, now) == detect(pod, seen, now)


@settings(deadline=None)
@given(lives, acts, told)
def test_a_pod_that_nothing_happens_to_any_more_is_done_or_told_of(
    life: Life, happens: Any, seen: Any
) -> None:
    *_, (pod, now) = lived(life, happens)
    later = detect(pod, seen, now + timedelta(minutes=20))
    running = pod["status"]["phase"] in ("Pending", "Running")
    if running and life.lacks_one():
        assert later.health is Health.FAILING or later.wants_events
