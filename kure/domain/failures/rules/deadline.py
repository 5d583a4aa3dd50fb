"""A pod ran longer than its `activeDeadlineSeconds`."""

from collections.abc import Iterator

from kure.domain.failures.ended import as_a_whole
from kure.domain.failures.match import Events, Match
from kure.domain.failures.model import FailureClass, Graces
from kure.domain.manifests import Manifest


def deadline(pod: Manifest, events: Events, graces: Graces) -> Iterator[Match]:
    """The kubelet stops all containers, so none of them is to blame."""
    return as_a_whole(pod, FailureClass.DEADLINE, graces)
