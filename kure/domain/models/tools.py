"""What a model may wish to have read, and which wishes are granted.

Every tool reads and none writes. A wish is checked by code, whatever the model says of it: kinds
from a list, names that are names, the incident's namespace alone. What lies outside of that is read
only where the workload refers to it, which is known when it is read (`referred`).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kure.domain.models import schema
from kure.domain.models.conversation import Tool, ToolCall
from kure.domain.models.kinds import DESCRIBED, ELSEWHERE, LISTED, OF_CLUSTER
from kure.domain.models.quoting import seen
from kure.domain.workloads import Workload

NO_NAMESPACE = "_"

# RFC 1123: a label, and a subdomain of such labels.
# https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
LABEL = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
NAME = re.compile(r"(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
# Plain equalities of labels.
# https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
_KEY = r"(?:[a-z0-9][a-z0-9.-]{0,251}/)?[A-Za-z0-9][A-Za-z0-9_.-]{0,62}"
_EQUAL = rf"{_KEY}=[A-Za-z0-9_.-]{{0,63}}"
LABELS = re.compile(rf"(?:{_EQUAL}(?:,{_EQUAL}){{0,4}})?")
RESOURCE = re.compile(r"[a-z]{1,63}(?:\.[a-z0-9.-]{1,190})?(?:/[a-z]{1,30})?")
MOST_LITERAL = 200

VERBS = ("get", "list", "watch", "create", "update", "patch", "delete")


@dataclass(frozen=True)
class Describe:
    """One object as it is, with its events. `namespace` is '' for a kind of the cluster."""

    kind: str
    namespace: str
    name: str


@dataclass(frozen=True)
class Events:
    """The events of one object, which may be gone."""

    kind: str
    namespace: str
    name: str


@dataclass(frozen=True)
class Logs:
    """A container's log; '' where the pod has one only. `containing` is a literal text: its lines
    with those around them; '' for the most telling and the newest."""

    namespace: str
    pod: str
    container: str
    previous: bool
    containing: str


@dataclass(frozen=True)
class Listing:
    """The objects of a kind in a namespace, by labels (`app=web,tier=db`; '' for all)."""

    kind: str
    namespace: str
    labels: str


@dataclass(frozen=True)
class Revisions:
    """What changed between the revisions of the top owner."""


@dataclass(frozen=True)
class WhoCan:
    """Which accounts may do something with a resource (`deployments.apps/scale`)."""

    verb: str
    resource: str
    namespace: str


@dataclass(frozen=True)
class Endpoints:
    """What stands behind a Service, and why nothing does."""

    namespace: str
    service: str


Wish = Describe | Events | Logs | Listing | Revisions | WhoCan | Endpoints


@dataclass(frozen=True)
class Refusal:
    """Why nothing is read; tells the model what it may ask for."""

    text: str


_OBJECT = {
    "kind": schema.one_of(tuple(DESCRIBED), "The kind of the object."),
    "name": schema.text("Its name."),
    "namespace": schema.text(
        '"" for the workload\'s own; another only for a Service or Gateway that it refers to.'
    ),
}

TOOLS: tuple[Tool, ...] = (
    Tool(
        "describe",
        "An object as the API server has it, with its newest events. Kinds that are in no namespace"
        " only where the workload refers to the object: its node, class, volume. Of a ConfigMap"
        " the keys, of a Secret nothing.",
        schema.closed(_OBJECT),
    ),
    Tool(
        "events",
        "The newest events about one object, also one that is gone.",
        schema.closed(_OBJECT),
    ),
    Tool(
        "logs",
        "Lines of a container's log: the most telling ones, or those around a text.",
        schema.closed(
            {
                "pod": schema.text("The name of a pod in the workload's namespace."),
                "container": schema.text('Its container; "" where it has only one.'),
                "previous": schema.truth("The run before the present one."),
                "containing": schema.text(
                    'Show the lines around this literal text, no pattern; "" for the most telling.'
                ),
            }
        ),
    ),
    Tool(
        "list",
        "The objects of a kind in the workload's namespace, one a line with its state.",
        schema.closed(
            {
                "kind": schema.one_of(tuple(LISTED), "The kind."),
                "labels": schema.text('Such as "app=web,tier=db", equalities only; "" for all.'),
            }
        ),
    ),
    Tool(
        "revisions",
        "The workload's revisions: what the newest changed in the pod template, and which of them"
        " has ready pods.",
        schema.closed({}),
    ),
    Tool(
        "who_can",
        "Which service accounts of the workload's namespace may do something there, by which role.",
        schema.closed(
            {
                "verb": schema.one_of(VERBS, "The verb."),
                "resource": schema.text("As kubectl takes it: pods, deployments.apps, pods/log."),
            }
        ),
    ),
    Tool(
        "endpoints",
        "What stands behind a Service: its selector and ports, the pods that it selects, which are"
        " ready, and why none is.",
        schema.closed(
            {
                "service": schema.text("The Service's name."),
                "namespace": schema.text(
                    '"" for the workload\'s own; another only where the workload refers to it.'
                ),
            }
        ),
    ),
)

_BY_NAME = {tool.name: tool for tool in TOOLS}


class _Refused(Exception):
    pass


def checked(call: ToolCall, workload: Workload) -> Wish | Refusal:
    """The wish as it is carried out, or why it is not. Whether the workload refers to what is not
    of its namespace is seen when it is read."""
    tool = _BY_NAME.get(call.name)
    if tool is None:
        return Refusal(f"There is no such tool. There are {', '.join(_BY_NAME)}.")
    arguments = dict(call.arguments)
    if wrong := schema.problem(arguments, tool.parameters, "what you ask"):
        return Refusal(f"{call.name} cannot be asked so: {wrong}.")
    try:
        return _MAKE[call.name](arguments, workload)
    except _Refused as refused:
        return Refusal(str(refused))


def _object(arguments: Mapping[str, Any], workload: Workload) -> tuple[str, str, str]:
    kind = arguments["kind"]
    if kind in OF_CLUSTER:
        return kind, "", _name(arguments["name"])
    namespace = _namespace(arguments["namespace"], workload)
    if namespace != workload.namespace and kind not in ELSEWHERE:
        raise _Refused(
            f"Of another namespace than {workload.namespace} only a {' or '.join(ELSEWHERE)} is"
            " read, and only where the workload refers to it."
        )
    return kind, namespace, _name(arguments["name"])


def _describe(arguments: Mapping[str, Any], workload: Workload) -> Wish:
    return Describe(*_object(arguments, workload))


def _events(arguments: Mapping[str, Any], workload: Workload) -> Wish:
    return Events(*_object(arguments, workload))


def _logs(arguments: Mapping[str, Any], workload: Workload) -> Wish:
    container, literal = arguments["container"], arguments["containing"]
    if container and not LABEL.fullmatch(container):
        raise _Refused("That is no name of a container.")
    if len(literal) > MOST_LITERAL or not literal.isprintable():
        raise _Refused(f"`containing` is one line of at most {MOST_LITERAL} characters.")
    pod = _name(arguments["pod"])
    return Logs(_own(workload), pod, container, arguments["previous"], literal)


def _list(arguments: Mapping[str, Any], workload: Workload) -> Wish:
    labels = arguments["labels"].replace(" ", "")
    if not LABELS.fullmatch(labels):
        raise _Refused('`labels` are at most five equalities, such as "app=web,tier=db".')
    return Listing(arguments["kind"], _own(workload), labels)


def _revisions(_arguments: Mapping[str, Any], workload: Workload) -> Wish:
    _own(workload)
    return Revisions()


def _who_can(arguments: Mapping[str, Any], workload: Workload) -> Wish:
    if not RESOURCE.fullmatch(arguments["resource"]):
        raise _Refused("`resource` is a plural in small letters: pods, deployments.apps, pods/log.")
    return WhoCan(arguments["verb"], arguments["resource"], _own(workload))


def _endpoints(arguments: Mapping[str, Any], workload: Workload) -> Wish:
    namespace = _namespace(arguments["namespace"], workload)
    return Endpoints(namespace, _name(arguments["service"]))


_MAKE: dict[str, Callable[[Mapping[str, Any], Workload], Wish]] = {
    "describe": _describe,
    "events": _events,
    "logs": _logs,
    "list": _list,
    "revisions": _revisions,
    "who_can": _who_can,
    "endpoints": _endpoints,
}


def _own(workload: Workload) -> str:
    if workload.namespace == NO_NAMESPACE:
        raise _Refused(
            f"{workload.kind} {workload.name} is in no namespace: describe it, its events, or what"
            " it refers to."
        )
    return workload.namespace


def _namespace(asked: str, workload: Workload) -> str:
    if not asked or asked == workload.namespace:
        return _own(workload)
    if not LABEL.fullmatch(asked):
        raise _Refused("That is no name of a namespace.")
    return asked


def _name(asked: str) -> str:
    if not NAME.fullmatch(asked):
        raise _Refused(f"{seen(asked)[:60]!r} is no name of an object.")
    return asked
