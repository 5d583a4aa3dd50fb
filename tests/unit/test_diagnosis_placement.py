"""What a pod asks of a node, compared as the scheduler does."""

from decimal import Decimal
from typing import Any

import pytest

from kure.domain import quantities
from kure.domain.diagnosis.scheduling import placement


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("64", 64),
        ("250m", Decimal("0.25")),
        ("1Gi", 2**30),
        ("1.5k", 1500),
        ("2e3", 2000),
        (".5", Decimal("0.5")),
        (3, 3),
        ("", None),
        ("1 Gi", None),
        ("x", None),
        (None, None),
        (True, None),
    ],
)
def test_a_quantity_is_the_number_that_it_stands_for(text: object, value: object) -> None:
    assert quantities.parse(text) == value


@pytest.mark.parametrize(
    ("resource", "amount", "shown"),
    [
        ("cpu", "0.25", "250m"),
        ("cpu", "3", "3"),
        ("memory", "33554432", "32Mi"),
        ("memory", "1536", "1.5Ki"),
        ("memory", "12", "12"),
        ("hugepages-2Mi", "2097152", "2Mi"),
        ("nvidia.com/gpu", "2", "2"),
    ],
)
def test_an_amount_is_shown_as_people_write_it(resource: str, amount: str, shown: str) -> None:
    assert quantities.show(resource, Decimal(amount)) == shown


@pytest.mark.parametrize(
    ("spec", "wanted"),
    [
        ({"containers": [{"resources": {"requests": {"cpu": "1"}}}, {}]}, "1"),
        ({"containers": [{"resources": {"limits": {"cpu": "2"}}}]}, "2"),
        (
            {
                "initContainers": [
                    {"restartPolicy": "Always", "resources": {"requests": {"cpu": "1"}}},
                    {"resources": {"requests": {"cpu": "5"}}},
                ],
                "containers": [{"resources": {"requests": {"cpu": "2"}}}],
                "overhead": {"cpu": "250m"},
            },
            "6.25",
        ),
        ({"resources": {"requests": {"cpu": "4"}}, "containers": [{}]}, "4"),
        ({}, "0"),
    ],
)
def test_what_a_pod_asks_for_is_what_the_scheduler_adds_up(
    spec: dict[str, Any], wanted: str
) -> None:
    assert placement.requested({"spec": spec}, "cpu") == Decimal(wanted)


@pytest.mark.parametrize(
    ("expression", "holds", "shown"),
    [
        ({"key": "a", "operator": "In", "values": ["5"]}, True, "a=5"),
        ({"key": "a", "operator": "In", "values": ["6", "7"]}, False, "a in (6, 7)"),
        ({"key": "a", "operator": "NotIn", "values": ["6"]}, True, "a not in (6)"),
        ({"key": "a", "operator": "Exists"}, True, "a exists"),
        ({"key": "b", "operator": "DoesNotExist"}, True, "b does not exist"),
        ({"key": "a", "operator": "Gt", "values": ["4"]}, True, "a > 4"),
        ({"key": "a", "operator": "Lt", "values": ["4"]}, False, "a < 4"),
        ({"key": "b", "operator": "Gt", "values": ["4"]}, False, "b > 4"),
        ({"key": "metadata.name", "operator": "In", "values": ["n"]}, True, "metadata.name=n"),
        ({"key": "a", "operator": "Near"}, False, "a Near"),
    ],
)
def test_a_demand_on_labels_is_judged_as_the_scheduler_does(
    expression: dict[str, Any], holds: bool, shown: str
) -> None:
    node = {"metadata": {"name": "n", "labels": {"a": "5"}}}
    assert placement.satisfies(node, expression) is holds
    assert placement.show_expression(expression) == shown


def test_one_term_of_required_affinity_is_enough() -> None:
    terms = [
        {"matchExpressions": [{"key": "a", "operator": "In", "values": ["6"]}]},
        {"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["n"]}]},
    ]
    required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}
    pod = {"spec": {"affinity": {"nodeAffinity": required}}}
    assert placement.fits_labels(pod, {"metadata": {"name": "n"}})
    assert not placement.fits_labels(pod, {"metadata": {"name": "m"}})


@pytest.mark.parametrize(
    ("toleration", "kept_away"),
    [
        ({"key": "k", "value": "v", "effect": "NoSchedule"}, []),
        ({"key": "k", "operator": "Exists"}, []),
        ({"operator": "Exists"}, []),
        ({"key": "k", "value": "w"}, ["k=v:NoSchedule"]),
        ({"key": "k", "value": "v", "effect": "NoExecute"}, ["k=v:NoSchedule"]),
        ({"value": "v"}, ["k=v:NoSchedule"]),
    ],
)
def test_only_taints_that_are_not_tolerated_keep_a_pod_away(
    toleration: dict[str, Any], kept_away: list[str]
) -> None:
    taints = [
        {"key": "k", "value": "v", "effect": "NoSchedule"},
        {"key": "soft", "effect": "PreferNoSchedule"},
        {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"},
    ]
    found = placement.untolerated(
        {"spec": {"tolerations": [toleration]}}, {"spec": {"taints": taints}}
    )
    assert [placement.show_taint(taint) for taint in found] == kept_away


def test_a_selector_is_written_as_list_queries_take_it() -> None:
    expressions = [
        {"key": "tier", "operator": "In", "values": ["a", "b"]},
        {"key": "zone", "operator": "NotIn", "values": ["c"]},
        {"key": "live", "operator": "Exists"},
        {"key": "old", "operator": "DoesNotExist"},
        {"key": "odd", "operator": "Else"},
    ]
    selector = {"matchLabels": {"app": "web"}, "matchExpressions": expressions}
    assert placement.selector_text(selector) == "app=web,tier in (a,b),zone notin (c),live,!old"
    assert placement.selector_text(None) == ""
