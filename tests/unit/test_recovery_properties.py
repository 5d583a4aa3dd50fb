"""Whatever is seen of a workload: it has never recovered while a replica that is wanted fails."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kure.domain.failures.around import Around
from kure.domain.failures.model import Failure, FailureClass, Health, Verdict
from kure.domain.incidents import Resolution
from kure.domain.manifests import Manifest
from kure.domain.recovery import PodSeen, judge
from kure.domain.workloads import Workload

NOW = datetime(2026, 11, 23, 20, 30, tzinfo=UTC)
REPLICATED = ("Deployment", "StatefulSet", "DaemonSet")

numbers = st.integers(0, 4)


@st.composite
def owners(draw: st.DrawFn, kind: str) -> Manifest:
    wanted, ready, generation = draw(numbers), draw(numbers), draw(st.integers(1, 3))
    status: dict[str, Any] = {"observedGeneration": draw(st.integers(0, 3))}
    spec: dict[str, Any] = {}
    if kind == "DaemonSet":
        status |= {"desiredNumberScheduled": wanted, "numberReady": ready}
        status["currentNumberScheduled"] = draw(numbers)
    else:
        spec["replicas"] = wanted
        status |= {"readyReplicas": ready, "replicas": draw(numbers)}
    return {
        "kind": kind,
        "metadata": {"name": "cart", "generation": generation},
        "spec": spec,
        "status": status,
    }


@st.composite
def pods_seen(draw: st.DrawFn) -> PodSeen:
    health = draw(st.sampled_from(list(Health)))
    phase = draw(st.sampled_from(["Pending", "Running", "Succeeded", "Failed", ""]))
    metadata: dict[str, Any] = {"name": f"cart-{draw(numbers)}"}
    metadata["creationTimestamp"] = draw(st.sampled_from([None, "2026-11-23T20:00:00Z"]))
    if draw(st.booleans()):
        metadata["deletionTimestamp"] = "2026-11-23T20:29:00Z"
    failures: tuple[Failure, ...] = ()
    if health is Health.FAILING:
        failure_class = draw(st.sampled_from(list(FailureClass)))
        failures = (Failure(failure_class, "app", NOW, "", "", ""),)
    verdict = Verdict(health, failures, wants_events=draw(st.booleans()))
    return PodSeen({"metadata": metadata, "status": {"phase": phase}}, verdict)


def is_live(seen: PodSeen) -> bool:
    """It is not being deleted, and was not replaced by its controller after its end."""
    metadata, phase = seen.pod["metadata"], seen.pod["status"]["phase"]
    return "deletionTimestamp" not in metadata and phase not in ("Succeeded", "Failed")


def counts(owner: Manifest) -> tuple[int, int]:
    status = owner["status"]
    if owner["kind"] == "DaemonSet":
        return status["desiredNumberScheduled"], status["numberReady"]
    return owner["spec"]["replicas"], status["readyReplicas"]


@given(
    seen=st.sampled_from(REPLICATED).flatmap(owners),
    pods=st.lists(pods_seen(), max_size=4),
    events=st.sampled_from([None, ()]),
)
def test_a_workload_has_never_recovered_while_a_wanted_replica_fails(
    seen: Manifest, pods: list[PodSeen], events: tuple[()] | None
) -> None:
    workload = Workload("local", "shop", seen["kind"], "cart")
    found = judge(workload, seen, pods, NOW, around=Around(events))
    assert found.text
    assert found.look_again_seconds > 0
    wanted, ready = counts(seen)
    if found.resolution is Resolution.STOPPED:
        assert wanted == 0
    if found.resolution is Resolution.RECOVERED:
        assert ready >= wanted
        assert seen["status"]["observedGeneration"] >= seen["metadata"]["generation"]
        assert all(pod.verdict.health is Health.HEALTHY for pod in pods if is_live(pod))


@given(pods=st.lists(pods_seen(), max_size=4), kind=st.sampled_from(["Pod", "Rollout.example.com"]))
def test_pods_that_alone_decide_are_all_well_or_replaced(pods: list[PodSeen], kind: str) -> None:
    found = judge(Workload("local", "shop", kind, "cart"), None, pods, NOW)
    if found.resolution is Resolution.GONE:
        assert not pods
    if found.resolution is Resolution.RECOVERED:
        standing = [pod for pod in pods if "deletionTimestamp" not in pod.pod["metadata"]]
        assert standing
        for pod in standing:
            ended = pod.pod["status"]["phase"] == "Failed"
            assert ended or pod.verdict.health is Health.HEALTHY
