"""What the rights in infra/rbac may never be, whatever the calls of today need."""

from collections.abc import Iterator

import pytest

from tests.cluster.accounts import RBAC, objects

READS = {"get", "list", "watch"}

# An agent's own Lease, and the question whose a token is: the only things that are made or changed.
WRITES = {("leases", "create"), ("leases", "update"), ("tokenreviews", "create")}


def rights() -> Iterator[tuple[str, str, str, str]]:
    """(role, group, resource, verb) of every rule."""
    for obj in objects():
        for rule in obj.get("rules", []):
            for group in rule["apiGroups"]:
                for resource in rule["resources"]:
                    for verb in rule["verbs"]:
                        yield obj["metadata"]["name"], group, resource, verb


def test_nobody_may_read_secrets_or_config_maps() -> None:
    assert [r for r in rights() if r[2].partition("/")[0] in ("secrets", "configmaps")] == []


def test_no_right_is_a_wildcard() -> None:
    assert [right for right in rights() if "*" in "".join(right)] == []


def test_nothing_is_written_but_the_lease_and_reviews() -> None:
    writing = [right for right in rights() if right[3] not in READS]
    assert [right for right in writing if (right[2], right[3]) not in WRITES] == []


def test_no_right_is_granted_twice() -> None:
    found = list(rights())
    assert sorted(set(found)) == sorted(found)


def test_every_file_of_rights_is_applied() -> None:
    applied = {obj["metadata"]["name"] for obj in objects()}
    assert {f"kure-{part}" for part in ("agent", "worker", "security-scanner", "backend")} < applied
    assert len(list(RBAC.glob("*.yaml"))) == 1 + 5, "the kustomization and what it lists"


@pytest.mark.parametrize("kind", ["ClusterRoleBinding", "RoleBinding"])
def test_a_role_is_bound_to_the_account_of_its_name_alone(kind: str) -> None:
    for obj in objects():
        if obj["kind"] == kind:
            names = {obj["metadata"]["name"], obj["roleRef"]["name"]}
            names |= {subject["name"] for subject in obj["subjects"]}
            assert len(names) == 1
