"""What Kure knows of a kind of object that is not a pod: where it is, what to keep of it, how to
judge it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from kure.domain.failures.around import Around
from kure.domain.failures.match import Match
from kure.domain.failures.model import Graces
from kure.domain.manifests import Manifest

Keep = Callable[[Manifest], Manifest]
ObjectRule = Callable[[Manifest, Around, Graces], Iterator[Match]]
Well = Callable[[Manifest, Around], bool]


@dataclass(frozen=True)
class ObjectKind:
    """One kind, as in `kind: Deployment`.

    `group_path` and `resource` make its API paths. `keep` drops on arrival what neither a rule nor
    a report needs; the result is a manifest like the one that came, only smaller. `rule` is None
    for kinds that are only looked at by the rules of others; where it says nothing, `well` tells
    health from not yet. `looks_at` names the kinds whose
    change may change this one's verdict. `metadata_only`: its metadata is enough, and is asked for
    as PartialObjectMetadata. `optional`: clusters may be without the kind, which is no problem.
    """

    kind: str
    group_path: str
    resource: str
    keep: Keep
    rule: ObjectRule | None = None
    well: Well = lambda obj, around: True
    looks_at: tuple[str, ...] = ()
    namespaced: bool = True
    metadata_only: bool = False
    optional: bool = False

    @property
    def list_path(self) -> str:
        """All of the cluster: `/apis/apps/v1/deployments`."""
        return f"{self.group_path}/{self.resource}"

    def path(self, namespace: str, name: str) -> str:
        """One object: `/apis/apps/v1/namespaces/shop/deployments/cart`."""
        within = f"/namespaces/{quote(namespace, safe='')}" if self.namespaced else ""
        return f"{self.group_path}{within}/{self.resource}/{quote(name, safe='')}"

    def list_in(self, namespace: str) -> str:
        """All of one namespace; of the cluster for kinds without one."""
        within = f"/namespaces/{quote(namespace, safe='')}" if self.namespaced else ""
        return f"{self.group_path}{within}/{self.resource}"
