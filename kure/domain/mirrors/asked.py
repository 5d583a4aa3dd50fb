"""What somebody asks of a mirror, and what has to be known to answer."""

from dataclasses import dataclass
from enum import StrEnum

from kure.domain.access.roles import Role
from kure.domain.manifests import Manifest


class Origin(StrEnum):
    """Who wrote what is to run."""

    RULES = "rules"
    """A stored fix of Kure's own rules. It may correct the name of a ConfigMap or a Secret where
    the original names one, name what an earlier revision of its owner names, and name another
    Secret to pull with: these names are computed from what exists, and the values reach nobody who
    asks."""
    MODEL = "model"
    """A stored fix that a language model wrote."""
    EDITED = "edited"
    """A manifest that a person edited."""


@dataclass(frozen=True)
class Asked:
    """One mirror that is asked for.

    `original` and `wanted` are both pods or both pod templates as the API server sends them, with
    metadata and spec; `wanted` is after the patch or the edit, its placeholders resolved, before
    the mirror's own name, labels and volumes. `validated` is whether a stored fix passed its
    validation. `confirmed` are the confirmations that came with the request. `earlier` are the
    templates of the owner's earlier revisions, to which a fix may go back.
    """

    namespace: str
    owner_kind: str
    original: Manifest
    wanted: Manifest
    role: Role
    origin: Origin
    ttl_seconds: int
    validated: bool = False
    confirmed: frozenset[str] = frozenset()
    earlier: tuple[Manifest, ...] = ()


@dataclass(frozen=True)
class Around:
    """What is known of the cluster. A list is None where it could not be read, which refuses what
    depends on it.

    `system_bindings` and `system_roles` are the RoleBindings and Roles of kube-system; quotas and
    limit ranges are those of the original's namespace.
    """

    cluster_bindings: tuple[Manifest, ...] | None
    cluster_roles: tuple[Manifest, ...] | None
    system_bindings: tuple[Manifest, ...] | None
    system_roles: tuple[Manifest, ...] | None
    quotas: tuple[Manifest, ...] = ()
    limit_ranges: tuple[Manifest, ...] = ()


@dataclass(frozen=True)
class MirrorPolicy:
    """What an admin allows. Kure's own namespace is where its workers run. How many may run at once
    is decided where they are stored, under a lock."""

    own_namespace: str
    least_ttl_seconds: int = 30
    most_ttl_seconds: int = 3600
