"""The table of fields speaks of fields that there are, and somebody has decided on each."""

import re
from collections.abc import Iterator

from kubernetes import client

from kure.domain.access.roles import Role
from kure.domain.mirrors.rights.fields import FIELDS, HOLDERS, NAMED_LISTS

# Fields that nobody may change: what they give is not known, or nothing a fix would need. A field
# that a newer client has besides is to be put here or into the table.
UNDECIDED = (
    "spec.evictionResponders",
    "spec.hostnameOverride",
    "spec.resources.claims",
    "spec.schedulingGroup",
    "].restartPolicyRules",
    ".grpc.mode",
    ".httpGet.protocol",
)
"""Ends of their patterns."""


def fields(kind: str, pattern: str = "") -> Iterator[str]:
    """Patterns of all fields of a kind, down to those that the table names."""
    model = getattr(client, re.sub(r"[Ll]ist\[(\w+)\]", r"\1", kind))
    for attribute, key in model.attribute_map.items():
        inner = f"{pattern}.{key}" if pattern else key
        if inner in NAMED_LISTS:
            yield from fields(model.openapi_types[attribute], f"{inner}[]")
        elif inner in HOLDERS and inner not in FIELDS:
            yield from fields(model.openapi_types[attribute], inner)
        else:
            yield inner


def test_every_field_of_a_pod_is_decided_on() -> None:
    found = set(fields("V1Pod"))
    assert set(FIELDS) - found == set()
    others = found - set(FIELDS)
    assert {each for each in others if not each.endswith(UNDECIDED)} == set()
    assert [end for end in UNDECIDED if not any(each.endswith(end) for each in others)] == []


TIMINGS = (
    "initialDelaySeconds periodSeconds timeoutSeconds successThreshold failureThreshold"
    " terminationGracePeriodSeconds"
).split()
ASKING = "httpGet.port httpGet.scheme httpGet.host tcpSocket.port tcpSocket.host".split()
PROBES = [
    f"{probe}.{field}"
    for probe in ("livenessProbe", "readinessProbe", "startupProbe")
    for field in (*TIMINGS, *ASKING, "grpc.port", "grpc.service")
]


def test_what_write_may_edit_by_hand_is_this_and_no_more() -> None:
    of_containers = ["ports", "resources.requests", "resources.limits", *PROBES]
    of_pods = ["terminationGracePeriodSeconds", "resources.requests", "resources.limits"]
    assert {pattern for pattern, field in FIELDS.items() if field.editor is Role.WRITE} == {
        *(f"spec.{field}" for field in of_pods),
        *(f"{each}[].{field}" for each in NAMED_LISTS for field in of_containers),
    }


def test_what_differs_unseen_never_reaches_a_mirror() -> None:
    free = {pattern for pattern, field in FIELDS.items() if field.editor is None and not field.kept}
    server = "creationTimestamp generation managedFields resourceVersion selfLink".split()
    assert free == {
        *(f"metadata.{field}" for field in server),
        *("apiVersion", "kind", "status", "spec.activeDeadlineSeconds"),
    }


def test_no_host_is_asked_that_the_original_does_not_ask() -> None:
    hosts = [field for pattern, field in FIELDS.items() if pattern.endswith(".host")]
    assert len(hosts) == 2 * 2 * 5
    assert all(field.kept and field.lesser == (None, "") for field in hosts)
