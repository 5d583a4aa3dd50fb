"""The Pod Security Standards against tests/cases/security/pss.yaml: every combination of a field's
values with where it stands, the system, the user namespace, the level and the policy version."""

from collections.abc import Iterator
from copy import deepcopy
from itertools import product
from typing import Any, NamedTuple

import pytest

from kure.domain.security.pss import Level, pss
from tests.case_files import read

VERSIONS = range(19, 38)
CONTAINERS = ("containers", "initContainers", "ephemeralContainers")
ABSENT = object()


class Made(NamedTuple):
    """A pod with one value at one place, and when that is forbidden: from which version on, before
    which."""

    pod: Any
    place: str
    value: Any
    since: int
    before: int


def good_pod() -> dict[str, Any]:
    """What level restricted lets in, with a container of each kind."""
    hardened = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
    return {
        "metadata": {},
        "spec": {
            "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
            **{
                field: [
                    {"name": f"{field}-first", "securityContext": deepcopy(hardened)},
                    {"name": field, "securityContext": deepcopy(hardened)},
                ]
                for field in CONTAINERS
            },
        },
    }


def put(holder: Any, field: str, value: Any) -> None:
    *parents, last = field.split(".")
    for key in parents:
        holder = holder.setdefault(key, {})
    if value is ABSENT:
        holder.pop(last, None)
    else:
        holder[last] = deepcopy(value)


def base(row: dict[str, Any]) -> dict[str, Any]:
    pod = good_pod()
    for field in row.get("without", ()):
        put(pod["spec"], field, ABSENT)
    for field, container in product(CONTAINERS, (0, 1)):
        for key, value in row.get("with_containers", {}).get("securityContext", {}).items():
            put(pod["spec"][field][container], f"securityContext.{key}", value)
    return pod


def places(row: dict[str, Any]) -> Iterator[str]:
    if row["at"] in ("pod", "both"):
        yield "spec"
    if row["at"] in ("container", "both"):
        yield from CONTAINERS
    if row["at"] == "metadata":
        yield "metadata"


def values(row: dict[str, Any], place: str) -> Iterator[tuple[Any, int, int]]:
    """Each value with the versions in which it is forbidden: from, before."""
    never = (999, 0)
    for value in row["allowed"]:
        yield value, *never
    for entry in row["forbidden"]:
        if isinstance(entry, dict) and {"before", "from"} & entry.keys():
            yield entry["value"], entry.get("from", 0), entry.get("before", 999)
        else:
            yield entry, 0, 999
    absent = row.get("absent", "allowed")
    for value in (ABSENT, None):
        if absent == "allowed":
            yield value, *never
        elif isinstance(absent, dict):
            yield value, absent["from"], 999
        elif absent == "forbidden" or (absent == "the pod's" and place == "spec"):
            yield value, 0, 999
        else:  # what the good pod says for all holds
            yield value, *never


def made(row: dict[str, Any]) -> Iterator[Made]:
    for place in places(row):
        for value, since, before in values(row, place):
            pod = base(row)
            if place in CONTAINERS:
                put(pod["spec"][place][1], row["field"], value)
            else:
                put(pod[place], row["field"], value)
            yield Made(pod, place, value, since, before)


def is_let_off(row: dict[str, Any], level: str, version: int, system: str, users: bool) -> bool:
    if system == "windows" and version >= row.get("windows", 999):
        return True
    if (system, level) == ("windows", "restricted") and version >= row.get(
        "windows_restricted", 999
    ):
        return True
    return users and version >= row.get("user_namespace", 999)


ROWS = read("security/pss.yaml")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['check']} {row['at']} {row['field']}")
def test_every_combination_is_decided_as_admission_does(row: dict[str, Any]) -> None:
    also = {row["check"], *row.get("also", ())}
    for each in made(row):
        for system, users in product((None, "linux", "windows"), (None, False, True)):
            pod = deepcopy(each.pod)
            pod["spec"] |= {"os": {"name": system}} if system else {}
            pod["spec"] |= {"hostUsers": users} if users is not None else {}
            for version, level in product(VERSIONS, (Level.BASELINE, Level.RESTRICTED)):
                told = {b.check.id for b in pss(pod["spec"], pod["metadata"], level, version)}
                forbidden = each.since <= version < each.before
                expected = (
                    forbidden
                    and level in (row["level"], Level.RESTRICTED)
                    and not is_let_off(row, level, version, str(system), users is False)
                )
                where = (each.place, each.value, system, users, version, level, told)
                assert (row["check"] in told) == expected, where
                assert told <= also, where


@pytest.mark.parametrize("system", [None, "linux", "windows"])
@pytest.mark.parametrize("level", [*Level])
@pytest.mark.parametrize("version", VERSIONS)
def test_a_hardened_pod_is_let_in(version: int, level: str, system: str | None) -> None:
    pod = good_pod()
    pod["spec"] |= {"os": {"name": system}} if system else {}
    assert pss(pod["spec"], pod["metadata"], level, version) == ()


def test_the_privileged_level_lets_everything_in() -> None:
    assert pss({"hostPID": True}, None, Level.PRIVILEGED, 37) == ()


def test_a_level_that_there_is_not_counts_as_restricted() -> None:
    spec = {"containers": [{"name": "app"}]}
    assert pss(spec, None, "strict", 37) == pss(spec, None, Level.RESTRICTED, 37) != ()


@pytest.mark.parametrize(
    ("label", "sysctl", "is_allowed"),
    [
        ("latest", "net.ipv4.tcp_notsent_lowat", True),
        ("v1.37", "net.ipv4.tcp_notsent_lowat", True),
        ("v1.99", "net.ipv4.tcp_notsent_lowat", True),
        ("v1.36", "net.ipv4.tcp_notsent_lowat", False),
        ("v1.26", "net.ipv4.ip_local_reserved_ports", False),
        ("nonsense", "net.ipv4.tcp_notsent_lowat", True),
    ],
)
def test_versions_are_read_from_labels(label: str, sysctl: str, is_allowed: bool) -> None:
    spec = {"securityContext": {"sysctls": [{"name": sysctl}]}}
    assert (pss(spec, None, Level.BASELINE, label) == ()) is is_allowed


def test_before_1_19_seccomp_is_an_annotation() -> None:
    notes = {"annotations": {"container.seccomp.security.alpha.kubernetes.io/app": "unconfined"}}
    spec = {"containers": [{"name": "app"}]}
    assert [b.check.id for b in pss(spec, notes, Level.BASELINE, 18)] == ["KURE-POD-012"]
    assert pss(spec, notes, Level.BASELINE, 19) == ()
