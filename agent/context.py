"""What every watch of an agent works with, and what one thing that was seen looks like to them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from kure.adapters.cluster.client import KubeCluster
from kure.domain.failures.match import Events
from kure.domain.failures.model import Graces, Verdict
from kure.domain.manifests import Manifest
from kure.domain.redact import Redactor


@dataclass
class Context:
    """What reports are made with. `cluster_name` is the API's name for the cluster. `graces` change
    when the API's settings do."""

    cluster: KubeCluster
    cluster_name: str
    redactor: Redactor
    graces: Graces


@dataclass(frozen=True, slots=True)
class Sight:
    """An object as it is now. `judge` gives the verdict on it, without its events (None) or with
    them. `path` is where the whole of it can be read; '' where `obj` is all of it."""

    kind: str
    uid: str
    obj: Manifest
    judge: Callable[[Events, datetime], Verdict]
    path: str = ""
