"""Promises that adapters keep and tests fake: a cluster to read. Manifests are the JSON that the
API server sends."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Protocol

Manifest = dict[str, Any]


@dataclass(frozen=True)
class LogText:
    """The last lines of a container's log. `truncated` where older lines were left out."""

    text: str
    truncated: bool


class Cluster(Protocol):
    """Reading one Kubernetes cluster.

    Every method raises NotFound (404), AccessDenied (401, 403) or ClusterUnavailable (anything
    else), with a text
    that names what was read and what to do.
    """

    async def get(self, path: str) -> Manifest:
        """One object, by its API path: `/api/v1/namespaces/shop/pods/web-0`."""
        ...

    def list(self, path: str, query: dict[str, str] | None = None) -> AsyncIterator[Manifest]:
        """The items under a list path, in pages; each gets the `kind` and `apiVersion` that lists
        leave out."""
        ...

    async def log(self, namespace: str, pod: str, container: str, *, previous: bool) -> LogText:
        """At most 1,000 lines and 256 KiB, whole lines, the newest."""
        ...
