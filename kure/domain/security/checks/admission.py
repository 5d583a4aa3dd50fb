"""Webhooks and policies that decide what may be written, and extensions of the API."""

from collections.abc import Iterable, Iterator

from kure.domain import manifests
from kure.domain.diagnosis.dependencies.policies import matches
from kure.domain.diagnosis.dependencies.rights import texts
from kure.domain.manifests import Manifest
from kure.domain.security.kinds import LIVE, WEBHOOKS
from kure.domain.security.model import Severity, Violation, cis
from kure.domain.security.registry import check
from kure.domain.security.snapshot import Snapshot
from kure.domain.security.subject import Subject

# Words in the Services and names of engines that people rely on for their security.
ENGINES = (
    "kyverno gatekeeper policy-controller sigstore ratify connaisseur kubewarden falco opa"
    " jspolicy polaris neuvector stackrox aqua kubearmor"
).split()
GUARDED = {
    "": ("pods", "pods/ephemeralcontainers", "serviceaccounts", "namespaces"),
    "apps": ("deployments", "daemonsets", "statefulsets", "replicasets"),
    "batch": ("jobs", "cronjobs"),
    "rbac.authorization.k8s.io": (
        "roles",
        "rolebindings",
        "clusterroles",
        "clusterrolebindings",
    ),
}
SYSTEM = "kube-system"
LONGEST_SECONDS = 10


def _webhooks(subject: Subject) -> Iterator[tuple[str, Manifest]]:
    for webhook in manifests.mappings(subject.obj.get("webhooks")):
        yield f"webhooks[{manifests.text(webhook.get('name'))}]", webhook


def _covers(webhook: Manifest, wanted: dict[str, tuple[str, ...]]) -> bool:
    """Whether one of its rules speaks of one of the resources."""
    for rule in manifests.mappings(webhook.get("rules")):
        groups, resources = set(texts(rule, "apiGroups")), set(texts(rule, "resources"))
        for group, names in wanted.items():
            asked = {*names, "*", "*/*", *(f"{name}/*" for name in names)}
            if groups & {group, "*"} and resources & asked:
                return True
    return False


def _service(webhook: Manifest) -> Manifest:
    return manifests.mapping(manifests.mapping(webhook.get("clientConfig")).get("service"))


def _is_engine(subject: Subject, webhook: Manifest) -> bool:
    service = _service(webhook)
    words = (subject.name, webhook.get("name"), service.get("name"), service.get("namespace"))
    told = " ".join(manifests.text(each) for each in words).lower()
    return any(engine in told for engine in ENGINES)


@check(
    "KURE-ADM-001",
    "Security webhook fails open",
    Severity.MEDIUM,
    WEBHOOKS,
    fix="Set `failurePolicy: Fail`, and leave kube-system and the webhook's own namespace out.",
)
def fails_open(subject: Subject) -> Iterator[Violation]:
    """Whoever makes it slow, or waits until it restarts, gets past it."""
    for path, webhook in _webhooks(subject):
        if webhook.get("failurePolicy") != "Ignore":
            continue
        if _is_engine(subject, webhook) and _covers(webhook, GUARDED):
            told = "It guards pods or rights, and lets everything in while it does not answer"
            yield Violation(f"{path}.failurePolicy", told, value="Ignore")
        elif subject.kind == "MutatingWebhookConfiguration" and _covers(webhook, {"": ("pods",)}):
            told = "While it does not answer pods start without what it puts into them"
            yield Violation(f"{path}.failurePolicy", told, value="Ignore", severity=Severity.LOW)


@check(
    "KURE-ADM-002",
    "Webhook can brick the cluster",
    Severity.HIGH,
    WEBHOOKS,
    fix="Leave kube-system and its own namespace out by a `namespaceSelector`, and keep"
    f" `timeoutSeconds` at {LONGEST_SECONDS} or less.",
)
def bricks(subject: Subject) -> Iterator[Violation]:
    """While it does not answer no pod can be made, its own neither: the cluster cannot heal."""
    for path, webhook in _webhooks(subject):
        fails = webhook.get("failurePolicy") in (None, "Fail")
        if fails and _covers(webhook, {"": ("pods",)}) and _creates(webhook):
            own = manifests.text(_service(webhook).get("namespace"))
            if not _leaves_out(webhook, SYSTEM) or (own and not _leaves_out(webhook, own)):
                seconds = manifests.number(webhook.get("timeoutSeconds"))
                slow = f", and waits {seconds} s" if (seconds or 0) > LONGEST_SECONDS else ""
                yield Violation(
                    f"{path}.namespaceSelector",
                    f"No pod is made while it does not answer{slow}, its own neither",
                )


def _creates(webhook: Manifest) -> bool:
    return any(
        {"CREATE", "*"} & set(texts(rule, "operations"))
        for rule in manifests.mappings(webhook.get("rules"))
    )


def _leaves_out(webhook: Manifest, namespace: str) -> bool:
    """Whether its selectors or conditions leave a namespace out, as far as its name tells. A
    selector by other labels may, which nobody can tell from here."""
    if webhook.get("matchConditions") or _selects_some(webhook.get("objectSelector")):
        return True
    selector = manifests.mapping(webhook.get("namespaceSelector"))
    if not _selects_some(selector):
        return False
    keys = {manifests.text(each.get("key")) for each in _expressions(selector)}
    keys |= manifests.mapping(selector.get("matchLabels")).keys()
    if keys <= {"kubernetes.io/metadata.name", "name"}:
        labels = {"kubernetes.io/metadata.name": namespace, "name": namespace}
        return not matches(selector, labels)
    return True


def _expressions(selector: Manifest) -> list[Manifest]:
    return manifests.mappings(selector.get("matchExpressions"))


def _selects_some(selector: object) -> bool:
    found = manifests.mapping(selector)
    return bool(found.get("matchLabels") or found.get("matchExpressions"))


@check(
    "KURE-ADM-003",
    "Webhook backend missing",
    Severity.HIGH,
    WEBHOOKS | {"APIService", "CustomResourceDefinition"},
    fix="Delete the configuration, or bring its Service back.",
    needs=(LIVE, "Service"),
    uses=("EndpointSlice",),
)
def no_backend(subject: Subject) -> Iterator[Violation]:
    """What it is asked for fails, or nobody is asked; and whoever makes that Service is asked
    instead."""
    for path, service in _backends(subject):
        name, where = manifests.text(service.get("name")), manifests.text(service.get("namespace"))
        if name and (why := _gone(subject.around, where, name)):
            yield Violation(f"{path}.service", f"Service {where}/{name} {why}", value=name)


def _backends(subject: Subject) -> Iterator[tuple[str, Manifest]]:
    for path, webhook in _webhooks(subject):
        yield f"{path}.clientConfig", _service(webhook)
    if subject.kind == "APIService":
        yield "spec", manifests.mapping(subject.spec.get("service"))
    conversion = manifests.mapping(subject.spec.get("conversion"))
    if subject.kind == "CustomResourceDefinition" and conversion.get("strategy") == "Webhook":
        webhook = manifests.mapping(conversion.get("webhook"))
        yield "spec.conversion.webhook.clientConfig", _service(webhook)


def _gone(around: Snapshot, namespace: str, name: str) -> str:
    if around.named("Service", namespace, name) is None:
        return "does not exist"
    if around.has("EndpointSlice") and not _is_ready(
        around.within("EndpointSlice", namespace), name
    ):
        return "has nobody ready behind it"
    return ""


def _is_ready(slices: Iterable[Manifest], service: str) -> bool:
    return any(
        manifests.mapping(endpoint.get("conditions")).get("ready") is not False
        for each in slices
        if manifests.labels(each).get("kubernetes.io/service-name") == service
        for endpoint in manifests.mappings(each.get("endpoints"))
    )


@check(
    "KURE-ADM-004",
    "External or unauthenticated backend",
    Severity.MEDIUM,
    WEBHOOKS | {"APIService"},
    fix="Let a Service of the cluster answer, and name its `caBundle`.",
)
def outside(subject: Subject) -> Iterator[Violation]:
    """Whoever answers there, or stands in between, decides on writes or answers for the API."""
    for path, webhook in _webhooks(subject):
        url = manifests.text(manifests.mapping(webhook.get("clientConfig")).get("url"))
        host = url.partition("://")[2].partition("/")[0].rpartition("@")[2].partition(":")[0]
        if url and not host.endswith((".svc", ".svc.cluster.local")) and host != "localhost":
            yield Violation(f"{path}.clientConfig.url", f"It asks {host}", value=host)
    if subject.kind == "APIService" and subject.spec.get("insecureSkipTLSVerify") is True:
        told = "Nobody checks who answers for this API"
        yield Violation("spec.insecureSkipTLSVerify", told, value=True)


@check(
    "KURE-ADM-005",
    "Policy that does not deny",
    Severity.LOW,
    ("ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"),
    fix="Bind the policy with `validationActions: [Deny]`, and let it fail closed.",
    frameworks=cis("5.2.1"),
    uses=("ValidatingAdmissionPolicyBinding",),
)
def no_denial(subject: Subject) -> Iterator[Violation]:
    """It looks like a guard, and everything passes."""
    if subject.kind == "ValidatingAdmissionPolicyBinding":
        actions = texts(subject.spec, "validationActions")
        if "Deny" not in actions:
            told = f"It does not deny: {', '.join(actions) or 'it has no action'}"
            yield Violation("spec.validationActions", told, value=", ".join(actions))
        return
    if subject.spec.get("failurePolicy") == "Ignore":
        told = "Where its expressions fail everything passes"
        yield Violation("spec.failurePolicy", told, value="Ignore")
    around = subject.around
    kind = "ValidatingAdmissionPolicyBinding"
    if around.has(kind) and not any(
        manifests.spec(each).get("policyName") == subject.name for each in around.all(kind)
    ):
        yield Violation("metadata.name", "No binding puts it into force")
