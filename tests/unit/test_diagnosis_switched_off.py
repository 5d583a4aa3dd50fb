"""Workloads that were told to make no pods, for those who ask of them."""

from datetime import UTC, datetime
from typing import Any

from kure.domain.diagnosis.creation.switched_off import (
    is_paused,
    is_scaled_to_zero,
    paused,
    scaled_to_zero,
)
from kure.domain.diagnosis.facts import Case, Facts, ObjectFacts
from kure.domain.diagnosis.fixes import applied
from kure.domain.diagnosis.model import Blamed
from kure.domain.failures.model import Failure, FailureClass

CART: dict[str, Any] = {
    "kind": "Deployment",
    "metadata": {"name": "cart", "namespace": "shop"},
    "spec": {"replicas": 0, "paused": True},
}
SERVICE = {"kind": "Service", "metadata": {"name": "cart", "namespace": "shop"}}


def case_of(kind: str, obj: dict[str, Any]) -> Case:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    failure = Failure(FailureClass.NO_ENDPOINTS, "", now, "NoEndpoints", "", "status")
    about = ObjectFacts(kind, obj, (failure,))
    return Case(Facts((), (about,)), about, failure)


def test_a_workload_is_switched_off_only_where_it_says_so() -> None:
    assert is_scaled_to_zero(CART)
    assert is_paused(CART)
    for spec in ({}, None, {"replicas": 1, "paused": False}, {"replicas": "0", "paused": "true"}):
        assert not is_scaled_to_zero({"spec": spec})
        assert not is_paused({"spec": spec})


def test_who_scaled_to_zero_is_blamed_for_the_service_before_it() -> None:
    cause = scaled_to_zero(case_of("Service", SERVICE), CART, replicas=3)
    assert (cause.rule, cause.title) == ("H15", 'Deployment "cart" is scaled to zero')
    assert cause.blames == Blamed("shop", "Deployment", "cart")
    assert (cause.evidence[0].source, cause.evidence[0].subject) == ("object", "Deployment/cart")
    assert cause.patch
    assert applied(CART, cause.patch.operations)["spec"]["replicas"] == 3


def test_a_paused_rollout_does_not_blame_itself() -> None:
    cause = paused(case_of("Deployment", CART), CART)
    assert (cause.rule, cause.blames) == ("H16", None)
    assert cause.evidence[0].field == "spec.paused"
    assert cause.patch
    assert applied(CART, cause.patch.operations)["spec"]["paused"] is False
