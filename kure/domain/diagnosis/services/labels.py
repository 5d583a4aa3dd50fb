"""How far a Service's selector is from the labels of pods."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from kure.domain import manifests
from kure.domain.diagnosis.fixes import TEMPLATES, template_of
from kure.domain.diagnosis.nearby import ALIKE
from kure.domain.failures.ended import is_of_job
from kure.domain.manifests import Manifest

# Labels that controllers give to pods: nobody selects by them.
OF_CONTROLLERS = ("pod-template-hash", "controller-revision-hash", "pod-template-generation")

Labels = Mapping[str, str]


@dataclass(frozen=True)
class Bearer:
    """Who has pods with these labels: a workload, or a pod that none of the workloads makes."""

    kind: str
    object: Manifest
    labels: Labels

    @property
    def name(self) -> str:
        return manifests.name(self.object)

    @property
    def pod(self) -> Manifest:
        """The pod, or the template of the pods."""
        template = template_of({"kind": self.kind} | self.object)
        return template.pod if template else self.object


@dataclass(frozen=True)
class Edit:
    """The one change that makes a selector match: `key` and `value` are what it has, `to_key` and
    `to_value` what the pods have; both '' where the pods have nothing like it."""

    key: str
    value: str
    to_key: str
    to_value: str

    @property
    def meant(self) -> str:
        return f"{self.to_key}={self.to_value}" if self.to_key else ""


def selector_of(service: Manifest) -> dict[str, str]:
    found = manifests.mapping(manifests.spec(service).get("selector"))
    return {key: value for key, value in found.items() if isinstance(value, str)}


def shown(labels: Labels) -> str:
    return ", ".join(f"{key}={value}" for key, value in sorted(labels.items()))


def bearers(workloads: Sequence[Manifest], pods: Sequence[Manifest]) -> Iterator[Bearer]:
    """Workloads that are not being deleted, by their template; and of the pods those that none of
    these makes, each set of labels once."""
    known: list[Labels] = []
    for workload in workloads:
        kind = manifests.text(workload.get("kind"))
        template = template_of(workload)
        if kind in TEMPLATES and template and not manifests.is_being_deleted(workload):
            known.append(manifests.labels(template.pod))
            yield Bearer(kind, workload, known[-1])
    for pod in pods:
        labels = {k: v for k, v in manifests.labels(pod).items() if k not in OF_CONTROLLERS}
        over = manifests.phase(pod) in ("Succeeded", "Failed") or manifests.is_being_deleted(pod)
        if (
            not over
            and not is_of_job(pod)
            and not any(one.items() <= labels.items() for one in known if one)
        ):
            known.append(labels)
            yield Bearer("Pod", pod, labels)


def nearest_bearer(service: Manifest, found: Sequence[Bearer]) -> tuple[Bearer, Edit] | None:
    """The only one that is meant beyond doubt; None where none is, or several may be."""
    selector, name = selector_of(service), manifests.name(service)
    one_off = [(bearer, edit) for bearer in found if (edit := one_edit(selector, bearer.labels))]
    likely = [pair for pair in one_off if _is_likely(name, *pair)]
    if len(likely) == 1:
        return likely[0]
    if not likely and len(one_off) == 1 and len(selector) > 1:
        return one_off[0]
    named = [pair for pair in likely if name in (pair[0].name, pair[1].to_value)]
    return named[0] if len(named) == 1 else None


def one_edit(selector: Labels, labels: Labels) -> Edit | None:
    """None where the labels match, or differ by more than one value or one key."""
    wrong = [key for key, value in selector.items() if labels.get(key) != value]
    if len(wrong) != 1:
        return None
    key, value = wrong[0], selector[wrong[0]]
    if key in labels:
        return Edit(key, value, key, labels[key])
    same = [other for other in labels if labels[other] == value and other not in selector]
    if same:
        return Edit(key, value, max(same, key=lambda other: likeness(key, other)), value)
    return Edit(key, value, "", "") if len(selector) > 1 else None


def distance(selector: Labels, labels: Labels) -> int:
    """How many of the selector's labels are not there."""
    return sum(labels.get(key) != value for key, value in selector.items())


def likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one[:100], other[:100]).ratio()


def _is_likely(service: str, bearer: Bearer, edit: Edit) -> bool:
    """A value that is like the one wanted, or the names agree; another key with the same value."""
    if edit.to_key and edit.to_key != edit.key:
        return True
    if service in (bearer.name, edit.to_value):
        return True
    return bool(edit.to_key) and likeness(edit.value, edit.to_value) >= ALIKE
