"""What a node runs short of: M03 memory, M04 disk, M05 process ids, M06 its network."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from kure.domain import manifests, quantities
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.model import Cause, Confidence, EvidenceLine
from kure.domain.diagnosis.nodes.told import (
    drain,
    from_condition,
    list_pods,
    of_node,
    pods_on,
    since_of,
)
from kure.domain.manifests import Manifest

NAMED = 3


@dataclass(frozen=True)
class Pressure:
    """A condition that is bad when it is True. `short` of what; `resource` by which pods ask for
    it; '' where they do not."""

    rule: str
    short: str
    means: str
    fix: str
    resource: str = ""


PRESSURES = {
    "MemoryPressure": Pressure(
        rule="M03",
        short="memory",
        means="Its free memory is below the kubelet's threshold: it evicts pods, those first that "
        "use more than they asked for, and takes no new ones without a request.",
        fix="See which pods use most (`kubectl top pods -A`), set their requests to what they use "
        "and limits, move some away, or give the node more memory.",
        resource="memory",
    ),
    "DiskPressure": Pressure(
        rule="M04",
        short="disk",
        means="A disk of it (its own or that of images) is nearly full, in bytes or in inodes: the "
        "kubelet removes images and ended containers, evicts pods, and takes no new ones.",
        fix="See on the node what fills it (`df -h`, `df -i`, /var/lib/containerd, "
        "/var/lib/kubelet, /var/log); remove what is not needed, give pods limits of "
        "ephemeral-storage, or give the node a larger disk.",
        resource="ephemeral-storage",
    ),
    "PIDPressure": Pressure(
        rule="M05",
        short="process ids",
        means="So many processes and threads run that few more can be started: the kubelet evicts "
        "pods and takes no new ones.",
        fix="Find on the node who has so many (`ps -eLf | wc -l`, by pod in its cgroup's "
        "pids.current); mend that, and set podPidsLimit in the kubelet's configuration.",
    ),
    "NetworkUnavailable": Pressure(
        rule="M06",
        short="network",
        means="The network of the node is not set up: its pods are not reached from other nodes, "
        "and no new ones come.",
        fix="See the network plugin's pod on the node, and the cloud's route controller, which "
        "makes a route to each node (limits of the route table, rights).",
    ),
}


def pressures(case: Case) -> Iterator[Cause]:
    """One cause for each condition that is True."""
    for kind, pressure in PRESSURES.items():
        found = manifests.condition(case.pod, kind)
        if found.get("status") == "True":
            yield _pressed(case, pressure, found)


def _pressed(case: Case, pressure: Pressure, found: Manifest) -> Cause:
    said = manifests.text(found.get("message")) or manifests.text(found.get("reason"))
    quoted = f": {case.quote(said, 300)}" if said else ""
    words, lines = _biggest(case, pressure.resource) if pressure.resource else ("", ())
    title = (
        f'Node "{case.name}" has no network set up'
        if pressure.rule == "M06"
        else f'Node "{case.name}" runs out of {pressure.short}'
    )
    return of_node(
        case,
        pressure.rule,
        title,
        f"The node says {found.get('type')}{since_of(found)}{quoted}. {pressure.means}{words}",
        pressure.fix,
        (from_condition(case, found), *lines),
        confidence=Confidence.DEFINITIVE,
        commands=(list_pods(case), drain(case)),
    )


def _biggest(case: Case, resource: str) -> tuple[str, tuple[EvidenceLine, ...]]:
    """The pods on it that ask for most, and how many ask for none."""
    pods = case.facts.nearby.read(pods_on(case))
    running = [pod for pod in pods or () if manifests.phase(pod) not in ("Failed", "Succeeded")]
    if not running:
        return "", ()
    asked = sorted(
        ((requested(pod, resource), _called(pod)) for pod in running),
        key=lambda one: (-one[0], one[1]),
    )
    most = [(amount, name) for amount, name in asked if amount > 0][:NAMED]
    none = [name for amount, name in asked if amount == 0]
    words = ""
    if most:
        listed = ", ".join(f"{name} ({quantities.show(resource, n)})" for n, name in most)
        words = f" Most of its {resource} is asked for by {listed}."
    if none:
        more = f" and {len(none) - NAMED} more" if len(none) > NAMED else ""
        words += f" Without any request of it run {', '.join(none[:NAMED])}{more}."
    field = f"spec.containers[*].resources.requests.{resource}"
    lines = tuple(
        EvidenceLine("object", f"Pod/{name}", field, quantities.show(resource, amount))
        for amount, name in most
    )
    return words, (*lines, *_allocatable(case, resource))


def _allocatable(case: Case, resource: str) -> Iterator[EvidenceLine]:
    found = manifests.mapping(manifests.status(case.pod).get("allocatable")).get(resource)
    if found is not None:
        yield case.from_pod(f"status.allocatable.{resource}", str(found))


def _called(pod: Manifest) -> str:
    return f"{manifests.namespace(pod)}/{manifests.name(pod)}"


def requested(pod: Manifest, resource: str) -> Decimal:
    """What its main containers ask for."""
    return sum(_amounts(pod, resource), Decimal(0))


def _amounts(pod: Manifest, resource: str) -> Iterable[Decimal]:
    for container in manifests.mappings(manifests.spec(pod).get("containers")):
        resources = manifests.mapping(container.get("resources"))
        amount = quantities.parse(manifests.mapping(resources.get("requests")).get(resource))
        if amount is not None and amount > 0:
            yield amount
