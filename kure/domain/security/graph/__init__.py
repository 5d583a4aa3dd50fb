"""The checks that look at many objects at once. To import the package registers all of them."""

from kure.domain.security.graph import (
    clusters,
    dangling,
    escalation,
    exposure,
    powers,
    running,
)
from kure.domain.security.registry import CHECKS

__all__ = [
    "CHECKS",
    "clusters",
    "dangling",
    "escalation",
    "exposure",
    "powers",
    "running",
]
