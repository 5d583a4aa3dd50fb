"""What of a model's fix is taken: it changes the workload itself only, only what its failure
concerns, and gives no more rights than there are.

What counts is in what the workload differs afterwards, not by which steps. All that is refused is
said at once. Pure: nothing here is applied to a cluster.
"""

import json
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from kure.domain import manifests
from kure.domain.access.roles import Role
from kure.domain.diagnosis.alike import is_slip
from kure.domain.diagnosis.fixes import (
    Operation,
    Patch,
    applied,
    pod_of,
    pointer,
    template_of,
)
from kure.domain.diagnosis.images.reference import parse_image
from kure.domain.failures.model import FailureClass
from kure.domain.failures.objects.kinds import KINDS
from kure.domain.manifests import Manifest
from kure.domain.mirrors.asked import Asked, Origin
from kure.domain.mirrors.placeholders import TRACE
from kure.domain.mirrors.policy import beyond_original
from kure.domain.mirrors.rights.changes import Change, changes
from kure.domain.models import fix_own_fields, fix_places
from kure.domain.workloads import Workload

IMAGES = ("spec.containers[].image", "spec.initContainers[].image")
_CONTAINERS = ("spec.containers[].", "spec.initContainers[].")
_TTL_SECONDS = 300
_RECREATED = ("Pod", "Job")
_GROWN = "/spec/resources/requests/storage"


def refusals(live: Manifest, changed: Manifest, classes: Collection[str]) -> tuple[str, ...]:
    """Every reason why a model may not change the workload so; none where it may. `classes` are
    those of its failures; both are whole objects."""
    before, after = template_of(live), template_of(changed)
    found: list[str] = []
    if before is None or after is None:
        found += fix_own_fields.refusals(live, changed, classes)
    else:
        if before.place:
            apart = (_without(live, before.place), _without(changed, before.place))
            found += fix_own_fields.refusals(*apart, classes)
        fields = fix_places.allowed(classes)
        for change in changes(before.pod, after.pod):
            found += _of_change(change, fields, classes)
        found += _of_rights(live, changed)
    return tuple(dict.fromkeys(found))


def _without(obj: Manifest, place: Sequence[str | int]) -> Manifest:
    """The object without its pod template; what is no object on the way there stays to be
    compared."""
    key, *further = (str(part) for part in place)
    held = obj.get(key)
    if not further:
        return {name: value for name, value in obj.items() if name != key}
    return obj | {key: _without(held, further)} if isinstance(held, dict) else obj


def _of_change(change: Change, fields: Collection[str], classes: Collection[str]) -> Iterator[str]:
    if change.pattern not in fields:
        yield f"{change.path} is changed, {_why_not(change.pattern, classes)}: take it out."
    elif change.pattern in IMAGES:
        yield from _of_image(change, classes)


def _why_not(pattern: str, classes: Collection[str]) -> str:
    name = pattern
    for place in _CONTAINERS:
        name = name.removeprefix(place)
    for known in (name, name.partition(".")[0]):
        if why := fix_places.NEVER.get(known):
            return f"which a model's fix never may: {why}"
    if any(pattern in fields for fields in fix_places.BY_CLASS.values()):
        failing = ", ".join(sorted(classes)) or "nothing that is known"
        return f"which has nothing to do with what fails ({failing})"
    return "which a model's fix never may"


def _of_image(change: Change, classes: Collection[str]) -> Iterator[str]:
    """Another version of the same program. Another name only where it cannot be pulled, and only
    if it was misspelt: logs may name images that somebody wants to have run."""
    if not isinstance(change.before, str) or not isinstance(change.after, str):
        yield f"{change.path} has to be a text."
        return
    was, is_ = parse_image(change.before), parse_image(change.after)
    if is_.repository == was.repository:
        return
    near = is_.host == was.host and is_slip(was.repository, is_.repository)
    if not near or FailureClass.IMAGE_PULL not in classes:
        yield (
            f"{change.path} is of the repository {json.dumps(is_.repository[:200])}: a model's fix "
            f"takes another version of {json.dumps(was.repository[:200])}, or corrects how it is "
            "spelt where it cannot be pulled; write one of its tags."
        )


def _of_rights(live: Manifest, changed: Manifest) -> Iterator[str]:
    """As of a mirror that a model's fix would be tried on."""
    namespace = manifests.namespace(live)
    original, wanted = pod_of(live, namespace), pod_of(changed, namespace)
    if original is None or wanted is None:
        return
    yield from beyond_original(
        Asked(
            namespace=namespace,
            owner_kind=manifests.text(live.get("kind")),
            original=original,
            wanted=wanted,
            role=Role.WRITE,
            origin=Origin.MODEL,
            ttl_seconds=_TTL_SECONDS,
            validated=True,
        )
    )


def guarded(live: Manifest, operations: Sequence[Operation]) -> tuple[Operation, ...]:
    """The steps with a test of each value that is replaced or removed, and of the name of each
    container and the like on the way there: applied to an object that has changed since, they do
    nothing. `live` is what they apply to, or as it is shown, for steps that are shown. Raises
    Mismatch."""
    done: list[Operation] = []
    for step in operations:
        tests = [] if step.op == "test" else list(_tests(live, step))
        for each in (*tests, step):
            if each.op != "test" or each not in done:
                done.append(each)
        live = applied(live, [] if step.op == "test" else [step])
    return tuple(done)


def _tests(obj: Any, step: Operation) -> Iterator[Operation]:
    """None where the step would be refused anyway: there is nothing to be tested."""
    keys = [key.replace("~1", "/").replace("~0", "~") for key in step.path.split("/")[1:]]
    for depth, key in enumerate(keys):
        is_last = depth == len(keys) - 1
        if isinstance(obj, list):
            at = int(key) if key.isdecimal() else len(obj)
            if at >= len(obj) or (is_last and step.op == "add"):
                return
            obj = obj[at]
            name = manifests.mapping(obj).get("name")
            if not is_last and isinstance(name, str) and keys[depth + 1] != "name":
                yield Operation("test", pointer((*keys[: depth + 1], "name")), name)
        elif isinstance(obj, dict) and key in obj:
            obj = obj[key]
        else:
            return
    yield Operation("test", step.path, obj)


def patch(workload: Workload, operations: Sequence[Operation], checked: str) -> Patch:
    """What to apply to the workload, for who wants to. Tests of what is not shown are left out of
    it: nobody could run them."""
    kind, _, _ = workload.kind.partition(".")
    known = KINDS.get(kind)
    group = known.group_path if known else "/apis/apps/v1" if kind == "ReplicaSet" else "/api/v1"
    told = tuple(step for step in operations if step.op != "test" or not hides(step))
    claimed = kind == "PersistentVolumeClaim" and any(
        step.op != "test" and step.path != _GROWN for step in told
    )
    return Patch(
        api_version=group.removeprefix("/apis/").removeprefix("/api/"),
        kind=kind,
        namespace=workload.namespace,
        name=workload.name,
        operations=told,
        recreate=kind in _RECREATED or claimed,
        checked=checked,
    )


def hides(step: Operation) -> bool:
    """Whether its value has a placeholder of redaction in it."""
    return TRACE.search(json.dumps(step.value, default=str)) is not None
