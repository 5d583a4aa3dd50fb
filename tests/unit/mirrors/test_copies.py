"""What a mirror is made of, against tests/cases/mirrors/copies.yaml. Add a case there."""

from dataclasses import fields
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from kure.domain import manifests
from kure.domain.mirrors.copying import Choice, Copy, copy_of
from kure.domain.mirrors.names import EXPIRES, ID_LABEL, LABEL, SIGNATURE, is_signed
from kure.domain.mirrors.other_policies import KINDS
from kure.domain.mirrors.surroundings import Surroundings
from tests.case_files import read

KEY = b"a key of this installation"
ID = UUID("019ad000-1111-7222-8333-444455556666")
AT = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)

CASES = [pytest.param(case, id=case["name"]) for case in read("mirrors/copies.yaml")]


def made(case: dict[str, Any]) -> Copy:
    owner = {"kind": "Deployment", "metadata": {"name": "web", "namespace": "shop"}}
    listed = {field.name: [] for field in fields(Surroundings)} | case.get("around", {})
    others = case.get("other_policies", {})
    listed["other_policies"] = {kind: others[kind.kind] for kind in KINDS if kind.kind in others}
    return copy_of(
        template=case["template"],
        original=case.get("original"),
        owner=owner | case.get("owner", {}),
        around=Surroundings(**listed),
        choice=Choice(ID, 300, AT, **case.get("choice", {})),
        key=KEY,
    )


@pytest.mark.parametrize("case", CASES)
def test_a_mirror_is_what_the_case_says(case: dict[str, Any]) -> None:
    copy = made(case)
    found = manifests.spec(copy.pod)
    for key, value in case.get("spec", {}).items():
        assert found.get(key) == value
    assert list(copy.stripped) == case.get("stripped", [])
    assert list(copy.refusals) == case.get("refusals", [])
    assert list(copy.confirmations) == case.get("confirmations", [])
    if "says" in case:
        assert set(case["says"]) <= set(copy.warnings)
    elif not case.get("owner") or "warnings" in case:
        assert list(copy.warnings) == case.get("warnings", [])


@pytest.mark.parametrize("case", CASES)
def test_a_mirror_has_the_labels_and_annotations_of_a_mirror_only(case: dict[str, Any]) -> None:
    metadata = manifests.metadata(made(case).pod)
    assert metadata["labels"] == {LABEL: "true", ID_LABEL: str(ID)}
    assert metadata["annotations"].pop(EXPIRES) == "2026-11-23T20:05:00Z"
    assert metadata["annotations"].pop(SIGNATURE)
    if "annotations" in case:
        assert metadata["annotations"] == case["annotations"]
    assert set(metadata) == {"name", "namespace", "labels", "annotations"}
    assert metadata["namespace"] == "shop"


@pytest.mark.parametrize("case", CASES)
def test_all_that_is_made_for_a_mirror_is_signed_and_only_its_own(case: dict[str, Any]) -> None:
    copy = made(case)
    assert [
        {key: value for key, value in policy["spec"].items() if key != "podSelector"}
        for policy in copy.first
    ] == case.get("first", [])
    for policy in copy.first:
        assert policy["spec"]["podSelector"] == {"matchLabels": {ID_LABEL: str(ID)}}
        assert (policy["apiVersion"], policy["kind"]) == ("networking.k8s.io/v1", "NetworkPolicy")
    for obj in (copy.pod, *copy.first):
        assert is_signed(obj, KEY)
        assert not is_signed(obj, b"another key")
        assert manifests.name(obj).startswith("web-")


def test_a_mirror_of_a_bare_pod_is_called_after_it() -> None:
    pod = {
        "kind": "Pod",
        "metadata": {"name": "debug", "namespace": "tools", "uid": "1", "labels": {"run": "debug"}},
        "spec": {"containers": [{"name": "app"}], "nodeName": "node-1", "priority": 7},
        "status": {"phase": "Running"},
    }
    copy = copy_of(pod, pod, pod, Surroundings(), Choice(ID, 300, AT), KEY)
    assert manifests.name(copy.pod) == "debug-mirror-4455556666"
    assert manifests.namespace(copy.pod) == "tools"
    assert set(copy.pod) == {"apiVersion", "kind", "metadata", "spec"}
    assert "nodeName" not in copy.pod["spec"]
    assert pod["spec"] == {"containers": [{"name": "app"}], "nodeName": "node-1", "priority": 7}
