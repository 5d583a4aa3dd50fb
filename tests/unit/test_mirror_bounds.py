"""Where, of what and by whom no mirror is made, whatever the fix."""

from dataclasses import replace
from typing import Any

import pytest

from kure.domain.access.roles import Role
from kure.domain.mirrors.asked import Asked, Origin
from kure.domain.mirrors.confirmations import JOINS, RUNS_AGAIN, confirmations
from kure.domain.mirrors.policy import refusals
from kure.domain.mirrors.powers import powers
from tests.unit.mirrors_asked import NOTHING, POLICY, asked_by, wanted

SMALL = asked_by({"of": "bare"})


def refused(asked: Asked = SMALL, **around: Any) -> tuple[str, ...]:
    return refusals(asked, replace(NOTHING, **around), POLICY)


def of(case: dict[str, Any]) -> Asked:
    """A mirror of a pod that has this itself, unchanged."""
    pod = wanted(SMALL.original, case)
    return replace(SMALL, original=pod, wanted=pod, role=Role.WRITE)


@pytest.mark.parametrize("namespace", ["kube-system", "kube-public", "kube-node-lease", "kure"])
def test_no_mirror_runs_in_namespaces_of_the_cluster_or_of_kure(namespace: str) -> None:
    pod = SMALL.original | {"metadata": {"name": "worker", "namespace": namespace}}
    asked = replace(SMALL, namespace=namespace, original=pod, wanted=pod)
    [refusal] = refused(asked)
    assert f'metadata.namespace is "{namespace}"' in refusal


@pytest.mark.parametrize("namespace", ["kube-systems", "kure-shop", "default"])
def test_other_namespaces_are_not_taken_for_them(namespace: str) -> None:
    pod = SMALL.original | {"metadata": {"name": "worker", "namespace": namespace}}
    assert refused(replace(SMALL, namespace=namespace, original=pod, wanted=pod)) == ()


POWERS = {
    "hostNetwork is true": {"/spec/hostNetwork": True},
    "hostPID is true": {"/spec/hostPID": True},
    "hostIPC is true": {"/spec/hostIPC": True},
    'hostPath is "/var/log"': {"/spec/volumes": [{"name": "v", "hostPath": {"path": "/var/log"}}]},
    "hostPath is not set": {"/spec/volumes": [{"name": "v", "hostPath": {}}]},
    "spec.containers[app].securityContext.privileged is true": {
        "/spec/containers/app/securityContext/privileged": True
    },
    "spec.initContainers[i].securityContext.privileged is true": {
        "/spec/initContainers": [{"name": "i", "securityContext": {"privileged": True}}]
    },
    "spec.ephemeralContainers[e].securityContext.privileged is true": {
        "/spec/ephemeralContainers": [{"name": "e", "securityContext": {"privileged": True}}]
    },
    "windowsOptions.hostProcess is true": {
        "/spec/securityContext/windowsOptions/hostProcess": True
    },
}


@pytest.mark.parametrize("says", POWERS)
def test_no_mirror_is_made_of_a_pod_with_power_over_its_node(says: str) -> None:
    asked = of({"set": POWERS[says]})
    [refusal] = refused(asked)
    assert says in refusal
    [told] = powers(asked.original)
    assert told == refusal


def test_a_fix_that_takes_the_power_away_does_not_help() -> None:
    asked = of({"set": {"/spec/hostPID": True}})
    [refusal] = refused(replace(asked, wanted=SMALL.wanted, role=Role.ADMIN))
    assert "spec.hostPID is true" in refusal


def test_powers_that_are_switched_off_are_none() -> None:
    off = {"/spec/hostPID": False, "/spec/containers/app/securityContext/privileged": False}
    assert refused(of({"set": off})) == ()


def test_who_only_reads_runs_nothing() -> None:
    for origin in Origin:
        [refusal] = refused(replace(SMALL, role=Role.READ, origin=origin, validated=True))
        assert "Your role is read" in refusal


@pytest.mark.parametrize("origin", [Origin.RULES, Origin.MODEL])
def test_write_runs_only_validated_fixes(origin: Origin) -> None:
    asked = replace(SMALL, role=Role.WRITE, origin=origin)
    [refusal] = refused(asked)
    assert "The fix is not validated" in refusal
    assert refused(replace(asked, validated=True)) == ()
    assert refused(replace(asked, role=Role.ADMIN)) == ()


@pytest.mark.parametrize("seconds", [-5, 0, 29, 3601, 10**9])
def test_a_life_out_of_bounds_is_refused(seconds: int) -> None:
    [refusal] = refused(replace(SMALL, ttl_seconds=seconds))
    assert refusal == f"ttl_seconds is {seconds}: write one from 30 to 3600."


@pytest.mark.parametrize("seconds", [30, 300, 3600])
def test_a_life_within_bounds_is_not(seconds: int) -> None:
    assert refused(replace(SMALL, ttl_seconds=seconds)) == ()


@pytest.mark.parametrize(
    ("kind", "needed"),
    [("StatefulSet", JOINS), ("Job", RUNS_AGAIN), ("CronJob", RUNS_AGAIN)],
)
def test_what_may_consume_queues_or_migrate_data_is_confirmed(kind: str, needed: str) -> None:
    assert confirmations(kind) == (needed,)
    asked = replace(SMALL, owner_kind=kind)
    [refusal] = refused(asked)
    assert "consume queues or migrate data" in refusal
    assert f'Confirm it with "{needed}"' in refusal
    [again] = refused(replace(asked, confirmed=frozenset({"yes"})))
    assert again == refusal
    assert refused(replace(asked, confirmed=frozenset({needed}))) == ()


@pytest.mark.parametrize("kind", ["Deployment", "DaemonSet", "ReplicaSet", "Pod", "Rollout"])
def test_others_are_not_asked_twice(kind: str) -> None:
    assert confirmations(kind) == ()
    assert refused(replace(SMALL, owner_kind=kind)) == ()


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("kind", "Deployment", "write Pod"),
        ("kind", "List", "write Pod"),
        ("apiVersion", "v2", "write v1"),
    ],
)
def test_what_is_no_pod_is_refused(field: str, value: str, says: str) -> None:
    [refusal] = refused(replace(SMALL, wanted=SMALL.wanted | {field: value}))
    assert says in refusal


def test_a_template_is_compared_with_a_template() -> None:
    template = {"metadata": {"labels": {"app": "x"}}, "spec": SMALL.original["spec"]}
    asked = replace(SMALL, original=template, wanted=template)
    assert refused(asked) == ()
    here = template | {"metadata": {"namespace": "shop"}}
    assert refused(replace(asked, wanted=here)) == ()
    [refusal] = refused(replace(asked, wanted=template | {"metadata": {"namespace": "pay"}}))
    assert 'metadata.namespace is "pay"' in refusal


def test_every_reason_is_told_and_each_once() -> None:
    case = {"of": "bare", "set": {"/spec/hostPID": True, "/spec/nodeName": "n", "/spec/tty": True}}
    found = refused(replace(asked_by(case), namespace="kube-public", ttl_seconds=1))
    assert len(found) == len(set(found)) == 5


def test_what_was_not_shown_to_the_reader_is_not_quoted() -> None:
    secret = {"/metadata/annotations": {"x": "swordfish"}, "/spec/newToken": "swordfish"}
    asked = of({"set": secret})
    case = {"set": {"/metadata/annotations": {"x": "other"}, "/spec/newToken": None}}
    found = refused(replace(asked, wanted=wanted(asked.original, case), role=Role.ADMIN))
    assert len(found) == 2
    assert "swordfish" not in "".join(found)


MAX = {
    "metadata": {"name": "bounds"},
    "spec": {"limits": [{"type": "Container", "max": {"memory": "1Gi"}}]},
}
MAX_OF_PODS = {
    "metadata": {"name": "pods"},
    "spec": {"limits": [{"type": "Pod", "max": {"cpu": "1"}}]},
}
QUOTA = {
    "metadata": {"name": "team"},
    "status": {
        "hard": {"limits.memory": "2Gi", "requests.cpu": "1", "pods": "10"},
        "used": {"limits.memory": "1536Mi", "requests.cpu": "100m", "pods": "9"},
    },
}


def limited(**limits: str) -> Asked:
    return of({"set": {"/spec/containers/app/resources": {"limits": limits}}})


def test_more_than_a_limit_range_allows_is_refused() -> None:
    assert refused(limited(memory="1Gi"), limit_ranges=(MAX,)) == ()
    [refusal] = refused(limited(memory="2Gi"), limit_ranges=(MAX,))
    assert "spec.containers[app].resources.limits[memory] is 2Gi" in refusal
    assert 'the LimitRange "bounds" allows at most 1Gi' in refusal
    [refusal] = refused(limited(cpu="2"), limit_ranges=(MAX_OF_PODS,))
    assert 'the LimitRange "pods" allows at most 1' in refusal


def test_more_than_a_quota_has_left_is_refused() -> None:
    assert refused(limited(memory="512Mi", cpu="900m"), quotas=(QUOTA,)) == ()
    [refusal] = refused(limited(memory="513Mi"), quotas=(QUOTA,))
    assert 'needs 513Mi of limits.memory, and the quota "team" has 512Mi left' in refusal
    [refusal] = refused(limited(cpu="1"), quotas=(QUOTA,))
    assert 'needs 1 of requests.cpu, and the quota "team" has 900m left' in refusal


def test_a_quota_without_room_for_one_pod_more_is_refused() -> None:
    full = QUOTA | {"status": {"hard": {"pods": "10"}, "used": {"pods": "10"}}}
    [refusal] = refused(SMALL, quotas=(full,))
    assert 'needs 1 of pods, and the quota "team" has 0 left' in refusal
    assert refused(SMALL, quotas=(full | {"spec": {"scopes": ["BestEffort"]}},)) == ()
