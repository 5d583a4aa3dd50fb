"""What people may set for the checks; each has a default with which a scan makes sense."""

from dataclasses import dataclass

OLDEST_POLICY, NEWEST_POLICY = 19, 37

SYSTEM_NAMESPACES = ("kube-system", "kube-public", "kube-node-lease")


@dataclass(frozen=True)
class Settings:
    """`policy_version` is the minor version of the Pod Security Standards, the cluster's own unless
    people pin it. `cluster_version` is the API server's own minor version, `newest_version` that of
    the newest Kubernetes. `on` and `off` are ids of checks that are switched against their default.
    `trusted_registries` are hosts with their ports, each with a path if wanted; empty: all are.
    `floating_tags` are tags that move. `labels` are those of which a workload should have one.
    """

    policy_version: int = NEWEST_POLICY
    cluster_version: int | None = None
    newest_version: int = NEWEST_POLICY
    on: frozenset[str] = frozenset()
    off: frozenset[str] = frozenset()
    trusted_registries: tuple[str, ...] = ()
    floating_tags: frozenset[str] = frozenset(
        {"latest", "stable", "main", "master", "edge", "nightly"}
    )
    labels: tuple[str, ...] = ("app.kubernetes.io/name", "app.kubernetes.io/instance", "app")
    system_namespaces: tuple[str, ...] = SYSTEM_NAMESPACES


DEFAULTS = Settings()
