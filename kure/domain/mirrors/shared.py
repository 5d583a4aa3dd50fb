"""What a test shares with the rest: the peers that a pod's own settings name.

A mirror is a second client of the same database, and what it writes there stays. Kure cannot tell a
test's traffic apart, so who is called is said before. Only literal values are read, and those of
ConfigMaps that are given: of the rest it is said that they were not.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kure.domain import manifests
from kure.domain.diagnosis.dependencies.hosts import Called, meanings
from kure.domain.diagnosis.dependencies.troubles import HOST
from kure.domain.manifests import Manifest
from kure.domain.mirrors.surroundings import Listed

# A value is read up to here, and so many peers are told.
LONGEST = 4000
MOST = 20

AT = rf"(?P<host>{HOST})\.?(?::(?P<port>\d{{1,5}}))?"
URL = re.compile(rf"\b[a-z][a-z0-9+.-]{{1,20}}://(?:[^/\s@]{{0,300}}@)?{AT}", re.IGNORECASE)
IN_WORDS = re.compile(rf"\b(?:host|hostname|server|addr|address)=['\"]?{AT}", re.IGNORECASE)
IN_BRACKETS = re.compile(rf"\b(?:tcp|udp)\({AT}\)", re.IGNORECASE)
# `name:5432`, alone or in a list; the port must be one.
WITH_PORT = re.compile(
    rf"(?:^|[\s,;=\"'@(])(?P<host>{HOST}):(?P<port>\d{{2,5}})(?=$|[\s,;/\"')])", re.IGNORECASE
)
ALONE = re.compile(rf"{AT}", re.IGNORECASE)
FLAG = re.compile(r"--?(?P<key>[A-Za-z][\w.-]{0,80})=(?P<value>.{1,4000})", re.DOTALL)

# Settings whose value is a host, where it looks like one.
NAMES_HOST = re.compile(
    r"host|server|addr|url|uri|endpoint|broker|upstream|peer|node|seed|svc|service|backend|dsn",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Setting:
    """One literal value and where it stands, in words: `DATABASE_URL of app`."""

    key: str
    value: str
    where: str


def shares(
    pod: Manifest, services: Listed, config_maps: Mapping[str, Mapping[str, str]] | None = None
) -> tuple[str, ...]:
    """Whom the mirror will call as the original does, as sentences to be shown before the test.

    `services` are those of the pod's namespace, None where they could not be read; `config_maps`
    the data of ConfigMaps by their names. Nothing but hosts and ports is quoted of a value.
    """
    given = config_maps or {}
    found: dict[str, str] = {}
    for setting in _settings(pod, given):
        for called in _called(setting, services):
            if not called.is_local:
                peer = _peer(called, manifests.namespace(pod), services)
                found.setdefault(peer, setting.where)
    told = [f"this test shares {peer} ({where})" for peer, where in sorted(found.items())]
    if len(told) > MOST:
        told = [*told[:MOST], f"and {len(told) - MOST} more"]
    return (*told, *_unread(pod, given))


def _settings(pod: Manifest, given: Mapping[str, Mapping[str, str]]) -> Iterator[Setting]:
    spec = manifests.spec(pod)
    for field in ("initContainers", "containers"):
        for container in manifests.mappings(spec.get(field)):
            name = manifests.text(container.get("name"))
            yield from _variables(container, name, given)
            for key in ("command", "args"):
                listed = container.get(key)
                yield from _arguments(listed if isinstance(listed, list) else [], key, name)
    for volume in manifests.mappings(spec.get("volumes")):
        config = manifests.text(manifests.mapping(volume.get("configMap")).get("name"))
        for key, value in given.get(config, {}).items():
            yield Setting("", manifests.text(value), f"{key} of ConfigMap {config}")


def _variables(
    container: Manifest, name: str, given: Mapping[str, Mapping[str, str]]
) -> Iterator[Setting]:
    for variable in manifests.mappings(container.get("env")):
        key = manifests.text(variable.get("name"))
        value = manifests.text(variable.get("value"))
        reference = _reference(variable, "configMapKeyRef")
        if not value and reference:
            data = given.get(manifests.text(reference.get("name")), {})
            value = manifests.text(data.get(manifests.text(reference.get("key"))))
        yield Setting(key, value, f"{key} of {name}")
    for source in manifests.mappings(container.get("envFrom")):
        config = manifests.text(manifests.mapping(source.get("configMapRef")).get("name"))
        for key, value in given.get(config, {}).items():
            yield Setting(key, manifests.text(value), f"{key} of {name}")


def _arguments(listed: Sequence[object], key: str, name: str) -> Iterator[Setting]:
    flag = ""
    for argument in map(manifests.text, listed):
        if found := FLAG.fullmatch(argument[:LONGEST]):
            yield Setting(found["key"], found["value"], f"{key} of {name}")
        else:
            yield Setting(flag, argument, f"{key} of {name}")
        flag = argument.lstrip("-") if argument.startswith("-") and "=" not in argument else ""


def _called(setting: Setting, services: Listed) -> Iterator[Called]:
    value = setting.value[:LONGEST].strip()
    found = [
        match
        for shape in (URL, IN_WORDS, IN_BRACKETS, WITH_PORT)
        for match in shape.finditer(value)
    ]
    if not found and NAMES_HOST.search(setting.key):
        alone = filter(None, (ALONE.fullmatch(part) for part in re.split(r"[,;\s]+", value)))
        found = [match for match in alone if _is_host(match["host"], services)]
    for match in found:
        host = match["host"].lower()
        port = int(match["port"] or 0)
        if not host.replace(".", "").replace("_", "").isdigit() or host.count(".") == 3:
            yield Called(host, port if 0 < port < 65536 else None)


def _is_host(host: str, services: Listed) -> bool:
    """A word alone is a host where a Service has that name; one with dots where it ends as a
    domain, or is an address."""
    known = {manifests.name(service) for service in services or ()}
    if "." not in host:
        return host in known
    return not host.rpartition(".")[2].isdigit() or host.count(".") == 3


def _peer(called: Called, namespace: str, services: Listed) -> str:
    port = f", port {called.port}" if called.port else ""
    if called.is_ip:
        return f"{called.host}{port}"
    known = {manifests.name(service) for service in services or ()}
    for meaning in meanings(called.host, namespace):
        if meaning.namespace == namespace and meaning.service in known:
            return f"Service {meaning.service}{port}"
        if meaning.certain and meaning.namespace != namespace:
            return f"Service {meaning.service} of namespace {meaning.namespace}{port}"
    return f"{called.host}{port}"


def _unread(pod: Manifest, given: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """That there are settings nobody looked at."""
    sources = sorted(set(_sources(pod)) - {f"ConfigMap {name}" for name in given})
    if sources:
        yield f"what {', '.join(sources)} hold was not read: they may name further peers"


def _sources(pod: Manifest) -> Iterator[str]:
    spec = manifests.spec(pod)
    for field in ("initContainers", "containers"):
        for container in manifests.mappings(spec.get(field)):
            references = [
                *(("ConfigMap", _reference(v, "configMapKeyRef")) for v in _env(container)),
                *(("Secret", _reference(v, "secretKeyRef")) for v in _env(container)),
                *(
                    (kind, manifests.mapping(source.get(key)))
                    for source in manifests.mappings(container.get("envFrom"))
                    for kind, key in (("ConfigMap", "configMapRef"), ("Secret", "secretRef"))
                ),
            ]
            for kind, reference in references:
                if name := manifests.text(reference.get("name")):
                    yield f"{kind} {name}"
    for volume in manifests.mappings(spec.get("volumes")):
        if name := manifests.text(manifests.mapping(volume.get("configMap")).get("name")):
            yield f"ConfigMap {name}"
        if name := manifests.text(manifests.mapping(volume.get("secret")).get("secretName")):
            yield f"Secret {name}"


def _env(container: Manifest) -> Iterable[Manifest]:
    return manifests.mappings(container.get("env"))


def _reference(variable: Manifest, key: str) -> Manifest:
    return manifests.mapping(manifests.mapping(variable.get("valueFrom")).get(key))
