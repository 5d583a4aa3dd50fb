"""The events of one object, listed when a verdict hangs on them. Nobody watches events."""

import logging
from collections.abc import Sequence

from kure.domain import manifests
from kure.domain.manifests import Manifest
from kure.errors import AccessDenied, KureError
from kure.ports import Cluster

log = logging.getLogger("kure.agent")


class EventReader:
    """`refused` says in plain words that events may not be listed, None while they may."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self.refused: str | None = None

    async def of(self, obj: Manifest) -> Sequence[Manifest] | None:
        """The object's events, in no order; None where they cannot be read."""
        try:
            found = await self._cluster.events(obj)
        except KureError as error:
            if isinstance(error, AccessDenied):
                if self.refused is None:
                    log.warning("%s", error)
                self.refused = str(error)
            return None
        self.refused = None
        return found


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
