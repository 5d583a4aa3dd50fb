"""A volume lacks the ConfigMap, Secret or key that it is made of: G01, G02, G03."""

import re
from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.diagnosis.existing import known_of, wants_of
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.missing import Missing, missing_cause, named_in
from kure.domain.diagnosis.model import Cause, EvidenceLine
from kure.domain.diagnosis.nearby import Want
from kure.domain.diagnosis.references import Reference, references

VOLUME = re.compile(r'for volume "([^"]{1,253})"')
NOT_FOUND = re.compile(r'\b(configmap|secret)s? "([^"]{1,253})" not found', re.IGNORECASE)
NO_KEY = re.compile(
    r"(?:(configmap|secret) )?references non-existent (config|secret) key: (\S{1,253})",
    re.IGNORECASE,
)
KINDS = {"configmap": "ConfigMap", "config": "ConfigMap", "secret": "Secret"}
OBJECT_RULES = {"ConfigMap": "G01", "Secret": "G02"}
OF_EVERY_NAMESPACE = "kube-root-ca.crt"
CONSEQUENCE = "No container of the pod is started before the volume is mounted."


def missing_file(case: Case, message: str, line: EvidenceLine) -> Iterator[Cause]:
    """What the message says is not there."""
    what = _missed(case, message)
    if what is not None:
        rule = "G03" if what.key else OBJECT_RULES[what.kind]
        yield missing_cause(case, rule, what, (line,), CONSEQUENCE)


def absent_file(case: Case) -> Iterator[Cause]:
    """What the lists say is not there, for when no event is left that says so."""
    seen: set[str] = set()
    for found in references(case.pod):
        if found.kind != "ConfigMap" or not found.volume or found.optional or found.name in seen:
            continue
        if case.facts.nearby.lacks(case.want("ConfigMap"), found.name):
            seen.add(found.name)
            what = _of_volumes(case, found.kind, found.name, found.volume)
            yield missing_cause(case, OBJECT_RULES[found.kind], what, (), CONSEQUENCE)


def wants_files(case: Case, message: str) -> Iterator[Want]:
    what = _missed(case, message)
    if what is not None:
        yield from wants_of(case, what.kind, what.name)


def wants_absent(case: Case) -> Iterator[Want]:
    if any(found.kind == "ConfigMap" and found.volume for found in references(case.pod)):
        yield case.want("ConfigMap")


def _missed(case: Case, message: str) -> Missing | None:
    volume = VOLUME.search(message)
    called = volume.group(1) if volume else ""
    found = NO_KEY.search(message)
    if found:
        return _missed_key(case, KINDS[found.group(2).lower()], found.group(3), called)
    found = NOT_FOUND.search(message)
    if not found or found.group(2) == OF_EVERY_NAMESPACE:
        return None
    return _of_volumes(case, KINDS[found.group(1).lower()], found.group(2), called)


def _missed_key(case: Case, kind: str, key: str, volume: str) -> Missing | None:
    """The message names the key, and not the object: that is what the volume takes the key from."""
    users = [
        found
        for found in references(case.pod)
        if (found.kind, found.key) == (kind, key) and found.volume and volume in ("", found.volume)
    ]
    known = known_of(case, kind) or {}
    without = [each for each in users if each.name in known and key not in known[each.name].keys]
    named = (without or users)[:1]
    if not named:
        return None
    return Missing(kind, named[0].name, f'volume "{named[0].volume}"', tuple(named), key)


def _of_volumes(case: Case, kind: str, name: str, volume: str) -> Missing:
    by = tuple(found for found in named_in(case.pod, kind, name) if found.volume)
    called = volume or next((found.volume for found in by), "")
    user = f'volume "{called}"' if called else f'pod "{case.name}"'
    mounted = _mounts(case, called)
    of_it: tuple[Reference, ...] = tuple(found for found in by if called in ("", found.volume))
    return Missing(kind, name, user + mounted, of_it)


def _mounts(case: Case, volume: str) -> str:
    """Which containers mount it."""
    spec = manifests.spec(case.pod)
    users = [
        f'"{container.get("name")}"'
        for field in ("initContainers", "containers")
        for container in manifests.mappings(spec.get(field))
        for mount in manifests.mappings(container.get("volumeMounts"))
        if volume and mount.get("name") == volume
    ]
    names = list(dict.fromkeys(users))[:3]
    return f" of container {' and '.join(names)}" if names else ""
