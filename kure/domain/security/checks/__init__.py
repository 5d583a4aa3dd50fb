"""The checks, one theme a file. To import the package registers all of them."""

from kure.domain.security.checks import (
    accounts,
    capabilities,
    hardening,
    host,
    images,
    kernel,
    node_files,
    privilege,
    probes,
    rbac_bindings,
    rbac_escalation,
    rbac_powers,
    rbac_wildcards,
    resources,
    secrets,
    workloads,
)
from kure.domain.security.registry import CHECKS

__all__ = [
    "CHECKS",
    "accounts",
    "capabilities",
    "hardening",
    "host",
    "images",
    "kernel",
    "node_files",
    "privilege",
    "probes",
    "rbac_bindings",
    "rbac_escalation",
    "rbac_powers",
    "rbac_wildcards",
    "resources",
    "secrets",
    "workloads",
]
