"""Which wishes of a model are granted: tests/cases/models/wishes.yaml."""

from dataclasses import asdict, is_dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kure.domain.models.conversation import ToolCall
from kure.domain.models.kinds import BY_NAME, DESCRIBED, LISTED, OF_CLUSTER
from kure.domain.models.tools import TOOLS, Refusal, checked
from kure.domain.workloads import Workload
from tests.case_files import read
from tests.unit.test_rbac import group_of, rights

CART = Workload("prod", "shop", "Deployment", "cart")
NODE = Workload("prod", "_", "Node", "node-1")


@pytest.mark.parametrize("case", read("models/wishes.yaml"), ids=lambda case: case["name"])
def test_a_wish_is_granted_or_the_model_is_told_what_it_may_ask(case: dict[str, Any]) -> None:
    workload = NODE if case.get("of_cluster") else CART
    found = checked(ToolCall("call_1_1", case["tool"], case["ask"]), workload)
    if "refused" in case:
        assert isinstance(found, Refusal)
        assert case["refused"] in found.text
        return
    assert not isinstance(found, Refusal), found
    assert asdict(found) == case["granted"]


def test_each_tool_is_granted_once_here() -> None:
    cases = read("models/wishes.yaml")
    assert {case["tool"] for case in cases if "granted" in case} == {tool.name for tool in TOOLS}


VALUES = st.text() | st.booleans() | st.sampled_from(["Pod", "Secret", "Service", "shop", "a", ""])


@settings(deadline=None)
@given(
    st.sampled_from([tool.name for tool in TOOLS]),
    st.dictionaries(
        st.sampled_from(
            "kind name namespace pod container previous containing labels verb resource"
            " service".split()
        ),
        VALUES,
    ),
)
def test_whatever_is_wished_names_are_names_and_nothing_raises(
    tool: str, arguments: dict[str, Any]
) -> None:
    found = checked(ToolCall("c", tool, arguments), CART)
    if isinstance(found, Refusal):
        assert found.text.isprintable()
        return
    assert is_dataclass(found)
    told = asdict(found)
    for field in ("name", "namespace", "pod", "service", "container"):
        assert set(told.get(field, "")) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.")
    assert told.get("kind") != "Secret"


def test_no_kind_is_a_secret_and_each_may_be_read_by_the_workers_account() -> None:
    assert "Secret" not in DESCRIBED
    mine = {(r[1], r[2], r[3]) for r in rights() if r[0] == "kure-worker"}
    for kind in (*LISTED.values(), *OF_CLUSTER.values()):
        assert (group_of(kind.group_path), kind.resource, "list") in mine, kind.kind
    for kind in BY_NAME:
        assert (group_of(kind.group_path), kind.resource, "get") in mine, kind.kind
