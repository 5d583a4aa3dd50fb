"""What every watch of an agent works with, and what one thing that was seen looks like to them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from kure.adapters.cluster.client import KubeCluster
from kure.domain import manifests
from kure.domain.exclusions import Exclusion, Failing, excluding
from kure.domain.failures.match import Events
from kure.domain.failures.model import Failure, Graces, Verdict
from kure.domain.globs import ANY
from kure.domain.manifests import Manifest
from kure.domain.redact import Redactor


@dataclass
class Context:
    """What reports are made with. `cluster_name` is the API's name for the cluster. `graces` and
    `exclusions` change when the API's settings do; `excluded_by` are the ids of exclusions by which
    something was kept away and that the API has not been told of yet."""

    cluster: KubeCluster
    cluster_name: str
    redactor: Redactor
    graces: Graces
    exclusions: tuple[Exclusion, ...] = ()
    excluded_by: set[str] = field(default_factory=set)

    def kept(self, sight: "Sight", failures: Sequence[Failure], now: datetime) -> list[Failure]:
        """Those that people want to be told of. Whose an object is takes reads, so the API decides
        by its workload."""
        place = manifests.namespace(sight.obj) or "_"
        name, labels = manifests.name(sight.obj), manifests.labels(sight.obj)
        what = Failing(self.cluster_name, place, "", "", name, labels)
        known = [one for one in self.exclusions if one.workload == ANY]
        told = []
        for failure in failures:
            by = excluding(known, what, failure.failure_class, now)
            if by is None:
                told.append(failure)
            else:
                self.excluded_by.add(by)
        return told


@dataclass(frozen=True, slots=True)
class Sight:
    """An object as it is now. `judge` gives the verdict on it, without its events (None) or with
    them. `path` is where the whole of it can be read; '' where `obj` is all of it."""

    kind: str
    uid: str
    obj: Manifest
    judge: Callable[[Events, datetime], Verdict]
    path: str = ""
