"""Admission webhooks that say no, or that cannot be asked.

https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/
"""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from kure.domain import manifests
from kure.domain.diagnosis.creation.refusal import AGAIN, Refusal, Told
from kure.domain.diagnosis.fixes import Patch, patch_of, put
from kure.domain.diagnosis.model import Blamed, EvidenceLine
from kure.domain.diagnosis.nearby import Want
from kure.domain.failures.objects.template import template_labels
from kure.domain.manifests import Manifest

DENIED = (
    r"admission webhook \"(?P<hook>[^\"]{1,253})\" denied the request"
    r"(?:: (?P<why>[\s\S]{1,4000})| without explanation)"
)
_FAILED = r"failed calling webhook \"(?P<hook>[^\"]{1,253})\":? ?"
UNTRUSTED = (
    rf"{_FAILED}(?P<why>.{{0,3000}}?(?:x509:|tls:|TLS handshake|HTTP response to HTTPS client)"
    r".{0,1000})"
)
SLOW = (
    rf"{_FAILED}(?P<why>.{{0,3000}}?(?:context deadline exceeded|i/o timeout|Client\.Timeout"
    r"|request canceled).{0,1000})"
)
DOWN = rf"{_FAILED}(?P<why>.{{0,4000}})"

URL = re.compile(
    r"https://(?P<service>[a-z0-9-]{1,63})\.(?P<namespace>[a-z0-9-]{1,63})\.svc[:/]", re.IGNORECASE
)

CONFIGURATIONS = ("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration")
WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet")


def wants_configurations(_refusal: Refusal) -> Iterator[Want]:
    yield from map(Want, CONFIGURATIONS)


def wants_service(refusal: Refusal) -> Iterator[Want]:
    """Where the message tells which Service is asked, that and what may be behind it."""
    yield from wants_configurations(refusal)
    service = _service(refusal)
    if service:
        yield service.want
        yield from (Want(kind, service.namespace) for kind in WORKLOADS)


@dataclass(frozen=True)
class _Service:
    namespace: str
    name: str

    @property
    def want(self) -> Want:
        return Want("Service", self.namespace, f"metadata.name={self.name}")

    @property
    def shown(self) -> str:
        return f"Service {self.namespace}/{self.name}"


def _service(refusal: Refusal) -> _Service | None:
    found = URL.search(refusal.message)
    return found and _Service(found["namespace"], found["service"])


def _configuration(refusal: Refusal) -> tuple[Manifest, int] | None:
    """The configuration that names the webhook, and where in it."""
    for kind in CONFIGURATIONS:
        for found in refusal.case.facts.nearby.read(Want(kind)) or ():
            hooks = found.get("webhooks")
            for index, hook in enumerate(hooks if isinstance(hooks, list) else []):
                if manifests.mapping(hook).get("name") == refusal.found["hook"]:
                    return {"kind": kind} | found, index
    return None


def _configured(refusal: Refusal) -> tuple[str, tuple[EvidenceLine, ...], tuple[str, ...]]:
    """Words, evidence and a command for the configuration, where it is known."""
    found = _configuration(refusal)
    if found is None:
        return "", (), ()
    obj, index = found
    hook = manifests.mapping(obj["webhooks"][index])
    kind, name = manifests.text(obj.get("kind")), manifests.name(obj)
    policy = manifests.text(hook.get("failurePolicy")) or "Fail"
    line = EvidenceLine(
        "object",
        f"{kind}/{name}",
        f"webhooks[{index}]",
        f"{hook.get('name')}, failurePolicy {policy}",
    )
    return (
        f' The {kind} "{name}" has it asked (failurePolicy {policy}).',
        (line,),
        (f"kubectl get {kind.lower()} {shlex.quote(name)} -o yaml",),
    )


def denied(refusal: Refusal) -> Told:
    hook, why = refusal.found["hook"], " ".join(refusal.found["why"].split())
    words, evidence, commands = _configured(refusal)
    said = f"It says: {why.strip()}." if why else "It does not say why; its own log may."
    return Told(
        title=f'webhook "{hook}" denies it{": " + why if why else ""}',
        explanation=f'The admission webhook "{hook}" was asked whether the pod may be made, and '
        f"said no. {said}{words}",
        fix=f"Change the pod template so that it satisfies the policy behind it: "
        f"{refusal.case.quote(why, 600)}"
        if why
        else f'Read the log of the program that answers for webhook "{hook}".',
        evidence=evidence,
        commands=commands,
    )


def down(refusal: Refusal) -> Told:
    service, workload = _service(refusal), _workload(refusal)
    gone = bool(service and refusal.case.facts.nearby.lacks(service.want, service.name))
    words, evidence, commands = _configured(refusal)
    where = service.shown if service else "its URL"
    behind = _behind(service, workload, gone=gone)
    return Told(
        title=f'webhook "{refusal.found["hook"]}" cannot be asked ({where})',
        explanation=f"Every new pod is to be shown to {where} first, and nobody answers there: "
        f"{_why(refusal)}.{behind}{words}",
        fix=f"{_mend(service, workload, gone=gone)} In an emergency set the webhook to "
        f"failurePolicy Ignore: pods are then made unchecked.{AGAIN}",
        evidence=evidence,
        commands=(*_look(service), *commands),
        patch=_started(workload) or (_ignored(refusal) if gone else None),
        blames=_blamed(service, workload),
    )


def _why(refusal: Refusal) -> str:
    return refusal.case.quote(refusal.found["why"].strip(), 600)


def _behind(service: _Service | None, workload: Manifest | None, *, gone: bool) -> str:
    if service and gone:
        return f" {service.shown} does not exist."
    if workload is None:
        return ""
    which = f'{workload.get("kind")} "{manifests.name(workload)}"'
    return f" Behind it stands {which}, {_state(workload)}."


def _state(workload: Manifest) -> str:
    if manifests.spec(workload).get("replicas") == 0:
        return "which is scaled to zero"
    status = manifests.status(workload)
    ready = manifests.number(status.get("readyReplicas", status.get("numberReady"))) or 0
    return f"of whose pods {ready} are ready"


def _mend(service: _Service | None, workload: Manifest | None, *, gone: bool) -> str:
    if service and gone:
        return (
            f"Install again what {service.shown} belongs to, or delete the webhook's configuration "
            "if that was removed for good."
        )
    if workload is not None:
        return f'Get {workload.get("kind")} "{manifests.name(workload)}" ready again.'
    return f"Get the pods behind {service.shown if service else 'its address'} ready again."


def _look(service: _Service | None) -> tuple[str, ...]:
    if service is None:
        return ()
    space, name = shlex.quote(service.namespace), shlex.quote(service.name)
    slices = f"kubectl get endpointslices -n {space} -l kubernetes.io/service-name={name}"
    return f"kubectl get service {name} -n {space} -o wide", slices


def _workload(refusal: Refusal) -> Manifest | None:
    """The one workload whose pods the webhook's Service selects."""
    service = _service(refusal)
    near = refusal.case.facts.nearby
    obj = near.named(service.want, service.name) if service else None
    selector = manifests.mapping(manifests.spec(obj or {}).get("selector"))
    if service is None or not selector:
        return None
    found = [
        {"kind": kind} | workload
        for kind in WORKLOADS
        for workload in near.read(Want(kind, service.namespace)) or ()
        if selector.items() <= template_labels(workload).items()
    ]
    return found[0] if len(found) == 1 else None


def _blamed(service: _Service | None, workload: Manifest | None) -> Blamed | None:
    if service is None or workload is None or not manifests.name(workload):
        return None
    return Blamed(service.namespace, str(workload.get("kind")), manifests.name(workload))


def _started(workload: Manifest | None) -> Patch | None:
    """Of a workload that is scaled to zero: it is not told how many there were."""
    if workload is None or manifests.spec(workload).get("replicas") != 0:
        return None
    steps = put(workload, ("spec", "replicas"), 1)
    return patch_of(workload, *steps, note="Starts the program that answers for the webhook.")


def _ignored(refusal: Refusal) -> Patch | None:
    found = _configuration(refusal)
    if found is None:
        return None
    obj, index = found
    steps = put(obj, ("webhooks", index, "failurePolicy"), "Ignore")
    note = "Pods are then made without this check or change. Undo it when the webhook is back."
    return patch_of(obj, *steps, note=note)


def untrusted(refusal: Refusal) -> Told:
    service = _service(refusal)
    words, evidence, commands = _configured(refusal)
    return Told(
        title=f'the certificate of webhook "{refusal.found["hook"]}" is not accepted',
        explanation="Every new pod is to be shown to "
        f"{service.shown if service else 'the webhook'} first, and no secure "
        f"connection to it comes about: {_why(refusal)}.{words}",
        fix="Renew the certificate that the webhook serves, for the name of its Service, and set "
        "caBundle in its configuration to the authority that signed it; cert-manager's CA injector "
        f"or the program's own installer does that, where one is used.{AGAIN}",
        evidence=evidence,
        commands=(*commands, *_look(service)),
    )


def slow(refusal: Refusal) -> Told:
    service, workload = _service(refusal), _workload(refusal)
    words, evidence, commands = _configured(refusal)
    where = service.shown if service else "the webhook"
    unready = workload is not None and "0 are ready" in _state(workload)
    return Told(
        title=f'webhook "{refusal.found["hook"]}" does not answer in time ({where})',
        explanation=f"Every new pod is to be shown to {where} first, and no answer came in time: "
        f"{_why(refusal)}.{_behind(service, workload, gone=False)}{words}",
        fix=f"See whether the pods behind {where} are overloaded, and whether the control plane "
        "reaches them: a NetworkPolicy or a firewall between API server and nodes that drops "
        f"packets looks so.{AGAIN}",
        evidence=evidence,
        commands=(*_look(service), *commands),
        blames=_blamed(service, workload) if unready else None,
    )
