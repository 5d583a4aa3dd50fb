"""Fixes that a machine can apply: a JSON Patch (RFC 6902) of the object that people edit.

Every value that is replaced is tested first, so that a patch refuses an object that has changed
since. Nothing here applies one to a cluster.
"""

import json
import shlex
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import asdict, dataclass
from typing import Any

from kure.domain import manifests
from kure.domain.manifests import Manifest

Place = tuple[str | int, ...]

# What the API server writes into a Job and refuses in one that is made anew; a merge patch.
OF_ONE_JOB = {
    "spec": {
        "selector": None,
        "template": {
            "metadata": {
                "labels": {
                    "controller-uid": None,
                    "job-name": None,
                    "batch.kubernetes.io/controller-uid": None,
                    "batch.kubernetes.io/job-name": None,
                }
            }
        },
    }
}


@dataclass(frozen=True)
class Operation:
    """One step: `op` is add, replace, remove or test; `path` a JSON Pointer (RFC 6901)."""

    op: str
    path: str
    value: Any = None


@dataclass(frozen=True)
class Patch:
    """What to change, and in which object.

    `recreate`: its spec cannot be changed in place (a Pod's, the template of a Job), so that it is
    to be deleted and made again. `note` says what to know before it is applied. `checked` says how
    far it was tried: '' where it was not.
    """

    api_version: str
    kind: str
    namespace: str
    name: str
    operations: tuple[Operation, ...]
    recreate: bool = False
    note: str = ""
    checked: str = ""

    @property
    def command(self) -> str:
        """What to paste into a shell."""
        where = f" -n {shlex.quote(self.namespace)}" if self.namespace else ""
        subject = f"{self.kind.lower()} {shlex.quote(self.name)}{where}"
        steps = shlex.quote(json.dumps([_told(step) for step in self.operations]))
        if not self.recreate:
            return f"kubectl patch {subject} --type=json -p {steps}"
        made = (
            f"kubectl get {subject} -o json > {self.name}.json && kubectl patch --local "
            f"-f {self.name}.json --type=json -p {steps} -o json"
        )
        if self.kind == "Job":
            merge = shlex.quote(json.dumps(OF_ONE_JOB))
            made += f" | kubectl patch --local -f - --type=merge -p {merge} -o json"
        return f"{made} | kubectl replace --force -f -"


class Mismatch(Exception):
    """The object is not as the patch expects it."""


def applied(obj: Manifest, operations: Sequence[Operation]) -> Manifest:
    """The object with the patch applied; the argument is not changed. Raises Mismatch."""
    result = deepcopy(obj)
    for step in operations:
        *parents, last = _keys(step.path)
        holder: Any = result
        for key in parents:
            holder = _at(holder, key, step)
        _apply(holder, last, step)
    return result


def put(obj: Manifest, place: Place, value: Any) -> tuple[Operation, ...]:
    """Set the value at a place of the live object, making what is missing on the way there; nothing
    where something of another type stands on it."""
    holder: Any = obj
    for depth, key in enumerate(place):
        if not _has(holder, key):
            if not _can_hold(holder, key):
                return ()
            missing = value
            for further in reversed(place[depth + 1 :]):
                missing = [missing] if further in (0, "-") else {further: missing}
            return (Operation("add", pointer(place[: depth + 1]), missing),)
        holder = holder[key]
    path = pointer(place)
    return Operation("test", path, holder), Operation("replace", path, value)


def drop(obj: Manifest, place: Place) -> tuple[Operation, ...]:
    """Remove what stands at a place of the live object; nothing where nothing does."""
    holder: Any = obj
    for key in place:
        if not _has(holder, key):
            return ()
        holder = holder[key]
    path = pointer(place)
    return Operation("test", path, holder), Operation("remove", path)


@dataclass(frozen=True)
class Template:
    """The pod template that people edit: where it stands in which object."""

    target: Manifest
    place: Place

    @property
    def pod(self) -> Manifest:
        """The template, a manifest with metadata and spec; of a bare pod the pod itself."""
        found: Any = self.target
        for key in self.place:
            found = manifests.mapping(found).get(str(key))
        return manifests.mapping(found)

    @property
    def recreate(self) -> bool:
        return self.target.get("kind") in ("Pod", "Job")

    def container(self, name: str) -> Place | None:
        """Where the container of that name stands in the template: ('spec', 'containers', 0)."""
        for field in ("initContainers", "containers"):
            found = manifests.spec(self.pod).get(field)
            for index, each in enumerate(found if isinstance(found, list) else []):
                if manifests.mapping(each).get("name") == name:
                    return ("spec", field, index)
        return None

    def put(self, place: Place, value: Any) -> tuple[Operation, ...]:
        """Set a value; `place` is relative to the template: ('spec', 'nodeSelector')."""
        return put(self.target, (*self.place, *place), value)

    def drop(self, place: Place) -> tuple[Operation, ...]:
        return drop(self.target, (*self.place, *place))

    def patch(self, *operations: Operation, note: str = "") -> Patch | None:
        """The patch; None where it would change nothing."""
        return patch_of(self.target, *operations, note=note, recreate=self.recreate)


TEMPLATES: dict[str, Place] = {
    "Deployment": ("spec", "template"),
    "ReplicaSet": ("spec", "template"),
    "StatefulSet": ("spec", "template"),
    "DaemonSet": ("spec", "template"),
    "Job": ("spec", "template"),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    "Pod": (),
}


def template_of(target: Manifest | None) -> Template | None:
    """The template in an object; None for kinds that are not known to have one."""
    place = TEMPLATES.get(manifests.text((target or {}).get("kind")))
    return None if target is None or place is None else Template(target, place)


def pod_of(owner: Manifest, namespace: str) -> Manifest | None:
    """The pod that an owner's template makes, nameless, as people may edit it; of a pod itself, and
    of one whose owner is of a kind that Kure does not know, itself. None where there is none."""
    template = template_of(owner)
    if template is None:
        return None
    kept = {
        key: value
        for key, value in manifests.metadata(template.pod).items()
        if key in ("labels", "annotations") and value
    }
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"namespace": namespace} | kept,
        "spec": manifests.spec(template.pod),
    }


def patch_of(
    target: Manifest, *operations: Operation, note: str = "", recreate: bool = False
) -> Patch | None:
    """A patch of any object; None where nothing is to be changed or the object has no name."""
    if not any(step.op != "test" for step in operations) or not manifests.name(target):
        return None
    return Patch(
        api_version=manifests.text(target.get("apiVersion")),
        kind=manifests.text(target.get("kind")),
        namespace=manifests.namespace(target),
        name=manifests.name(target),
        operations=tuple(operations),
        recreate=recreate,
        note=note,
    )


def patch_at(target: Manifest, places: Sequence[Place], value: Any) -> Patch | None:
    """The patch that sets the same value at each place; None where there is no value."""
    steps = [step for place in places if value for step in put(target, place, value)]
    return patch_of(target, *steps)


def _told(step: Operation) -> dict[str, Any]:
    told = asdict(step)
    return told if step.op != "remove" else {"op": step.op, "path": step.path}


def pointer(place: Sequence[str | int]) -> str:
    return "".join(f"/{str(key).replace('~', '~0').replace('/', '~1')}" for key in place)


def _keys(pointer: str) -> list[str]:
    return [key.replace("~1", "/").replace("~0", "~") for key in pointer.split("/")[1:]]


def _has(holder: Any, key: str | int) -> bool:
    if isinstance(holder, list):
        return isinstance(key, int) and key < len(holder)
    return isinstance(holder, dict) and holder.get(str(key)) is not None


def _can_hold(holder: Any, key: str | int) -> bool:
    if isinstance(holder, list):
        return key == "-" or isinstance(key, int)
    return isinstance(holder, dict)


def _at(holder: Any, key: str, step: Operation) -> Any:
    try:
        return holder[int(key)] if isinstance(holder, list) else holder[key]
    except (KeyError, IndexError, ValueError, TypeError) as error:
        raise Mismatch(f"Nothing stands at {step.path}") from error


def _apply(holder: Any, key: str, step: Operation) -> None:
    if step.op == "add":
        if isinstance(holder, list) and (key == "-" or key.isdecimal()):
            holder.insert(len(holder) if key == "-" else int(key), deepcopy(step.value))
        elif isinstance(holder, dict):
            holder[key] = deepcopy(step.value)
        else:
            raise Mismatch(f"What holds {step.path} is no object")
        return
    found = _at(holder, key, step)
    index: Any = int(key) if isinstance(holder, list) else key
    if step.op == "test":
        if found != step.value:
            raise Mismatch(f"{step.path} is not what it was when the fix was made")
    elif step.op == "replace":
        holder[index] = deepcopy(step.value)
    else:
        del holder[index]
