"""An owner that is known only later: what fails is told again with it."""

from typing import Any

from kure.ports import Manifest
from tests.agent.api_server import event, page, refuse, stream, thing
from tests.agent.pods import unpulled
from tests.agent.stage import Stage

REPLICA_SET = "/apis/apps/v1/namespaces/shop/replicasets/web-7d"
DEPLOYMENT = {"kind": "Deployment", "name": "web"}


def owned(name: str, version: int) -> Manifest:
    found = unpulled(name, version)
    reference = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-7d", "uid": "rs"}
    found["metadata"]["ownerReferences"] = [reference | {"controller": True}]
    return found


def replica_set() -> Manifest:
    owner = {"apiVersion": "apps/v1", **DEPLOYMENT, "uid": "d", "controller": True}
    metadata = {"uid": "rs", "name": "web-7d", "namespace": "shop", "ownerReferences": [owner]}
    return {"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": metadata}


async def test_a_pod_that_is_adopted_is_told_again(stage: Stage) -> None:
    stage.cluster.objects[REPLICA_SET] = thing(replica_set())
    stage.cluster.lists.append(page([unpulled("a", 1)], 5))
    stage.cluster.watches.append(
        stream(event("MODIFIED", owned("a", 6)), event("MODIFIED", owned("a", 7)))
    )
    async with stage.agent():
        await stage.api.wait_for(lambda one: one.body.get("owner") == DEPLOYMENT, 15)
    told = [one.body["owner"] for one in stage.api.told if one.what == "failed"]
    assert told[-1] == DEPLOYMENT
    assert told.count(DEPLOYMENT) == 1


async def test_an_owner_that_could_not_be_read_is_read_later(
    stage: Stage, monkeypatch: Any
) -> None:
    monkeypatch.setattr("agent.telling.OWNER_PAUSE", 0.05)
    stage.cluster.objects[REPLICA_SET] = refuse(403, "replicasets is forbidden")
    stage.cluster.lists.append(page([owned("a", 1)], 5))
    async with stage.agent():
        first = (await stage.told("failed", "uid-a")).body
        assert first["owner"] == {"kind": "ReplicaSet", "name": "web-7d"}
        stage.cluster.objects[REPLICA_SET] = thing(replica_set())
        again = (await stage.told("failed", "uid-a", 2)).body
    assert again["owner"] == DEPLOYMENT
    assert again["failures"] == first["failures"]


async def test_an_owner_that_was_read_off_the_pod_rightly_is_not_told_again(
    stage: Stage, monkeypatch: Any
) -> None:
    monkeypatch.setattr("agent.telling.OWNER_PAUSE", 0.02)
    stage.cluster.objects[REPLICA_SET] = refuse(403, "replicasets is forbidden")
    labelled = owned("a", 1)
    labelled["metadata"]["labels"] = {"pod-template-hash": "7d"}
    stage.cluster.lists.append(page([labelled, unpulled("z", 2)], 5))
    async with stage.agent():
        assert (await stage.told("failed", "uid-a")).body["owner"] == DEPLOYMENT
        stage.cluster.objects[REPLICA_SET] = thing(replica_set())
        asked = len(stage.cluster.asked)
        await stage.api.wait_for(
            lambda _: any(one.path == REPLICA_SET for one in stage.cluster.asked[asked:]), 15
        )
        await stage.told("failed", "uid-z")
    assert stage.reports().count(("failed", "uid-a")) == 1
