"""Environment variables, ports and pull secrets: no value and no port that the original has not."""

from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.manifests import Manifest
from kure.domain.mirrors.rights.pairs import Pair, pairs
from kure.domain.mirrors.rights.referring import Referring, beyond, items_of
from kure.domain.mirrors.rights.words import NO_MORE, more, shown

KEYS = {"configMapKeyRef": "ConfigMap", "secretKeyRef": "Secret"}
WHOLE = {"configMapRef": "ConfigMap", "secretRef": "Secret"}


def more_environment(original: Manifest, wanted: Manifest, may: Referring) -> Iterator[str]:
    """One sentence for each variable or port that gives more."""
    for pair in pairs(original, wanted):
        yield from _of_env(pair, may)
        yield from _of_sources(pair, may)
        yield from _of_ports(pair)
    yield from _of_pull_secrets(original, wanted, may)


def _of_env(pair: Pair, may: Referring) -> Iterator[str]:
    before = manifests.mappings(pair.before.get("env"))
    old = {manifests.text(each.get("name")): each for each in before}
    for path, item, wrong in items_of(pair.after.get("env"), f"{pair.path}.env"):
        if wrong:
            yield wrong
            continue
        if item in before:
            continue
        yield from beyond(path, item, "name value valueFrom")
        source, was = _source(item), _source(old.get(manifests.text(item.get("name")), {}))
        yield from beyond(
            f"{path}.valueFrom", source, f"{' '.join(KEYS)} fieldRef resourceFieldRef"
        )
        for field, kind in KEYS.items():
            if source.get(field) is not None:
                name = manifests.mapping(source[field]).get("name")
                had = manifests.mapping(was.get(field)).get("name")
                yield from may.refusal(f"{path}.valueFrom.{field}.name", kind, name, had)


def _source(item: Manifest) -> Manifest:
    return manifests.mapping(item.get("valueFrom"))


def _of_sources(pair: Pair, may: Referring) -> Iterator[str]:
    before = manifests.mappings(pair.before.get("envFrom"))
    for index, (path, item, wrong) in enumerate(
        items_of(pair.after.get("envFrom"), f"{pair.path}.envFrom")
    ):
        if wrong:
            yield wrong
            continue
        if item in before:
            continue
        yield from beyond(path, item, f"prefix {' '.join(WHOLE)}")
        was = before[index] if index < len(before) else {}
        for field, kind in WHOLE.items():
            if item.get(field) is not None:
                name = manifests.mapping(item[field]).get("name")
                had = manifests.mapping(was.get(field)).get("name")
                yield from may.refusal(f"{path}.{field}.name", kind, name, had)


def _of_ports(pair: Pair) -> Iterator[str]:
    before = manifests.mappings(pair.before.get("ports"))
    hosted = [(port.get("hostPort"), port.get("hostIP")) for port in before]
    for path, port, wrong in items_of(pair.after.get("ports"), f"{pair.path}.ports"):
        if wrong:
            yield wrong
            continue
        if port in before:
            continue
        yield from beyond(path, port, "containerPort name protocol hostPort hostIP")
        host = (port.get("hostPort"), port.get("hostIP"))
        if host not in hosted and (host[0] not in (None, 0) or host[1] not in (None, "")):
            key = "hostPort" if host[0] not in (None, 0) else "hostIP"
            yield more(f"{path}.{key}", port[key], None, "take it out")


def _of_pull_secrets(original: Manifest, wanted: Manifest, may: Referring) -> Iterator[str]:
    """Rules may name another: the kubelet pulls with it, no program sees it."""
    before = manifests.mappings(manifests.spec(original).get("imagePullSecrets"))
    after = manifests.spec(wanted).get("imagePullSecrets")
    for path, item, wrong in items_of(after, "spec.imagePullSecrets"):
        if wrong:
            yield wrong
        elif item not in before:
            yield from beyond(path, item, "name")
            if not may.corrects:
                yield (
                    f"{path}.name names the Secret {shown(item.get('name'))}, with which the "
                    f"original does not pull: {NO_MORE}; take it out."
                )
