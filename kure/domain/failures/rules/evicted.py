"""The kubelet threw the pod out."""

from collections.abc import Iterator

from kure.domain.failures.ended import as_a_whole
from kure.domain.failures.match import Events, Match
from kure.domain.failures.model import FailureClass, Graces
from kure.domain.manifests import Manifest


def evicted(pod: Manifest, events: Events, graces: Graces) -> Iterator[Match]:
    """For the node's sake (memory, disk, PIDs, a critical pod) or for what the pod itself took. An
    eviction that somebody asked for (drain, preemption) has another condition and is none."""
    return as_a_whole(pod, FailureClass.EVICTED, graces)
