"""What nobody wants to be told of is kept away at the agent, and told as soon as that ends."""

import asyncio

import pytest

from kure.contracts.reports import InForce
from tests.agent.api_server import event, page, stream, thing
from tests.agent.pods import crashed, stamp, unpulled, well
from tests.agent.stage import PATIENCE, Stage
from tests.agent.test_objects_told import after

A, Z = "/api/v1/namespaces/shop/pods/a", "/api/v1/namespaces/shop/pods/z"


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Signs of life say what was kept away."""
    monkeypatch.setattr("agent.main.HEARTBEAT_SECONDS", 0.1)


async def test_what_is_excluded_is_told_only_when_that_ends(stage: Stage) -> None:
    stage.api.exclusions = [InForce(id="e1", pod="a")]
    stage.cluster.lists.append(page([unpulled("a", 1), unpulled("z", 2)], 5))
    stage.cluster.objects[A] = thing(unpulled("a", 1))
    stage.cluster.objects[Z] = thing(unpulled("z", 2))
    async with stage.agent():
        await stage.told("failed", "uid-z")
        assert ("failed", "uid-a") not in stage.reports()
        await stage.api.exclude()
        await stage.told("failed", "uid-a")
        await stage.told("failed", "uid-z", 2)


async def test_an_exclusion_counts_at_once(stage: Stage) -> None:
    stage.cluster.lists.append(page([crashed("a", 1, 60)], 5))
    stage.cluster.objects[A] = thing(crashed("a", 1, 60))
    async with stage.agent():
        await stage.told("failed", "uid-a")
        await stage.api.exclude(InForce(id="e1", namespace="sh*"))
        await stage.api.wait_for(lambda one: one.body.get("excluded") == ["e1"], PATIENCE)
    assert stage.reports().count(("failed", "uid-a")) == 1


async def test_of_two_failures_the_other_is_told(stage: Stage) -> None:
    both = crashed("a", 1, 60)
    waiting = {"name": "side", "state": {"waiting": {"reason": "ErrImagePull"}}}
    both["status"]["containerStatuses"].append(waiting)
    stage.api.exclusions = [InForce(id="e1", failure_class="CrashLoop*")]
    stage.cluster.lists.append(page([both], 5))
    async with stage.agent():
        report = (await stage.told("failed", "uid-a")).body
    assert [one["failure_class"] for one in report["failures"]] == ["ImagePullBackOff"]


async def test_what_was_told_before_it_was_excluded_is_told_healthy(stage: Stage) -> None:
    gate = asyncio.Event()
    stage.cluster.watches.append(after(gate, stream(event("MODIFIED", well("a", 9)))))
    stage.cluster.lists.append(page([crashed("a", 1, 60)], 5))
    stage.cluster.objects[A] = thing(crashed("a", 1, 60))
    async with stage.agent():
        await stage.told("failed", "uid-a")
        await stage.api.exclude(InForce(id="e1", pod="a"))
        await stage.api.wait_for(lambda one: one.body.get("excluded") == ["e1"], PATIENCE)
        gate.set()
        assert (await stage.told("healthy", "uid-a")).body["since"] == stamp(5)


async def test_by_workload_the_api_decides(stage: Stage) -> None:
    stage.api.exclusions = [InForce(id="e1", workload="Pod/a")]
    stage.cluster.lists.append(page([unpulled("a", 1)], 5))
    async with stage.agent():
        await stage.told("failed", "uid-a")
