"""Webhooks beside the one that refused: which of them will refuse next, since their Service is not
there (L12). The API server tells of one at a time."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from kure.domain import manifests
from kure.domain.diagnosis.creation.failed_create import refused_by_webhook
from kure.domain.diagnosis.creation.webhooks import CONFIGURATIONS
from kure.domain.diagnosis.dependencies.policies import matches
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.model import Cause, EvidenceLine
from kure.domain.diagnosis.nearby import Want
from kure.domain.diagnosis.telling import certain
from kure.domain.failures.objects.template import template_labels
from kure.domain.manifests import Manifest

NAMESPACE_NAME = "kubernetes.io/metadata.name"


@dataclass(frozen=True)
class _Hook:
    """One webhook that new pods have to be shown to. `place` is where it stands."""

    configuration: Manifest
    place: str
    name: str
    service: str
    namespace: str

    @property
    def want(self) -> Want:
        return Want("Service", self.namespace, f"metadata.name={self.service}")


def wants_services(case: Case) -> Iterator[Want]:
    yield from (hook.want for hook in _others(case))


def dead_webhooks(case: Case) -> Iterator[Cause]:
    for hook in _others(case):
        if case.facts.nearby.lacks(hook.want, hook.service):
            yield _cause(case, hook)


def _others(case: Case) -> Iterator[_Hook]:
    """But for the one that is told of already; none where no webhook refused."""
    told = refused_by_webhook(case)
    for kind in CONFIGURATIONS if told else ():
        for found in case.facts.nearby.read(Want(kind)) or ():
            for index, hook in enumerate(manifests.mappings(found.get("webhooks"))):
                client = manifests.mapping(hook.get("clientConfig"))
                service = manifests.mapping(client.get("service"))
                name = manifests.text(hook.get("name"))
                if service.get("name") and name != told and _is_asked(case, hook):
                    yield _Hook(
                        {"kind": kind} | found,
                        f"webhooks[{index}].clientConfig.service",
                        name,
                        manifests.text(service.get("name")),
                        manifests.text(service.get("namespace")),
                    )


def _is_asked(case: Case, hook: Manifest) -> bool:
    """Of new pods of this workload, and nothing goes on without its answer."""
    if hook.get("failurePolicy") == "Ignore" or not any(map(_of_pods, _rules(hook))):
        return False
    space = {NAMESPACE_NAME: case.namespace}
    labels = template_labels(case.facts.owner or case.pod)
    return matches(hook.get("namespaceSelector"), space) and matches(
        hook.get("objectSelector"), labels
    )


def _rules(hook: Manifest) -> list[Manifest]:
    return manifests.mappings(hook.get("rules"))


def _of_pods(rule: Manifest) -> bool:
    def has(field: str, *values: str) -> bool:
        listed = rule.get(field)
        return isinstance(listed, list) and any(value in listed for value in values)

    return has("resources", "pods", "*", "*/*") and has("operations", "CREATE", "*")


def _cause(case: Case, hook: _Hook) -> Cause:
    kind, name = manifests.text(hook.configuration.get("kind")), manifests.name(hook.configuration)
    where = f"{hook.namespace}/{hook.service}"
    return certain(
        case,
        "L12",
        f'Webhook "{hook.name}" leads to Service {where}, which does not exist',
        f'Not the reason now, but the next one: the {kind} "{name}" has every new pod shown to '
        f"Service {where} as well, and there is none of that name, so that it cannot be asked.",
        f"Install again what Service {where} belongs to, or delete the configuration if that was "
        "removed for good.",
        evidence=(EvidenceLine("object", f"{kind}/{name}", hook.place, where),),
        commands=(f"kubectl get {kind.lower()} {shlex.quote(name)} -o yaml",),
    )
