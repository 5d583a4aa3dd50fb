"""What pods use, where somebody measures it: metrics.k8s.io."""

import asyncio
import time
from urllib.parse import quote

from kure.domain import manifests
from kure.domain.manifests import Manifest
from kure.errors import KureError, NotFound
from kure.ports import Cluster

PATH = "/apis/metrics.k8s.io/v1beta1/namespaces/{}/pods/{}"

# A cluster without a metrics server, or that does not let the agent ask, is left alone this long.
PAUSE_SECONDS = 600.0
SECONDS = 5.0


class Usage:
    """Asks for one cluster. That nobody measures is no failure, so nothing is raised for it."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._again_at = 0.0

    async def of(self, pod: Manifest) -> Manifest | None:
        """What the pod's containers used when it was last measured; None where nobody knows."""
        if time.monotonic() < self._again_at:
            return None
        place = (manifests.namespace(pod), manifests.name(pod))
        path = PATH.format(*(quote(part, safe="") for part in place))
        try:
            async with asyncio.timeout(SECONDS):
                return await self._cluster.get(path)
        except NotFound as error:
            if "podmetrics" in str(error):
                return None  # of this pod only: it was not measured yet
        except (KureError, TimeoutError):
            pass
        self._again_at = time.monotonic() + PAUSE_SECONDS
        return None
