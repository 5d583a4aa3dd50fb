"""A watch must survive any object: `detect` never raises, whatever is missing, null or odd."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kure.domain.failures.detect import detect
from kure.domain.failures.model import Health

NOW = datetime(2026, 1, 1, tzinfo=UTC)

# Words and times that steer into the rules' branches, and some that no API server would send.
REASONS = [
    *("OOMKilled", "Error", "Completed", "CrashLoopBackOff", "ErrImagePull", "ImagePullBackOff"),
    *("Unschedulable", "PodInitializing", "", "Failed", "ContainerCreating", "StartError"),
    *("RunContainerError", "CreateContainerConfigError", "CreateContainerError", "Evicted"),
    *("DeadlineExceeded", "OutOfcpu", "ReadinessGatesNotReady", "ContainersNotReady"),
    *("FailedMount", "FailedCreatePodSandBox", "Pulling", "Pulled", "Killing", "Unhealthy"),
    *("Container app failed liveness probe", "failed to sync secret cache", "is reserved for"),
]
TIMES = [
    *("2025-12-31T23:59:00Z", "2026-01-01T00:00:00.123456Z", "2026-01-01T00:00:00+09:00"),
    *("1970-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "soon", ""),
]
ANYTHING: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.just([None, {}, 7])
)


def field(value: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | value | ANYTHING


def fields(**known: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries({}, optional={key: field(known[key]) for key in known})


def many(value: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(field(value), max_size=3)


words, times, numbers = st.sampled_from(REASONS), st.sampled_from(TIMES), st.integers(-1, 300)
names = st.sampled_from(["app", "proxy", ""])
policies = st.sampled_from(["Always", "OnFailure", "Never", ""])
ends = fields(reason=words, exitCode=numbers, startedAt=times, finishedAt=times, message=words)
states = fields(
    waiting=fields(reason=words, message=words), running=fields(startedAt=times), terminated=ends
)
flags = st.booleans()
statuses = fields(
    name=names,
    restartCount=numbers,
    state=states,
    lastState=states,
    ready=flags,
    started=flags,
)
probes = fields(
    initialDelaySeconds=st.integers(), periodSeconds=st.integers(), failureThreshold=st.integers()
)
conditions = fields(
    type=st.sampled_from(
        [
            *("Ready", "ContainersReady", "PodScheduled", "Initialized", "DisruptionTarget"),
            "PodReadyToStartContainers",
        ]
    ),
    status=st.sampled_from(["True", "False", "Unknown"]),
    reason=words,
    message=words,
    lastTransitionTime=times,
)
containers = fields(name=names, restartPolicy=policies, readinessProbe=probes, startupProbe=probes)
pods = fields(
    metadata=fields(
        name=names,
        creationTimestamp=times,
        deletionTimestamp=times,
        finalizers=many(names),
        ownerReferences=many(fields(kind=st.just("Job"), name=names, controller=flags)),
    ),
    spec=fields(
        restartPolicy=policies,
        nodeName=names,
        schedulerName=names,
        schedulingGates=many(names),
        containers=many(containers),
        initContainers=many(containers),
    ),
    status=fields(
        phase=st.sampled_from(["Pending", "Running", "Succeeded", "Failed", "Unknown"]),
        reason=words,
        message=words,
        startTime=times,
        conditions=many(conditions),
        containerStatuses=many(statuses),
        initContainerStatuses=many(statuses),
    ),
).filter(lambda pod: isinstance(pod, dict))
events = st.lists(
    fields(
        reason=words,
        message=words,
        type=st.just("Warning"),
        lastTimestamp=times,
        eventTime=times,
        series=fields(lastObservedTime=times),
        involvedObject=fields(fieldPath=st.just("spec.containers{app}")),
    ).filter(lambda event: isinstance(event, dict)),
    max_size=3,
)


@settings(deadline=None)
@given(pods, events | st.none())
def test_any_status_gets_a_verdict_whose_times_make_sense(pod: Any, seen: Any) -> None:
    verdict = detect(pod, seen, NOW)
    assert (verdict.health is Health.FAILING) == bool(verdict.failures)
    assert verdict.recheck_at is None or verdict.recheck_at > NOW
    assert not verdict.wants_events or seen is None
    assert verdict == detect(pod, seen, NOW)


@settings(deadline=None)
@given(pods, events | st.none())
def test_no_class_is_said_twice_of_a_container(pod: Any, seen: Any) -> None:
    said = [(found.failure_class, found.container) for found in detect(pod, seen, NOW).failures]
    assert len(said) == len(set(said))


@settings(deadline=None)
@given(pods, events | st.none())
def test_the_verdict_differs_when_it_is_time_to_look_again(pod: Any, seen: Any) -> None:
    verdict = detect(pod, seen, NOW)
    if verdict.recheck_at:
        later = detect(pod, seen, verdict.recheck_at)
        before = (verdict.health, verdict.failures, verdict.wants_events)
        assert (later.health, later.failures, later.wants_events) != before


@settings(deadline=None)
@given(pods, events, st.randoms(use_true_random=False))
def test_the_order_and_repetition_of_events_change_nothing(
    pod: Any, seen: Any, random: Any
) -> None:
    shuffled = [*seen, *seen]
    random.shuffle(shuffled)
    assert detect(pod, shuffled, NOW) == detect(pod, seen, NOW)
