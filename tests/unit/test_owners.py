"""The walk to the top owner against tests/cases/owners.yaml. Add a case there, not a test here."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from kure.adapters.cluster.owners import find_owner
from kure.domain.owners import controller, workload_from_manifest
from kure.errors import ClusterUnavailable
from kure.ports import Manifest
from tests.agent.cluster import ObjectsByPath

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "owners.yaml").read_text())


def params() -> list[Any]:
    return [pytest.param(case, id=case["name"]) for case in CASES]


@pytest.mark.parametrize("case", params())
async def test_the_walk_ends_at(case: dict[str, Any]) -> None:
    objects = ObjectsByPath(case.get("objects", {}))
    workload, read = await find_owner(objects, "local", case["pod"])
    assert workload.key == case["expect"]["key"]
    assert read == [found for found in objects.given if _belongs(case["pod"], found)]


@pytest.mark.parametrize("case", params())
def test_the_pod_alone_tells(case: dict[str, Any]) -> None:
    assert workload_from_manifest("local", case["pod"]).key == case["expect"]["unread"]


async def test_a_cluster_that_is_away_is_not_taken_for_an_owner_that_is_gone() -> None:
    pod = CASES[0]["pod"]
    with pytest.raises(ClusterUnavailable):
        await find_owner(ObjectsByPath({}, away=True), "local", pod)


def _belongs(pod: Manifest, found: Manifest) -> bool:
    owner = controller(pod)
    return owner is not None and found["metadata"]["uid"] == owner.uid
