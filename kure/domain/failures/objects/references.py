"""Which Services an object refers to: a pod template by the hosts in its environment and command,
an Ingress by its backends."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kure.domain import manifests
from kure.domain.manifests import Manifest

# More names than this are not hosts but data.
MOST_HOSTS = 64
MOST_TEXT = 4096

LABEL = r"[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?"
HOST = rf"{LABEL}(?:\.[a-z0-9](?:[-a-z0-9]{{0,61}}[a-z0-9])?)*"

IN_URL = re.compile(rf"[a-z][a-z0-9+.-]{{1,20}}://(?:[^/\s@]*@)?({HOST})(?![\w.-])", re.IGNORECASE)
# Not `user:1234@host`, whose first part is no host.
WITH_PORT = re.compile(rf"(?<![\w.:/@-])({HOST}):[0-9]{{2,5}}(?![\w.@])")
DOTTED = re.compile(rf"(?<![\w.:/-])({LABEL}\.{HOST})(?![\w.-])")
LIST = re.compile(rf"{HOST}(?:\s*,\s*{HOST})*")

# Of a variable or a flag whose plain word is a host.
HOST_KEY = re.compile(r"host|url|uri|addr|endpoint|server|broker|upstream|dsn", re.IGNORECASE)
FLAG = re.compile(r"(--?[\w.-]+)=(.*)", re.DOTALL)


@dataclass(frozen=True)
class Backend:
    """A Service and its port as an Ingress names them; `port` is its number, its name, or None."""

    service: str
    port: int | str | None


def backends(ingress: Manifest) -> list[Backend]:
    """Every Service that an Ingress leads to, each once. Backends that are other resources are not
    Services."""
    spec = manifests.spec(ingress)
    found = [spec.get("defaultBackend")]
    for rule in manifests.mappings(spec.get("rules")):
        http = manifests.mapping(rule.get("http"))
        found += [path.get("backend") for path in manifests.mappings(http.get("paths"))]
    return list(dict.fromkeys(_backends(found)))


def _backends(values: Iterable[object]) -> Iterator[Backend]:
    for value in values:
        service = manifests.mapping(manifests.mapping(value).get("service"))
        port = manifests.mapping(service.get("port"))
        name = manifests.text(service.get("name"))
        if name:
            yield Backend(
                name, manifests.number(port.get("number")) or manifests.text(port.get("name"))
            )


def hosts_of(workload: Manifest) -> list[str]:
    """The names of Services of its own namespace that the pods of a workload may call, sorted.

    Any host that its environment, command or arguments name counts: in a URL, with a port, as
    `name.namespace`, or as a plain word where the key says that it is a host.
    """
    template = manifests.mapping(manifests.spec(workload).get("template"))
    pod = manifests.spec(template)
    namespace = manifests.namespace(workload)
    names: set[str] = set()
    for field in ("initContainers", "containers"):
        for container in manifests.mappings(pod.get(field)):
            for key, value in _texts(container):
                names.update(_names(key, value[:MOST_TEXT], namespace))
    return sorted(names)[:MOST_HOSTS]


def _texts(container: Manifest) -> Iterator[tuple[str, str]]:
    """What the container is told, each with the variable or flag that it is told by."""
    for variable in manifests.mappings(container.get("env")):
        yield manifests.text(variable.get("name")), manifests.text(variable.get("value"))
    before = ""
    for field in ("command", "args"):
        words = container.get(field)
        for word in words if isinstance(words, list) else []:
            flag = FLAG.fullmatch(manifests.text(word))
            yield (flag[1], flag[2]) if flag else (before, manifests.text(word))
            before = manifests.text(word) if manifests.text(word).startswith("-") else ""


def _names(key: str, value: str, namespace: str) -> Iterator[str]:
    for pattern in (IN_URL, WITH_PORT, DOTTED):
        for host in pattern.findall(value):
            yield from _service(host, namespace)
    if HOST_KEY.search(key) and LIST.fullmatch(value.strip()):
        for host in re.split(r"[\s,]+", value.strip()):
            yield from _service(host, namespace)


def _service(host: str, namespace: str) -> Iterator[str]:
    """`name`, `name.ns`, `name.ns.svc`, `name.ns.svc.<domain of the cluster>`."""
    name, *rest = host.lower().split(".")
    if not rest or (rest[0] == namespace and (len(rest) == 1 or rest[1] == "svc")):
        yield name
