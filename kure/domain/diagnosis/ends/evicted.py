"""Why the kubelet threw a pod out: I01 to I04, and I06 for a more important pod."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from kure.domain import manifests, quantities
from kure.domain.diagnosis.ends.told import node_commands
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.fixes import Patch, Place
from kure.domain.diagnosis.model import Cause, Confidence, EvidenceLine
from kure.domain.diagnosis.telling import whole
from kure.domain.manifests import Manifest

# https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/kubelet/eviction/helpers.go, and the
# words of kubelets before 1.27.
LOW = re.compile(
    r"low on resource: (?P<resource>[\w./-]{1,60}?)\.?(?:\s|$)"
    r"(?:Threshold quantity: (?P<threshold>\w{1,30}), available: (?P<available>\w{1,30}))?",
    re.IGNORECASE,
)
USING = re.compile(
    r"Container (?P<name>[\w-]{1,63}) was using (?P<usage>\w{1,30}),? "
    r"(?:request is (?P<request>\w{1,30}), has larger consumption of (?P<what>[\w-]{1,60})"
    r"|which exceeds its request of (?P<exceeded>\w{1,30}))",
    re.IGNORECASE,
)
HAD = re.compile(r"node had condition: \[(?P<conditions>[\w ,]{1,200})\]", re.IGNORECASE)
EMPTY_DIR = re.compile(
    r'EmptyDir volume "(?P<volume>[^"]{1,253})" exceeds the limit "(?P<limit>[^"]{1,40})"', re.I
)
CONTAINER = re.compile(
    r"Container (?P<name>[\w-]{1,63}) exceeded its local ephemeral storage limit"
    r' "(?P<limit>[^"]{1,40})"',
    re.IGNORECASE,
)
POD = re.compile(
    r"ephemeral local storage usage exceeds the total limit of containers (?P<limit>\w{1,40})", re.I
)
CRITICAL = re.compile(r"preempted in order to admit critical pod", re.IGNORECASE)

MEMORY = ("memory", "MemoryPressure")
STORAGE = "ephemeral-storage"
# A container's request is proposed with this much room above what it used.
ROOM = Decimal("1.2")
STEP = Decimal(2**20) * 16
# Of a node, what one pod may ask for if others are to run beside it.
SHARE = Decimal("0.8")
MOST = 4000
# Twice a limit of less than half of this would most likely be used up as well.
LEAST = Decimal(64 * 2**20)


def evicted(case: Case) -> Iterator[Cause]:
    """The first that the message tells."""
    message = case.failure.message[:MOST]
    for rule in (_empty_dir, _container_limit, _pod_limit, _critical, _low, _had_condition):
        found = rule(case, message)
        if found is not None:
            yield found
            return


def _more(limit: str) -> str:
    """Twice as much, but not so little that hardly any program could do with it."""
    size = quantities.parse(limit)
    return quantities.show_bytes(max(2 * size, LEAST)) if size and size > 0 else ""


def _empty_dir(case: Case, message: str) -> Cause | None:
    found = EMPTY_DIR.search(message)
    if not found:
        return None
    volume, limit = found["volume"], found["limit"]
    more = _more(limit)
    return whole(
        case,
        "I03",
        f'Pod "{case.name}" wrote more than the {limit} that its emptyDir "{volume}" may hold',
        f'The kubelet ended the pod because its volume "{volume}" grew above its sizeLimit of '
        f"{limit}.",
        f'Write less to "{volume}" (rotate, delete, stream), or raise its sizeLimit'
        + (f" (for a start to {more})." if more else "."),
        confidence=Confidence.DEFINITIVE,
        evidence=_volume_evidence(case, volume),
        patch=_size_limit(case, volume, limit, more),
    )


def _volume_evidence(case: Case, volume: str) -> tuple[EvidenceLine, ...]:
    for index, found in enumerate(manifests.mappings(manifests.spec(case.pod).get("volumes"))):
        if found.get("name") == volume:
            limit = manifests.mapping(found.get("emptyDir")).get("sizeLimit")
            return (case.from_pod(f"spec.volumes[{index}].emptyDir.sizeLimit", str(limit)),)
    return ()


def _size_limit(case: Case, volume: str, limit: str, more: str) -> Patch | None:
    template = case.template
    volumes = manifests.spec(template.pod).get("volumes") if template else None
    for index, found in enumerate(volumes if isinstance(volumes, list) else []):
        own = manifests.mapping(manifests.mapping(found).get("emptyDir")).get("sizeLimit")
        same = quantities.parse(own) == quantities.parse(limit)
        if template and more and manifests.mapping(found).get("name") == volume and same:
            place: Place = ("spec", "volumes", index, "emptyDir", "sizeLimit")
            return template.patch(*template.put(place, more), note=_SEE_WHY)
    return None


_SEE_WHY = "How much it needs is not known: see what fills it, or it will be full again."


def _container_limit(case: Case, message: str) -> Cause | None:
    found = CONTAINER.search(message)
    return _storage_limit(case, found["name"], found["limit"]) if found else None


def _pod_limit(case: Case, message: str) -> Cause | None:
    found = POD.search(message)
    if not found:
        return None
    limited = [
        manifests.text(container.get("name"))
        for container in manifests.mappings(manifests.spec(case.pod).get("containers"))
        if _resource(container, "limits", STORAGE)
    ]
    return _storage_limit(case, limited[0] if len(limited) == 1 else "", found["limit"])


def _storage_limit(case: Case, container: str, limit: str) -> Cause:
    more = _more(limit)
    who = f'Container "{container}"' if container else f'Pod "{case.name}"'
    return whole(
        case,
        "I04",
        f"{who} wrote more than its limit of {limit} of {STORAGE}",
        f"What its containers write to their own files, their logs and their emptyDir volumes took "
        f"more than the limit of {limit}, and the kubelet ended the pod.",
        f"Write less to the container's own files, use a volume for it, or raise the {STORAGE} "
        "limit" + (f" (for a start to {more})." if more else "."),
        confidence=Confidence.DEFINITIVE,
        patch=_raised(case, container, "limits", STORAGE, more),
        container=container,
    )


def _critical(case: Case, message: str) -> Cause | None:
    if not CRITICAL.search(message) and case.failure.reason != "Preempting":
        return None
    node = manifests.node_name(case.pod) or "(unknown)"
    return whole(
        case,
        "I06",
        f'Pod "{case.name}" had to make room on node {node} for a critical pod',
        "The kubelet had to run a pod of a system-critical priority for which the node had no "
        "room, and ended this one, which is less important.",
        "Its owner, if it has one, makes another elsewhere. Give the node more room, or the pod "
        "a higher priorityClassName if it matters as much.",
        confidence=Confidence.DEFINITIVE,
        commands=node_commands(case),
    )


@dataclass(frozen=True)
class User:
    """A container that used more than it had asked for."""

    name: str
    usage: str
    request: str


def _users(message: str) -> list[User]:
    return [
        User(found["name"], found["usage"], found["request"] or found["exceeded"])
        for found in USING.finditer(message)
    ]


def _low(case: Case, message: str) -> Cause | None:
    found = LOW.search(message)
    if not found:
        return None
    resource, users = found["resource"], _users(message)
    left = ""
    if found["available"]:
        left = f" {found['available']} were left, less than its threshold {found['threshold']}."
    used = "".join(
        f' Container "{user.name}" used {user.usage} and had asked for {user.request}.'
        for user in users
    )
    node = manifests.node_name(case.pod) or "(unknown)"
    memory = resource in MEMORY
    blame = ", whose containers used more than they had asked for" if users else ""
    return whole(
        case,
        "I01" if memory else "I02",
        f'Pod "{case.name}" was evicted because node {node} ran out of {resource}',
        f"The kubelet of node {node} ended pods to win {resource} back, this one among the "
        f"first{blame}.{left}{used}",
        _fix_of(resource, users),
        confidence=Confidence.DEFINITIVE,
        evidence=_requests(case, users, resource),
        commands=node_commands(case),
        patch=_request(case, users) if memory else None,
    )


def _fix_of(resource: str, users: list[User]) -> str:
    names = ", ".join(f'"{user.name}"' for user in users) or "its containers"
    if resource == "memory":
        return (
            f"Set the memory request of {names} to what they use, so that the scheduler finds a "
            "node that has it and the kubelet takes others first; look at what else uses memory "
            "on the node beyond its requests."
        )
    if resource == STORAGE or "fs" in resource.lower() or "inodes" in resource.lower():
        return (
            f"See what fills the node's disk: logs and files of {names}, emptyDir volumes, images. "
            f"Give pods {STORAGE} requests and limits, use volumes for large data, or give the "
            "node a larger disk."
        )
    return (
        f"See which pod on the node takes so many {resource}, mend that, and set podPidsLimit in "
        "the kubelet's configuration so that none can take them all."
    )


def _requests(case: Case, users: list[User], resource: str) -> tuple[EvidenceLine, ...]:
    named = {user.name for user in users}
    containers = manifests.mappings(manifests.spec(case.pod).get("containers"))
    return tuple(
        case.from_pod(
            f"spec.containers[{index}].resources.requests.{resource}",
            _resource(container, "requests", resource) or "(none)",
        )
        for index, container in enumerate(containers)
        if manifests.text(container.get("name")) in named
    )


def _resource(container: Manifest, which: str, resource: str) -> str:
    resources = manifests.mapping(container.get("resources"))
    found = manifests.mapping(resources.get(which)).get(resource)
    return "" if found is None else str(found)


def _request(case: Case, users: list[User]) -> Patch | None:
    """What the one container used and some more, if its limit and its node allow that."""
    usage = quantities.parse(users[0].usage) if len(users) == 1 else None
    if usage is None or usage <= 0 or case.node is None:
        return None
    wanted = (usage * ROOM / STEP).to_integral_value(ROUND_CEILING) * STEP
    allocatable = manifests.mapping(manifests.status(case.node).get("allocatable")).get("memory")
    room = quantities.parse(allocatable)
    spec = next(
        (
            one
            for one in manifests.mappings(manifests.spec(case.pod).get("containers"))
            if one.get("name") == users[0].name
        ),
        {},
    )
    limit = quantities.parse(_resource(spec, "limits", "memory") or "none")
    if room is None or wanted > room * SHARE or (limit is not None and limit < wanted):
        return None
    return _raised(case, users[0].name, "requests", "memory", quantities.show_bytes(wanted))


def _raised(case: Case, container: str, which: str, resource: str, value: str) -> Patch | None:
    template = case.template
    place = template.container(container) if template and container else None
    if template is None or place is None or not value:
        return None
    steps = template.put((*place, "resources", which, resource), value)
    return template.patch(*steps, note="See what it uses so much for, or it will need more again.")


def _had_condition(case: Case, message: str) -> Cause | None:
    """It came to a node that takes no such pods at the moment."""
    found = HAD.search(message)
    if not found:
        return None
    conditions = found["conditions"]
    node = manifests.node_name(case.pod) or "(unknown)"
    return whole(
        case,
        "I01" if "MemoryPressure" in conditions else "I02",
        f'Pod "{case.name}" was turned away by node {node}, which has {conditions}',
        f"The pod was given to node {node} while it had the condition {conditions}, in which its "
        "kubelet takes no such pods.",
        f"Win back on node {node} what it is short of; the pod's owner, if it has one, makes "
        "another meanwhile.",
        confidence=Confidence.DEFINITIVE,
        commands=node_commands(case),
    )
