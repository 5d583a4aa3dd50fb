"""What the rights in infra/rbac may never be, whatever the calls of today need."""

from collections.abc import Iterator

import pytest

from kure.domain.diagnosis.readable import ALL
from kure.domain.mirrors.other_policies import KINDS
from kure.domain.security.readable import READS as SCANNED
from tests.cluster.accounts import RBAC, objects, rights_of

READS = {"get", "list", "watch"}

# An agent's own Lease, and questions, which store nothing: whose a token is, what one may do.
WRITES = {
    ("leases", "create"),
    ("leases", "update"),
    ("tokenreviews", "create"),
    ("selfsubjectaccessreviews", "create"),
}

# Bound to nobody here: an admin allows mirrors in one namespace after the other.
MIRRORS = "kure-mirrors"
MADE = {
    ("pods", "create"),
    ("pods", "patch"),
    ("pods", "delete"),
    ("networkpolicies", "create"),
    ("networkpolicies", "delete"),
}


def rights() -> Iterator[tuple[str, str, str, str]]:
    """(role, group, resource, verb) of every rule."""
    for obj in objects():
        for rule in obj.get("rules", []):
            for group, resource, verb in rights_of(rule):
                yield obj["metadata"]["name"], group, resource, verb


def test_nobody_may_read_secrets() -> None:
    assert [right for right in rights() if right[2].partition("/")[0] == "secrets"] == []


def test_only_workers_and_the_scan_read_config_maps() -> None:
    """Workers drop the values; the scan looks for secrets in them, and quotes none."""
    found = {right[0] for right in rights() if right[2].partition("/")[0] == "configmaps"}
    assert found == {"kure-worker", "kure-security-scanner"}


def test_the_scan_may_list_what_it_reads_and_nothing_else() -> None:
    found = {right[1:] for right in rights() if right[0] == "kure-security-scanner"}
    listed = {(kind.group, kind.resource, "list") for kind in SCANNED}
    assert found == listed | {("", "/apis", "get"), ("", "/version", "get")}


def test_workers_may_list_what_rules_want_and_no_more_is_on_the_menu() -> None:
    listed = {(r[1], r[2]) for r in rights() if (r[0], r[3]) == ("kure-worker", "list")}
    wanted = {(group_of(kind.group_path), kind.resource) for kind in ALL}
    assert wanted - listed == set()


def test_workers_may_list_the_policies_that_a_mirror_runs_without() -> None:
    listed = {(r[1], r[2]) for r in rights() if (r[0], r[3]) == ("kure-worker", "list")}
    assert {(kind.group, kind.resource) for kind in KINDS} - listed == set()


def group_of(path: str) -> str:
    return path.split("/")[2] if path.startswith("/apis/") else ""


def test_no_right_is_a_wildcard() -> None:
    assert [right for right in rights() if "*" in "".join(right)] == []


def test_nothing_is_written_but_the_lease_and_reviews() -> None:
    writing = [right for right in rights() if right[0] != MIRRORS and right[3] not in READS]
    assert [right for right in writing if (right[2], right[3]) not in WRITES] == []


def test_where_mirrors_are_allowed_only_they_and_their_policies_are_made() -> None:
    writing = {right for right in rights() if right[0] == MIRRORS and right[3] not in READS}
    assert {(right[2], right[3]) for right in writing} == MADE


def test_mirrors_are_allowed_nowhere_by_these_files() -> None:
    bound = [obj["roleRef"]["name"] for obj in objects() if obj["kind"].endswith("Binding")]
    assert MIRRORS not in bound


def test_no_right_is_granted_twice() -> None:
    found = list(rights())
    assert sorted(set(found)) == sorted(found)


def test_every_file_of_rights_is_applied() -> None:
    applied = {obj["metadata"]["name"] for obj in objects()}
    assert {f"kure-{part}" for part in ("agent", "worker", "security-scanner", "backend")} < applied
    assert len(list(RBAC.glob("*.yaml"))) == 1 + 6, "the kustomization and what it lists"


@pytest.mark.parametrize("kind", ["ClusterRoleBinding", "RoleBinding"])
def test_a_role_is_bound_to_the_account_of_its_name_alone(kind: str) -> None:
    for obj in objects():
        if obj["kind"] == kind:
            names = {obj["metadata"]["name"], obj["roleRef"]["name"]}
            names |= {subject["name"] for subject in obj["subjects"]}
            assert len(names) == 1
