"""What takes a workload down without anybody's ill will. Told apart from security."""

from collections.abc import Iterator
from decimal import Decimal

from kure.domain import manifests
from kure.domain.diagnosis.dependencies.policies import matches
from kure.domain.manifests import Manifest
from kure.domain.security.model import Severity, Violation
from kure.domain.security.registry import check
from kure.domain.security.subject import Subject

SCALED = ("Deployment", "StatefulSet")
SINGLETON = "kure.dev/singleton"
"""The annotation by which people say that one replica is meant."""


def replicas(obj: Manifest) -> int:
    found = manifests.number(manifests.spec(obj).get("replicas"))
    return 1 if found is None else found


def _scalers(workload: Subject) -> list[Manifest]:
    """HorizontalPodAutoscalers and KEDA's objects that set its replicas."""
    return [
        obj
        for kind in ("HorizontalPodAutoscaler", "ScaledObject")
        for obj in workload.around.within(kind, workload.namespace)
        if _targets(obj, workload)
    ]


def _targets(scaler: Manifest, workload: Subject) -> bool:
    ref = manifests.mapping(manifests.spec(scaler).get("scaleTargetRef"))
    kind = ref.get("kind") or "Deployment"  # KEDA's default
    return kind == workload.kind and ref.get("name") == workload.name


@check(
    "KURE-REL-001",
    "Single replica",
    Severity.LOW,
    SCALED,
    fix="Set `replicas` to 2 or more; where one is meant say so with the annotation"
    f" `{SINGLETON}: 'true'`.",
    uses=("HorizontalPodAutoscaler",),
)
def single(workload: Subject) -> Iterator[Violation]:
    """It is away whenever its node is, and at each update of that."""
    is_meant = manifests.text(workload.annotations.get(SINGLETON)).lower() == "true"
    if replicas(workload.obj) == 1 and not is_meant and not _scalers(workload):
        found = manifests.number(workload.spec.get("replicas"))
        yield Violation("spec.replicas", "It has one replica", value=found)


@check(
    "KURE-REL-002",
    "No disruption budget",
    Severity.LOW,
    SCALED,
    fix="Add a PodDisruptionBudget that selects its pods, with `maxUnavailable: 1`.",
    needs=("PodDisruptionBudget",),
)
def no_budget(workload: Subject) -> Iterator[Violation]:
    """When nodes are drained all of its pods may be taken at once."""
    budgets = workload.around.within("PodDisruptionBudget", workload.namespace)
    labels = workload.pod_labels
    if replicas(workload.obj) >= 2 and not any(_budgets(each, labels) for each in budgets):
        yield Violation("metadata.labels", "No PodDisruptionBudget selects its pods")


def _budgets(budget: Manifest, labels: dict[str, str]) -> bool:
    """`{}` selects all; without a selector none is selected."""
    selector = manifests.spec(budget).get("selector")
    return isinstance(selector, dict) and matches(selector, labels)


@check(
    "KURE-REL-003",
    "Disruption budget blocks everything",
    Severity.MEDIUM,
    ("PodDisruptionBudget",),
    fix="Set `maxUnavailable: 1`, or have more replicas than `minAvailable`.",
    uses=SCALED,
)
def blocking_budget(budget: Subject) -> Iterator[Violation]:
    """No node that runs one of its pods can be drained, so that upgrades stand still."""
    most, least = budget.spec.get("maxUnavailable"), budget.spec.get("minAvailable")
    if _share(most) == 0:
        told = "It lets none of its pods be taken"
        yield Violation("spec.maxUnavailable", told, value=str(most))
    if least is None:
        return
    told = ""
    if isinstance(least, str) and (_share(least) or 0) >= 100:
        told = "It lets none of its pods be taken"
    elif not isinstance(least, str):
        told = _too_many(budget, manifests.number(least))
    if told:
        yield Violation("spec.minAvailable", told, value=str(least))


def _share(value: object) -> Decimal | None:
    """Percent, or a number of pods; None where it is neither."""
    if isinstance(value, str):
        value = value.strip().removesuffix("%")
        return Decimal(value) if value.isascii() and value.isdecimal() else None
    number = manifests.number(value)
    return None if number is None else Decimal(number)


def _too_many(budget: Subject, least: int | None) -> str:
    """Of the workloads that were read, the one that never has more pods than the budget wants."""
    for kind in SCALED:
        for obj in budget.around.within(kind, budget.namespace):
            workload = Subject({"kind": kind} | obj, budget.around)
            labels = workload.pod_labels or _wanted_labels(workload)
            if least and _budgets(budget.obj, labels):
                fewest = min([replicas(obj), *map(_fewest, _scalers(workload))])
                if 0 < fewest <= least:
                    return f"{kind} {workload.name} has {fewest} pods, and it wants {least}"
    return ""


def _wanted_labels(workload: Subject) -> dict[str, str]:
    """What its selector asks for: the template of a shortened manifest may say nothing."""
    selector = manifests.mapping(workload.spec.get("selector"))
    wanted = manifests.mapping(selector.get("matchLabels"))
    return {key: value for key, value in wanted.items() if isinstance(value, str)}


def _fewest(scaler: Manifest) -> int:
    spec = manifests.spec(scaler)
    found = manifests.number(spec.get("minReplicas"))
    return 1 if found is None else found


@check(
    "KURE-REL-004",
    "Replicas may share a node",
    Severity.LOW,
    SCALED,
    fix="Add `topologySpreadConstraints` over `kubernetes.io/hostname`, or an anti-affinity to its"
    " own labels.",
    uses=("Node",),
)
def together(workload: Subject) -> Iterator[Violation]:
    """One node may take all of them with it; the scheduler spreads them only where that is easy."""
    nodes = workload.around.all("Node")
    if replicas(workload.obj) < 2 or (workload.around.has("Node") and len(nodes) == 1):
        return
    affinity = manifests.mapping(workload.pod_spec.get("affinity"))
    anti = manifests.mapping(affinity.get("podAntiAffinity"))
    if not workload.pod_spec.get("topologySpreadConstraints") and not _keeps_apart(workload, anti):
        yield Violation(
            f"{workload.path}.affinity", "Nothing keeps its replicas on different nodes"
        )


def _keeps_apart(workload: Subject, anti: Manifest) -> bool:
    terms = manifests.mappings(anti.get("requiredDuringSchedulingIgnoredDuringExecution"))
    for each in manifests.mappings(anti.get("preferredDuringSchedulingIgnoredDuringExecution")):
        terms.append(manifests.mapping(each.get("podAffinityTerm")))
    return any(matches(term.get("labelSelector"), workload.pod_labels) for term in terms)


@check(
    "KURE-REL-005",
    "No gradual rollout",
    Severity.LOW,
    ("Deployment",),
    fix="Set `strategy.type: RollingUpdate`.",
    uses=("PersistentVolumeClaim",),
)
def recreate(deployment: Subject) -> Iterator[Violation]:
    """At each change all of its pods end before the first new one starts."""
    strategy = manifests.mapping(deployment.spec.get("strategy")).get("type")
    if strategy == "Recreate" and replicas(deployment.obj) >= 2 and not _has_claim(deployment):
        yield Violation("spec.strategy.type", "It ends all pods at each change", value="Recreate")


def _has_claim(deployment: Subject) -> bool:
    """Whether a volume keeps old and new pods from running side by side, as far as claims were
    read."""
    for volume in deployment.volumes:
        source = manifests.mapping(volume.spec.get("persistentVolumeClaim"))
        name = manifests.text(source.get("claimName"))
        if name:
            kind = "PersistentVolumeClaim"
            claim = deployment.around.named(kind, deployment.namespace, name)
            modes = manifests.spec(claim or {}).get("accessModes")
            shared = isinstance(modes, list) and "ReadWriteMany" in modes
            if not shared:
                return True
    return False


@check(
    "KURE-REL-006",
    "Autoscaler cannot help",
    Severity.LOW,
    ("HorizontalPodAutoscaler",),
    fix="Set `minReplicas` to 2 or more and `maxReplicas` above it, and name a workload that is"
    " there.",
    uses=SCALED,
)
def useless_scaler(scaler: Subject) -> Iterator[Violation]:
    """It is there to keep the workload up under load, and cannot."""
    least = manifests.number(scaler.spec.get("minReplicas"))
    most = manifests.number(scaler.spec.get("maxReplicas"))
    if least in (None, 1):
        yield Violation("spec.minReplicas", "It may leave one replica", value=least)
    if most is not None and most == (1 if least is None else least):
        yield Violation("spec.maxReplicas", f"It never has more than {most} replicas", value=most)
    ref = manifests.mapping(scaler.spec.get("scaleTargetRef"))
    kind, name = manifests.text(ref.get("kind")), manifests.text(ref.get("name"))
    around = scaler.around
    is_known = around.live and kind in SCALED and around.has(kind)
    if is_known and around.named(kind, scaler.namespace, name) is None:
        yield Violation("spec.scaleTargetRef", f"There is no {kind} {name}", value=name)
