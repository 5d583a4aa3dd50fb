"""Which annotations of the original a mirror keeps, and what its labels did beside selecting.

People write annotations to change how a pod is run (AppArmor, an injected sidecar or agent, its
bandwidth): with them the mirror runs as the original does, and without an AppArmor profile it would
be less confined. Left out is what describes one pod, holds an address of its own, or makes others
come to it: it must not be scraped, backed up or published in DNS.
"""

from collections.abc import Iterable, Iterator

from kure.domain import manifests
from kure.domain.manifests import Manifest
from kure.domain.mirrors.surroundings import Labels

KURE = "kure.dev/"

# By the beginning of the key, and why.
LEFT_OUT = (
    (KURE, "it is Kure's own"),
    ("kubectl.kubernetes.io/", "it is about the original"),
    # Marks a static pod's likeness, which only a node may make.
    ("kubernetes.io/config.", "it is about the original"),
    ("kubernetes.io/limit-ranger", "it is about the original"),
    ("openshift.io/", "it is about the original"),
    ("batch.kubernetes.io/", "it is about the original"),
    ("controller.kubernetes.io/", "it is about the original"),
    ("control-plane.alpha.kubernetes.io/", "it is about the original"),
    ("cluster-autoscaler.kubernetes.io/", "it is about the original"),
    ("cni.projectcalico.org/", "it may hold the original's address"),
    ("k8s.v1.cni.cncf.io/", "it may hold the original's address"),
    ("k8s.ovn.org/", "it may hold the original's address"),
    ("ovn.kubernetes.io/", "it may hold the original's address"),
    ("prometheus.io/", "the mirror is not to be scraped"),
    ("ad.datadoghq.com/", "the mirror is not to be scraped"),
    ("co.elastic.", "the mirror is not to be scraped"),
    ("external-dns.alpha.kubernetes.io/", "the mirror is not to be published in DNS"),
    ("backup.velero.io/", "the mirror is not to be backed up"),
    ("pre.hook.backup.velero.io/", "the mirror is not to be backed up"),
    ("post.hook.backup.velero.io/", "the mirror is not to be backed up"),
)

# They add containers, volumes or variables, when a pod is made: by annotation or by label.
INJECTORS = (
    "sidecar.istio.io/inject",
    "linkerd.io/inject",
    "vault.hashicorp.com/agent-inject",
    "consul.hashicorp.com/connect-inject",
    "instrumentation.opentelemetry.io/",
    "sidecar.opentelemetry.io/inject",
    "dapr.io/enabled",
    "azure.workload.identity/use",
    "admission.datadoghq.com/enabled",
    "kuma.io/sidecar-injection",
)


def kept(annotations: object) -> tuple[dict[str, str], list[str]]:
    """The annotations that stay, and what to say of each that does not."""
    stay: dict[str, str] = {}
    left_out = []
    for key, value in manifests.mapping(annotations).items():
        why = next((why for prefix, why in LEFT_OUT if str(key).startswith(prefix)), "")
        if why:
            left_out.append(f"annotation {key}: {why}")
        elif isinstance(key, str) and isinstance(value, str):
            stay[key] = value
    return stay, left_out


def injected(annotations: Iterable[str], own: Labels) -> Iterator[str]:
    """What a webhook may add to the mirror, and what it does not since the label is gone."""
    for key in sorted(annotations):
        if key.startswith(INJECTORS):
            yield f"annotation {key} stays: what it stands for may add containers to the mirror"
    for key in sorted(own):
        if key.startswith(INJECTORS):
            yield f"label {key} is gone: what it stands for adds nothing to the mirror"


def reads_own(spec: Manifest, stay: Iterable[str]) -> Iterator[str]:
    """Variables and files that hold a label or an annotation of the pod, which the mirror lacks."""
    there = set(stay)
    for container in _containers(spec):
        for variable in manifests.mappings(container.get("env")):
            source = manifests.mapping(variable.get("valueFrom"))
            path = manifests.text(manifests.mapping(source.get("fieldRef")).get("fieldPath"))
            if _is_gone(path, there):
                yield f"variable {variable.get('name')} of {container.get('name')} is empty: {path}"
    for volume in manifests.mappings(spec.get("volumes")):
        for item in _downward(volume):
            path = manifests.text(manifests.mapping(item.get("fieldRef")).get("fieldPath"))
            if _is_gone(path, there):
                yield f"file {item.get('path')} of volume {volume.get('name')} lacks {path}"


def _containers(spec: Manifest) -> Iterator[Manifest]:
    for key in ("initContainers", "containers"):
        yield from manifests.mappings(spec.get(key))


def _downward(volume: Manifest) -> Iterator[Manifest]:
    yield from manifests.mappings(manifests.mapping(volume.get("downwardAPI")).get("items"))
    sources = manifests.mapping(volume.get("projected")).get("sources")
    for source in manifests.mappings(sources):
        yield from manifests.mappings(manifests.mapping(source.get("downwardAPI")).get("items"))


def _is_gone(path: str, there: set[str]) -> bool:
    if path.startswith("metadata.annotations['"):
        return path.removeprefix("metadata.annotations['").removesuffix("']") not in there
    return path.startswith("metadata.labels") or path == "metadata.annotations"
