"""The policy answers to any object, and an unchanged one never has more rights."""

from copy import deepcopy
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kure.domain.access.roles import Role
from kure.domain.mirrors.asked import Around, Origin
from kure.domain.mirrors.policy import refusals
from kure.domain.mirrors.rights.words import NO_MORE
from tests.case_files import files_of, read
from tests.unit.junk import GONE, changed
from tests.unit.mirrors_asked import NOTHING, POLICY, asked_by, wanted

ORIGINALS = read("mirrors/originals.yaml")
ESCALATED = [
    wanted(ORIGINALS[case.get("of", "shop")], case)
    for file in files_of("mirrors/escalations")
    for case in read(file)
]
JUNK = st.sampled_from(
    [
        *(GONE, None, True, False, -1, 0, 1, 1000, 1e300, "", "x", "0", "root", "1Gi", "ALL"),
        *([], {}, [None], [{}], [[]], {"name": None}, {"": ""}, [{"name": "app"}], ["ALL"]),
        *({"type": "Localhost"}, {"hostProcess": True}, "\x00", "a" * 500),
    ]
)
CHANGES = st.lists(st.tuples(st.integers(0, 10**6), JUNK), min_size=1, max_size=6)
PODS = st.sampled_from([*ORIGINALS.values(), *ESCALATED])
ROLES, ORIGINS = st.sampled_from(list(Role)), st.sampled_from(list(Origin))


ASKED = asked_by({"of": "bare"})


@settings(max_examples=100, deadline=None)
@given(PODS, CHANGES, PODS, CHANGES, ROLES, ORIGINS)
def test_the_policy_answers_to_any_pods(
    original: Any, some: Any, other: Any, others: Any, role: Role, origin: Origin
) -> None:
    pods = changed(original, some), changed(other, others)
    asked = replace(ASKED, original=pods[0], wanted=pods[1], role=role, origin=origin)
    found = refusals(asked, NOTHING, POLICY)
    assert all(each.endswith(".") and "\n" not in each for each in found)
    assert len(found) == len(set(found))


@settings(max_examples=100, deadline=None)
@given(PODS, CHANGES, st.booleans(), ORIGINS)
def test_what_is_unchanged_has_no_more_rights(
    original: Any, some: Any, status: bool, origin: Origin
) -> None:
    pod = changed(original, some)
    same = deepcopy(pod) | ({"status": {"phase": "Failed"}} if status else {})
    asked = replace(ASKED, original=pod, wanted=same, origin=origin)
    assert [each for each in refusals(asked, NOTHING, POLICY) if NO_MORE in each] == []


@settings(max_examples=100, deadline=None)
@given(PODS, CHANGES, ORIGINS)
def test_a_write_edit_is_never_allowed_where_an_admins_is_not(
    pod: Any, changes: Any, origin: Origin
) -> None:
    edit = changed(pod, changes)
    asked = replace(ASKED, original=pod, wanted=edit, origin=origin)
    by_write = refusals(replace(asked, role=Role.WRITE), NOTHING, POLICY)
    by_admin = refusals(replace(asked, role=Role.ADMIN), NOTHING, POLICY)
    assert set(by_admin) <= set(by_write)


RIGHTS = {
    "metadata": {"name": "x", "labels": {"a": "b"}},
    "roleRef": {"kind": "ClusterRole", "name": "x"},
    "subjects": [{"kind": "ServiceAccount", "name": "default", "namespace": "shop"}],
    "rules": [{"apiGroups": [""], "resources": ["secrets"], "verbs": ["get"]}],
    "aggregationRule": {"clusterRoleSelectors": [{"matchLabels": {"a": "b"}}]},
    "spec": {"limits": [{"type": "Pod", "max": {"cpu": "1"}}], "scopes": []},
    "status": {"hard": {"pods": "1", "cpu": "1"}, "used": {"pods": "1", "cpu": "1"}},
}


@settings(deadline=None)
@given(CHANGES, CHANGES)
def test_the_policy_answers_to_any_surroundings(some: Any, others: Any) -> None:
    one, other = (changed(RIGHTS, each) for each in (some, others))
    around = Around((one,), (other,), (other,), (one,), (one, other), (one, other))
    assert isinstance(refusals(ASKED, around, POLICY), tuple)
