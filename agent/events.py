"""The events of one object, listed when a verdict hangs on them. Nobody watches events."""

import asyncio
import logging

from kure.domain import manifests
from kure.domain.manifests import Manifest
from kure.errors import AccessDenied, KureError
from kure.ports import Cluster

log = logging.getLogger("kure.agent")

# Where the events of objects without a namespace are:
# https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
NO_NAMESPACE = "default"

# Each such list makes the API server look through all events of the namespace.
AT_ONCE = 5


class EventReader:
    """`refused` says in plain words that events may not be listed, None while they may."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._turn = asyncio.Semaphore(AT_ONCE)
        self.refused: str | None = None

    async def of(self, kind: str, obj: Manifest) -> list[Manifest] | None:
        """The object's events, in no order; None where they cannot be read."""
        namespace = manifests.namespace(obj) or NO_NAMESPACE
        query = {"fieldSelector": _selector(kind, obj)}
        try:
            async with self._turn:
                listed = self._cluster.list(f"/api/v1/namespaces/{namespace}/events", query)
                found = [event async for event in listed]
        except KureError as error:
            if isinstance(error, AccessDenied):
                if self.refused is None:
                    log.warning("%s", error)
                self.refused = str(error)
            return None
        self.refused = None
        return found


def _selector(kind: str, obj: Manifest) -> str:
    """The kubelet writes a Node's name where its uid belongs:
    https://github.com/kubernetes/kubernetes/issues/60089"""
    if kind == "Node":
        return f"involvedObject.kind=Node,involvedObject.name={manifests.name(obj)}"
    return f"involvedObject.uid={manifests.uid(obj)}"


def state_of(obj: Manifest) -> int:
    """A number that changes when the object comes into another state: phase, conditions, what its
    containers wait for. Counters and times leave it as it is."""
    conditions = manifests.mappings(manifests.status(obj).get("conditions"))
    told = [tuple(manifests.text(found.get(key)) for key in CONDITION) for found in conditions]
    containers = [
        (one.name, one.is_running, manifests.text(one.state("waiting").get("reason")))
        for one in manifests.containers(obj)
    ]
    return hash((manifests.phase(obj), tuple(sorted(told)), tuple(containers)))


CONDITION = ("type", "status", "reason")
