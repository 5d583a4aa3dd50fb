"""What a StatefulSet makes of a pod that is not ready: asked whatever fails in the pod."""

import json
import re
import shlex
from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.diagnosis.controllers.rollout import count, in_namespace
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.model import Cause, Confidence, EvidenceLine
from kure.domain.diagnosis.nearby import Want, did_you_mean
from kure.domain.failures.objects.template import wanted_replicas
from kure.domain.manifests import Manifest

REVISION = "controller-revision-hash"
UNRESOLVED = re.compile(
    r"no such host|not known|could not be resolved|could not resolve|cannot resolve|NXDOMAIN"
    r"|can't resolve|ENOTFOUND|EAI_AGAIN|UnknownHost|resolution|bad address",
    re.IGNORECASE,
)

# Of a log's line no more is looked at.
MOST_LINE = 2000


def wants_governing_service(case: Case) -> Iterator[Want]:
    if _unresolved(case) is not None:
        yield case.want("Service")


def governing_service(case: Case) -> Iterator[Cause]:
    """K05. A StatefulSet runs without its Service; only where its pods look for one another by
    names of it, that is why they fail."""
    line = _unresolved(case)
    owner = _stateful_set(case)
    service = manifests.text(manifests.spec(owner).get("serviceName"))
    if line is None or not case.facts.nearby.lacks(case.want("Service"), service):
        return
    near = case.facts.nearby.nearest(case.want("Service"), service)
    name = manifests.name(owner)
    yield Cause(
        rule="K05",
        failure_class=case.failure.failure_class,
        container=case.failure.container,
        title=case.quote(f'Service "{service}" of StatefulSet "{name}" does not exist', 200),
        explanation=f'The names of its pods ("{case.name}.{service}") are given by the headless '
        f"Service that spec.serviceName names, and namespace {case.namespace} has none of that "
        f"name.{did_you_mean('Service', near)}",
        confidence=Confidence.DEFINITIVE,
        evidence=(
            line,
            EvidenceLine("owner", f"StatefulSet/{name}", "spec.serviceName", service),
        ),
        fix=f'Create the headless Service "{service}" (clusterIP: None) with the labels of the '
        "pods as its selector. serviceName of a StatefulSet cannot be changed.",
        commands=_make(case, owner, service),
    )


def ordinal(case: Case) -> Iterator[Cause]:
    """K06. With OrderedReady, the default, one pod that is not ready holds up all others, and keeps
    even what would mend it from being rolled out."""
    owner = _stateful_set(case)
    if not owner or manifests.condition(case.pod, "Ready").get("status") == "True":
        return
    if manifests.spec(owner).get("podManagementPolicy", "OrderedReady") != "OrderedReady":
        return
    if _is_left_behind(case.pod, owner):
        yield _left_behind(case, owner)
    elif count(owner, "replicas") < wanted_replicas(owner):
        yield _held_up(case, owner)


def _stateful_set(case: Case) -> Manifest:
    owner = case.facts.owner or {}
    return owner if case.is_pod and owner.get("kind") == "StatefulSet" else {}


def _is_left_behind(pod: Manifest, owner: Manifest) -> bool:
    """https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback"""
    strategy = manifests.mapping(manifests.spec(owner).get("updateStrategy"))
    rolling = manifests.mapping(strategy.get("rollingUpdate"))
    partition = manifests.number(rolling.get("partition")) or 0
    number = _ordinal(manifests.name(pod))
    kept_back = number is None or number < partition or strategy.get("type") == "OnDelete"
    own = manifests.labels(pod).get(REVISION)
    newest = manifests.text(manifests.status(owner).get("updateRevision"))
    return bool(own and newest) and own != newest and not kept_back


def _ordinal(name: str) -> int | None:
    number = name.rpartition("-")[2]
    return int(number) if number.isascii() and number.isdigit() and len(number) < 7 else None


def _left_behind(case: Case, owner: Manifest) -> Cause:
    name, where = manifests.name(owner), in_namespace(case.namespace)
    own = manifests.labels(case.pod).get(REVISION, "")
    newest = manifests.text(manifests.status(owner).get("updateRevision"))
    return Cause(
        rule="K06",
        failure_class=case.failure.failure_class,
        container="",
        title=case.quote(
            f'Pod "{case.name}" keeps an old version of StatefulSet "{name}" until it is deleted',
            200,
        ),
        explanation=f'Its revision is "{own}" and the newest "{newest}". With podManagementPolicy '
        "OrderedReady the controller waits for it to become ready before it replaces it, so that "
        "a template that mends it never reaches it.",
        confidence=Confidence.LIKELY,
        evidence=(
            case.from_pod(f"metadata.labels[{REVISION}]", own),
            EvidenceLine("owner", f"StatefulSet/{name}", "status.updateRevision", newest),
        ),
        fix="If the template is right by now, delete the pod: it is made anew from it.",
        commands=(f"kubectl delete pod {shlex.quote(case.name)}{where}",),
    )


def _held_up(case: Case, owner: Manifest) -> Cause:
    name = manifests.name(owner)
    made, wanted = count(owner, "replicas"), wanted_replicas(owner)
    return Cause(
        rule="K06",
        failure_class=case.failure.failure_class,
        container="",
        title=case.quote(
            f'StatefulSet "{name}" makes no more pods before "{case.name}" is ready', 200
        ),
        explanation=f"{made} of {wanted} pods have been made. With podManagementPolicy "
        f"OrderedReady each waits for the one before it: what fails in {case.name} is told apart.",
        confidence=Confidence.DEFINITIVE,
        evidence=(
            EvidenceLine("owner", f"StatefulSet/{name}", "status.replicas", f"{made} of {wanted}"),
        ),
        fix=f"Mend {case.name} first. If the order does not matter, podManagementPolicy Parallel "
        "makes all at once; it can only be set when the StatefulSet is made anew.",
    )


def _unresolved(case: Case) -> EvidenceLine | None:
    """The line of a log that says that a name of its Service could not be resolved."""
    service = manifests.text(manifests.spec(_stateful_set(case)).get("serviceName"))
    if not service:
        return None
    part = f".{service}"
    for log in case.about.logs:
        for number, line in enumerate((log.text or "").split("\n"), 1):
            if part in line and UNRESOLVED.search(line[:MOST_LINE]):
                subject = f"{case.subject}/{log.container}/{log.stream}"
                return EvidenceLine("log", subject, str(number), case.quote(log.line(number)))
    return None


def _make(case: Case, owner: Manifest, service: str) -> tuple[str, ...]:
    """The Service as a line that can be pasted, with the ports that the pods declare."""
    template = manifests.mapping(manifests.spec(owner).get("template"))
    labels = manifests.mapping(manifests.spec(owner).get("selector")).get("matchLabels")
    ports = {
        number: {"name": f"port-{number}", "port": number}
        for container in manifests.mappings(manifests.spec(template).get("containers"))
        for port in manifests.mappings(container.get("ports"))
        if (number := manifests.number(port.get("containerPort")))
    }
    if not isinstance(labels, dict) or not labels:
        return ()
    spec = {
        "clusterIP": "None",
        "publishNotReadyAddresses": True,
        "selector": labels,
        "ports": list(ports.values()),
    }
    made = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": service}, "spec": spec}
    text = shlex.quote(json.dumps(made))
    return (f"printf %s {text} | kubectl apply{in_namespace(case.namespace)} -f -",)
