"""What a person wants to be looked at, as it is typed."""

from dataclasses import dataclass

from kure.domain.failures.objects.kind import ObjectKind
from kure.domain.failures.objects.kinds import KINDS
from kure.errors import InvalidInput
from kure.gathering.reads import REPLICA_SET

# As kubectl shortens them: https://kubernetes.io/docs/reference/kubectl/#resource-types
SHORT = {
    **{"po": "Pod", "deploy": "Deployment", "sts": "StatefulSet", "ds": "DaemonSet"},
    **{"rs": "ReplicaSet", "cj": "CronJob", "pvc": "PersistentVolumeClaim", "svc": "Service"},
    **{"ing": "Ingress", "hpa": "HorizontalPodAutoscaler", "no": "Node"},
}
ASKABLE = {kind.kind: kind for kind in KINDS.values() if kind.rule or kind.kind == "Pod"}
ASKABLE["ReplicaSet"] = REPLICA_SET

HOW = "NAMESPACE/POD, NAMESPACE/KIND/NAME, or with -n POD or KIND/NAME"


@dataclass(frozen=True)
class Subject:
    """One object. `namespace` is empty for kinds without one."""

    kind: ObjectKind
    namespace: str
    name: str

    @property
    def path(self) -> str:
        return self.kind.path(self.namespace, self.name)

    def __str__(self) -> str:
        return f"{self.kind.kind} {self.namespace}/{self.name}".replace(" /", " ")


def subject(words: str, namespace: str | None) -> Subject:
    """The object that is meant. InvalidInput says how it has to be written."""
    parts = words.split("/")
    if namespace is not None:
        parts = [namespace, *parts]
    elif len(parts) == 2 and (kind := _known(parts[0])) and not kind.namespaced:
        parts = ["", *parts]  # node/NAME
    if not all(parts[1:]) or len(parts) not in (2, 3):
        raise InvalidInput(f"Cannot tell what {words!r} is: say {HOW}")
    kind = _known(parts[1] if len(parts) == 3 else "Pod")
    if kind is None:
        known = ", ".join(sorted(ASKABLE))
        raise InvalidInput(f"Cannot diagnose a {parts[1]}: known kinds are {known}")
    if kind.namespaced and not parts[0]:
        raise InvalidInput(f"Cannot tell in which namespace {words!r} is: say {HOW}")
    return Subject(kind, parts[0] if kind.namespaced else "", parts[-1])


def _known(word: str) -> ObjectKind | None:
    """By its kind, its resource or kubectl's short name: Deployment, deployments.apps, deploy."""
    wanted = word.lower().partition(".")[0]
    for kind in ASKABLE.values():
        if wanted in (kind.kind.lower(), kind.resource):
            return kind
    return ASKABLE.get(SHORT.get(wanted, ""))
