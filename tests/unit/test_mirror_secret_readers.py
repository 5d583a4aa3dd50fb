"""No mirror runs with an account that opens Secrets in all of a cluster."""

from typing import Any

import pytest

from kure.domain.manifests import Manifest
from kure.domain.mirrors.asked import Around
from kure.domain.mirrors.policy import refusals
from kure.domain.mirrors.secret_readers import reads_secrets
from tests.case_files import read
from tests.unit.mirrors_asked import NOTHING, POLICY, asked_by

CHECKOUT = [{"kind": "ServiceAccount", "name": "checkout", "namespace": "shop"}]
PART: Manifest = {
    "metadata": {"name": "part", "labels": {"part": "yes"}},
    "rules": [{"apiGroups": [""], "resources": ["secrets"], "verbs": ["list"]}],
}


def around(case: dict[str, Any]) -> Around:
    kind = case.get("kind", "ClusterRole")
    role = {
        "metadata": {"name": "role"},
        "rules": case.get("rules"),
        "aggregationRule": case.get("aggregation"),
    }
    binding = {
        "metadata": {"name": "bound"},
        "roleRef": {"kind": kind, "name": case.get("role", "role")},
        "subjects": case.get("subjects", CHECKOUT),
    }
    bound = (binding,) if case.get("bound", True) else ()
    in_system = case.get("in") == "kube-system"
    return Around(
        cluster_bindings=() if in_system else bound,
        cluster_roles=(role, PART) if kind == "ClusterRole" else (PART,),
        system_bindings=bound if in_system else (),
        system_roles=(role,) if kind == "Role" else (),
    )


@pytest.mark.parametrize("case", read("mirrors/secret_readers.yaml"), ids=lambda case: case["name"])
def test_whether_an_account_reads_secrets_everywhere(case: dict[str, Any]) -> None:
    found = reads_secrets("shop", "checkout", around(case))
    assert case["says"] in found
    assert bool(found) == bool(case["says"])


def test_a_mirror_with_such_an_account_is_refused() -> None:
    known = around(read("mirrors/secret_readers.yaml")[1])
    [refusal] = refusals(asked_by({}), known, POLICY)
    assert 'spec.serviceAccountName is "checkout", which may list secrets' in refusal
    assert refusals(asked_by({"of": "bare"}), known, POLICY) == ()


def test_the_default_account_is_looked_at_where_none_is_named() -> None:
    everybody = {"subjects": [{"kind": "Group", "name": "system:serviceaccounts"}]}
    known = around(read("mirrors/secret_readers.yaml")[1] | everybody)
    [refusal] = refusals(asked_by({"of": "bare"}), known, POLICY)
    assert 'spec.serviceAccountName is "default", which may list secrets' in refusal


@pytest.mark.parametrize(
    "known",
    [
        Around(None, (), (), ()),
        Around((), None, (), ()),
        Around((), (), None, ()),
        Around((), (), (), None),
    ],
)
def test_rights_that_could_not_be_read_refuse(known: Around) -> None:
    [refusal] = refusals(asked_by({}), known, POLICY)
    assert "of which the rights could not be read" in refusal


def test_of_a_cluster_without_bindings_nothing_is_refused() -> None:
    assert refusals(asked_by({}), NOTHING, POLICY) == ()
