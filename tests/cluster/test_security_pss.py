"""The API server decides as `pss` says: pods of the cases, as dry runs in namespaces that enforce a
level of some version."""

from collections.abc import AsyncIterator
from copy import deepcopy
from itertools import product
from typing import Any

import pytest

from kure.domain.security.pss import Level, pss
from tests.cluster.kube import PATHS, Admin
from tests.unit.test_security_pss import CONTAINERS, ROWS, made

pytestmark = pytest.mark.cluster

LEVELS = (Level.BASELINE, Level.RESTRICTED)
# Where the conditions change, and the oldest.
VERSIONS = (19, 22, 23, 25, 27, 29, 31, 32, 34, 35, 37)
EVERY = 5
"""One of so many of the combinations is tried: the others are those of the unit test."""


@pytest.fixture
async def places(admin: Admin) -> AsyncIterator[dict[tuple[str, int], str]]:
    """Namespaces by what they enforce, as far as the server knows the version."""
    minor = int((await admin.read("/version"))["minor"].rstrip("+"))
    made_here: dict[tuple[str, int], str] = {}
    for level, version in product(LEVELS, [each for each in VERSIONS if each <= minor]):
        labels = {"enforce": level.value, "enforce-version": f"v1.{version}"}
        metadata = {
            "generateName": "kure-test-",
            "labels": {f"pod-security.kubernetes.io/{key}": each for key, each in labels.items()},
        }
        answer = await admin.create({"kind": "Namespace", "metadata": metadata})
        made_here[level, version] = answer["metadata"]["name"]
    for name in made_here.values():
        await admin.when_there(PATHS["ServiceAccount"].format(name) + "/default")
    yield made_here
    for name in made_here.values():
        await admin.delete(f"{PATHS['Namespace']}/{name}")


def pods() -> list[dict[str, Any]]:
    """Of the cases, those that can be made at once: ephemeral containers cannot."""
    found = []
    for row in ROWS:
        for each in made(row):
            if each.place != "ephemeralContainers":
                pod = deepcopy(each.pod) | {"apiVersion": "v1", "kind": "Pod"}
                del pod["spec"]["ephemeralContainers"]
                for index, field in product((0, 1), CONTAINERS[:2]):
                    named = {"name": f"{field.lower()}-{index}", "image": "busybox:1.36"}
                    pod["spec"][field][index] |= named
                found.append(pod)
    return found


async def test_the_api_server_refuses_the_same_pods(
    admin: Admin, places: dict[tuple[str, int], str]
) -> None:
    compared = 0
    for pod, (level, version) in [*product(pods(), places)][::EVERY]:
        metadata = (pod["metadata"] or {}) | {"name": "x", "namespace": places[level, version]}
        answer = await admin.tried(pod | {"metadata": metadata})
        is_refused = answer.status_code == 403 and "violates PodSecurity" in answer.text
        if is_refused or answer.is_success:  # else its schema is wrong, which comes first
            compared += 1
            broken = pss(pod["spec"], metadata, level, version)
            assert bool(broken) == is_refused, (pod["spec"], level, version, broken, answer.text)
    assert compared > 300
