"""What runtimes write of what they call, and what NetworkPolicies forbid."""

from typing import Any

import pytest

from kure.domain.diagnosis.dependencies.hosts import called_in
from kure.domain.diagnosis.dependencies.policies import Connection, Direction, end_of, forbidding
from kure.domain.diagnosis.dependencies.troubles import kind_of
from tests.case_files import read


@pytest.mark.parametrize(
    "case",
    read("diagnosis/dependency_words.yaml"),
    ids=lambda case: case["text"],
)
def test_a_line_tells_what_went_wrong_and_with_whom(case: dict[str, Any]) -> None:
    assert kind_of(case["text"]) == case["kind"]
    if "called" in case:
        assert called_in(case["text"]).text == str(case["called"])


DB = {
    "metadata": {"name": "db", "namespace": "data", "labels": {"app": "db"}},
    "spec": {"containers": [{"name": "db", "ports": [{"name": "pg", "containerPort": 5432}]}]},
    "status": {"podIP": "10.1.2.3"},
}
WEB = {
    "metadata": {"name": "web", "namespace": "shop", "labels": {"app": "web"}},
    "status": {"podIP": "10.1.1.1"},
}


@pytest.mark.parametrize(
    "case",
    read("diagnosis/network_policies.yaml"),
    ids=lambda case: case["name"],
)
def test_what_network_policies_forbid(case: dict[str, Any]) -> None:
    policies = [
        {"metadata": {"name": f"p{index}", "namespace": case.get("in", "data")}, "spec": spec}
        for index, spec in enumerate(case["policies"])
    ]
    namespace = (
        {"metadata": {"name": "shop", "labels": case["labels"]}} if "labels" in case else None
    )
    way = Connection(end_of(WEB, namespace), end_of(DB), 5432)
    found = forbidding(policies, way, Direction(case.get("direction", "Ingress")))
    assert [policy["metadata"]["name"] for policy in found] == case["forbids"]
