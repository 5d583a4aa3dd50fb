"""The node that a pod was given to does not take it."""

from collections.abc import Iterator

from kure.domain.failures.ended import as_a_whole
from kure.domain.failures.match import Events, Match
from kure.domain.failures.model import FailureClass, Graces
from kure.domain.manifests import Manifest


def rejected(pod: Manifest, events: Events, graces: Graces) -> Iterator[Match]:
    """Phase Failed without any container: the kubelet's admission refused it (too little of a
    resource, affinity, a sysctl). It is final for this pod."""
    return as_a_whole(pod, FailureClass.REJECTED, graces)
