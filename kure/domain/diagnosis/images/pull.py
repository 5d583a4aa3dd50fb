"""Why an image cannot be pulled: group A of the rules."""

import re
from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.diagnosis.aid import aided
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.images.offers import AIDS, near_secret, wants_images, wants_secrets
from kure.domain.diagnosis.images.pull_rules import EXPIRED, MISSING_SECRET, PULL_RULES, UNKNOWN
from kure.domain.diagnosis.images.reference import DOCKER_HUB, parse_image
from kure.domain.diagnosis.messages import MessageRule, cause_from, first_match
from kure.domain.diagnosis.model import Cause, EvidenceLine
from kure.domain.diagnosis.nearby import Want

# The events that carry the runtime's own words. BackOff never does; "Error: ErrImagePull" neither.
TELLING = ("Failed", "InspectFailed", "ErrImageNeverPull", "FailedPull")
EMPTY = re.compile(
    r'(?:(?:ErrImagePull|ImagePullBackOff): ?)?(?:Back-off pulling image "[^"]*"|Error: \w+)?',
    re.IGNORECASE,
)
UNRETRIEVED = re.compile(r"image pull secrets \(([^)]*)\)", re.IGNORECASE)

# Where a secret that is not there explains the answer of the registry.
FOR_WANT_OF_CREDENTIALS = ("A02", "A03", "A08")


def image_pull(case: Case) -> Iterator[Cause]:
    """One cause from the newest telling message, and one for pull secrets that are missing."""
    values = _values(case)
    row, found, evidence = _row(case)
    values |= {name: text for name, text in found.items() if text}
    spec = case.from_pod(f"{case.spec_path}.image", values["image"])
    cause = cause_from(row, case, values, (*evidence, spec))
    if row.rule in AIDS:
        cause = aided(cause, case, AIDS[row.rule](case, values))
    missing = list(_missing_secrets(case, values))
    first = row.rule in FOR_WANT_OF_CREDENTIALS or row is UNKNOWN
    yield from (*missing, cause) if first else (cause, *missing)


def wants_pull(case: Case) -> Iterator[Want]:
    """What is near to the image, and to the pull secrets that are missing."""
    row, _, _ = _row(case)
    yield from wants_images(case, row.rule)
    if any(case.events("FailedToRetrieveImagePullSecret")):
        yield from wants_secrets(case)


def _row(case: Case) -> tuple[MessageRule, dict[str, str], tuple[EvidenceLine, ...]]:
    """The row that knows one of the messages; else what is left to say."""
    unknown: tuple[EvidenceLine, str] | None = None
    for line, message in _messages(case):
        match = first_match(PULL_RULES, message)
        if match:
            return *match, (line,)
        unknown = unknown or (line, message)
    if unknown:
        return UNKNOWN, {"message": case.quote(unknown[1], 600)}, (unknown[0],)
    return EXPIRED, {}, tuple(case.from_event(event) for event in _newest_back_off(case))


def _messages(case: Case) -> Iterator[tuple[EvidenceLine, str]]:
    """What Kubernetes says of the pull: the state first, since it is of now, then events."""
    if case.container:
        waiting = case.container.state("waiting")
        told = f"{manifests.text(waiting.get('reason'))}: {manifests.text(waiting.get('message'))}"
        if not EMPTY.fullmatch(told):
            yield case.from_pod(f"{case.container.path}.state.waiting", told), told
    for event in case.events(*TELLING):
        text = manifests.text(event.get("message"))
        if not EMPTY.fullmatch(text):
            yield case.from_event(event), text


def _newest_back_off(case: Case) -> Iterator[manifests.Manifest]:
    for event in case.events("BackOff"):
        yield event
        return


def _values(case: Case) -> dict[str, str]:
    container = case.container.spec if case.container else {}
    name = manifests.text(container.get("image")) or "(unknown)"
    image = parse_image(name)
    return {
        "container": case.container_label,
        "image": name,
        "repository": image.repository,
        "version": image.version,
        "host": image.host,
        "where": image.host,
        "answer": "it wants valid credentials",
        "namespace": manifests.namespace(case.pod),
        "node": manifests.node_name(case.pod) or "(unknown)",
        "platform": _platform(case.node),
        **_credentials(case, image.host),
    }


def _platform(node: manifests.Manifest | None) -> str:
    info = manifests.mapping(manifests.status(node or {}).get("nodeInfo"))
    parts = (manifests.text(info.get(key)) for key in ("operatingSystem", "architecture"))
    return "/".join(part for part in parts if part) or "the node's platform"


def _login_server(host: str) -> str:
    """Docker Hub's credentials are kept under another name than its images."""
    return "https://index.docker.io/v1/" if host == DOCKER_HUB else host


def _pull_secrets(case: Case) -> list[str]:
    """Names only: Kure never reads a Secret. A ServiceAccount's are copied into the pod."""
    found = manifests.mappings(manifests.spec(case.pod).get("imagePullSecrets"))
    return [name for name in (manifests.text(secret.get("name")) for secret in found) if name]


def _credentials(case: Case, host: str) -> dict[str, str]:
    namespace = manifests.namespace(case.pod)
    names = ", ".join(f'"{name}"' for name in _pull_secrets(case))
    create = (
        f"`kubectl create secret docker-registry NAME -n {namespace} "
        f"--docker-server={_login_server(host)} --docker-username=… --docker-password=…`"
    )
    if names:
        has = f"The pod names the imagePullSecrets {names}."
        fix = (
            f"Check that the imagePullSecrets {names} in namespace {namespace} are of type "
            f"kubernetes.io/dockerconfigjson and hold valid credentials for {host}."
        )
    else:
        has = "The pod names no imagePullSecrets, so it asks as nobody."
        fix = (
            f"Make a Secret with {create} and name it in the pod template's imagePullSecrets, or "
            "in those of its ServiceAccount."
        )
    return {"credentials": has, "credentials_fix": fix, "create_secret": create}


def _missing_secrets(case: Case, values: dict[str, str]) -> Iterator[Cause]:
    for event in case.events("FailedToRetrieveImagePullSecret"):
        found = UNRETRIEVED.search(manifests.text(event.get("message")))
        listed = [name.strip() for name in (found.group(1) if found else "").split(",")]
        names = ", ".join(f'"{name}"' for name in listed if name)
        named = case.from_pod("spec.imagePullSecrets", ", ".join(_pull_secrets(case)))
        evidence = (case.from_event(event), named)
        told = values | {"secrets": names or "(unnamed)"}
        cause = cause_from(MISSING_SECRET, case, told, evidence)
        yield aided(cause, case, near_secret(case, listed))
        return
