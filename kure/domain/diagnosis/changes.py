"""What two pod templates differ in, and in which words it is told."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kure.domain import manifests
from kure.domain.diagnosis.fixes import Place
from kure.domain.manifests import Manifest

# What is told of a container before the rest of it.
FIRST = ("image", "command", "args", "env", "envFrom", "resources")


@dataclass(frozen=True)
class Change:
    """One field that differs: where it stands in the pod template, what was there, what is."""

    place: Place
    field: str
    container: str
    before: Any
    after: Any

    @property
    def path(self) -> str:
        """Where it stands in the object that holds the template."""
        path = "spec.template"
        for key in self.place or ("spec",):
            path += f"[{key}]" if isinstance(key, int) else f".{key}"
        return path

    @property
    def told(self) -> str:
        where = f' of container "{self.container}"' if self.container else ""
        if self.field == "env":
            return "; ".join(_variables(self.before, self.after)) + where
        before, after = _shown(self.before), _shown(self.after)
        if self.before is None:
            return f"{self.field}{where} added: {after}"
        if self.after is None:
            return f"{self.field}{where} removed; it was {before}"
        return f"{self.field}{where} changed from {before} to {after}"


def changes_between(before: Manifest, after: Manifest) -> Iterator[Change]:
    """What two pod templates differ in, containers first. Their metadata does not count: labels and
    annotations start nothing."""
    old, new = manifests.spec(before), manifests.spec(after)
    for field in ("containers", "initContainers"):
        yield from _of_containers(field, old.get(field), new.get(field))
    for field in _differing(old, new):
        if field not in ("containers", "initContainers"):
            yield Change(("spec", field), field, "", old.get(field), new.get(field))


def _of_containers(field: str, before: object, after: object) -> Iterator[Change]:
    old = {manifests.text(each.get("name")): each for each in manifests.mappings(before)}
    names = []
    for index, each in enumerate(after if isinstance(after, list) else []):
        each = manifests.mapping(each)
        name = manifests.text(each.get("name"))
        names.append(name)
        if name not in old:
            place: Place = ("spec", field, index)
            yield Change(place, field.removesuffix("s"), name, None, each.get("image"))
            continue
        for key in _differing(old[name], each):
            place = ("spec", field, index, key)
            yield Change(place, key, name, old[name].get(key), each.get(key))
    for name in (name for name in old if name not in names):
        yield Change((), field.removesuffix("s"), name, old[name].get("image"), None)


def _differing(old: Manifest, new: Manifest) -> list[str]:
    """The fields that differ, those first that tell most."""
    found = [key for key in sorted({*old, *new}) if old.get(key) != new.get(key)]
    return sorted(found, key=lambda key: FIRST.index(key) if key in FIRST else len(FIRST))


def _variables(before: object, after: object) -> Iterator[str]:
    old = {manifests.text(each.get("name")): each for each in manifests.mappings(before)}
    new = {manifests.text(each.get("name")): each for each in manifests.mappings(after)}
    for name in (name for name in old if name not in new):
        yield f"env {name} removed"
    for name, each in new.items():
        if name not in old:
            yield f"env {name} added: {_shown(_value(each))}"
        elif each != old[name]:
            yield f"env {name} changed from {_shown(_value(old[name]))} to {_shown(_value(each))}"


def _value(variable: Manifest) -> Any:
    return variable.get("valueFrom") or variable.get("value") or ""


def _shown(value: Any, depth: int = 8) -> str:
    """As it stands in YAML on one line."""
    if isinstance(value, (dict, list)) and not depth:
        return "…"
    if isinstance(value, dict):
        parts = (f"{key}: {_shown(each, depth - 1)}" for key, each in value.items())
        return "{" + ", ".join(parts) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_shown(each, depth - 1) for each in value) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)
