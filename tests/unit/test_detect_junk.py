"""A watch must survive any object: `detect` never raises, whatever is missing, null or odd."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kure.domain.failures.detect import detect
from kure.domain.failures.model import Health

NOW = datetime(2026, 1, 1, tzinfo=UTC)

# Words and times that steer into the rules' branches, and some that no API server would send.
REASONS = [
    *("OOMKilled", "Error", "Completed", "CrashLoopBackOff", "ErrImagePull", "ImagePullBackOff"),
    *("Unschedulable", "PodInitializing", "", "Failed"),
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
statuses = fields(name=names, restartCount=numbers, state=states, lastState=states)
conditions = fields(
    type=st.sampled_from(["Ready", "ContainersReady", "PodScheduled"]),
    status=st.sampled_from(["True", "False", "Unknown"]),
    reason=words,
    message=words,
    lastTransitionTime=times,
)
containers = fields(name=names, restartPolicy=policies)
pods = fields(
    metadata=fields(name=names, creationTimestamp=times, deletionTimestamp=times),
    spec=fields(
        restartPolicy=policies,
        nodeName=names,
        containers=many(containers),
        initContainers=many(containers),
    ),
    status=fields(
        phase=st.sampled_from(["Pending", "Running", "Succeeded", "Failed", "Unknown"]),
        conditions=many(conditions),
        containerStatuses=many(statuses),
        initContainerStatuses=many(statuses),
    ),
).filter(lambda pod: isinstance(pod, dict))
events = st.lists(
    fields(
        reason=words,
        message=words,
        lastTimestamp=times,
        eventTime=times,
        series=fields(lastObservedTime=times),
        involvedObject=fields(fieldPath=st.just("spec.containers{app}")),
    ).filter(lambda event: isinstance(event, dict)),
    max_size=3,
)


@given(pods, events)
def test_any_status_gets_a_verdict_whose_times_make_sense(pod: Any, seen: Any) -> None:
    verdict = detect(pod, seen, NOW)
    assert (verdict.health is Health.FAILING) == bool(verdict.failures)
    assert verdict.recheck_at is None or verdict.recheck_at > NOW
    assert verdict == detect(pod, seen, NOW)
