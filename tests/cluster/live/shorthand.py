"""Live cases as they are written in tests/cases/live, spelled out to what the API server takes.

`{a}`, `{b}`… in a case are replaced by random words, so that no name tells what is wrong, `{A}`,
`{B}`… by the same words in capitals; `{ns}` is the case's own namespace, `{seconds}` a number from
5 to 25. A manifest is Kubernetes' own but for what would be the same in each: `name`, `labels`,
`annotations` stand at its top, `pod` is the spec of the pods it makes, and a container needs no
more than what is special about it (`run` is a shell command). `certificate_for` names a host, for
which `{certificate}`, `{key}` and `{authority}` are made.

What a diagnosis must say of a failing case stands under `says`, and under `fixable` whether a patch
could mend it, computed from what the cluster shows. Of a case of mirrors.yaml `tries` are the
mirrors to ask for: how the pod is changed (a JSON patch), and which verdict is right.
tests/accuracy marks them all.
"""

import random
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from string import ascii_lowercase
from typing import Any

import yaml

from kure.domain.manifests import Manifest
from tests.cluster.live.certificates import certificate_for

CASES = Path(__file__).parents[2] / "cases" / "live"

CORE, APPS, BATCH = "v1", "apps/v1", "batch/v1"
NETWORKING, STORAGE = "networking.k8s.io/v1", "storage.k8s.io/v1"
ADMISSION = "admissionregistration.k8s.io/v1"

# kind: its group and version, and its name in paths.
NAMESPACED = {
    "ConfigMap": (CORE, "configmaps"),
    "Secret": (CORE, "secrets"),
    "ServiceAccount": (CORE, "serviceaccounts"),
    "Service": (CORE, "services"),
    "Pod": (CORE, "pods"),
    "PersistentVolumeClaim": (CORE, "persistentvolumeclaims"),
    "ResourceQuota": (CORE, "resourcequotas"),
    "LimitRange": (CORE, "limitranges"),
    "Deployment": (APPS, "deployments"),
    "ReplicaSet": (APPS, "replicasets"),
    "StatefulSet": (APPS, "statefulsets"),
    "DaemonSet": (APPS, "daemonsets"),
    "Job": (BATCH, "jobs"),
    "CronJob": (BATCH, "cronjobs"),
    "Ingress": (NETWORKING, "ingresses"),
    "NetworkPolicy": (NETWORKING, "networkpolicies"),
    "HorizontalPodAutoscaler": ("autoscaling/v2", "horizontalpodautoscalers"),
    "PodDisruptionBudget": ("policy/v1", "poddisruptionbudgets"),
    "Gateway": ("gateway.networking.k8s.io/v1", "gateways"),
    "HTTPRoute": ("gateway.networking.k8s.io/v1", "httproutes"),
}
CLUSTER_WIDE = {
    "Namespace": (CORE, "namespaces"),
    "Node": (CORE, "nodes"),
    "PersistentVolume": (CORE, "persistentvolumes"),
    "StorageClass": (STORAGE, "storageclasses"),
    "IngressClass": (NETWORKING, "ingressclasses"),
    "RuntimeClass": ("node.k8s.io/v1", "runtimeclasses"),
    "PriorityClass": ("scheduling.k8s.io/v1", "priorityclasses"),
    "ValidatingAdmissionPolicy": (ADMISSION, "validatingadmissionpolicies"),
    "ValidatingAdmissionPolicyBinding": (ADMISSION, "validatingadmissionpolicybindings"),
    "ValidatingWebhookConfiguration": (ADMISSION, "validatingwebhookconfigurations"),
}

# Names are drawn as syllables of these, so many.
CONSONANTS, VOWELS, SYLLABLES = "bdfgklmnprstvz", "aeiou", 5

# Kinds whose selector must repeat the labels of their pods.
SELECTING = ("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet")


@dataclass(frozen=True)
class Case:
    """One live case, its names drawn. `data` is what stands in the file, placeholders replaced."""

    family: str
    name: str
    namespace: str
    data: dict[str, Any]

    @property
    def id(self) -> str:
        return f"{self.family}: {self.name}"

    @property
    def cluster_wide(self) -> set[str]:
        """The names of what it makes outside its namespace."""
        return {m["metadata"]["name"] for m in self.manifests if m["kind"] in CLUSTER_WIDE}

    @property
    def manifests(self) -> list[Manifest]:
        return [spelled_out(short, self.namespace) for short in self.data.get("manifests", [])]


def cases_of(*files: Path) -> list[Case]:
    """All cases of the files, each with names of its own."""
    return [
        drawn(file.stem.replace("_", " "), data)
        for file in files
        for data in yaml.load(file.read_text(), yaml.CSafeLoader)
    ]


def spelled_out(short: Manifest, namespace: str) -> Manifest:
    """The whole manifest."""
    obj = deepcopy(short)
    kind = obj["kind"]
    names = {key: obj.pop(key) for key in _META if key in obj}
    metadata = names | obj.pop("metadata", {})
    if kind in NAMESPACED:
        metadata["namespace"] = namespace
    pod = obj.pop("pod", None)
    if pod is not None:
        _put_pod(obj, kind, metadata.get("name", ""), pod_spec(pod, kind))
    version, _ = (NAMESPACED | CLUSTER_WIDE)[kind]
    return {"apiVersion": version, **obj, "metadata": metadata}


def path_of(kind: str, namespace: str, name: str = "") -> str:
    """Where objects of that kind are, or one of them."""
    version, plural = (NAMESPACED | CLUSTER_WIDE)[kind]
    root = "/api" if version == CORE else "/apis"
    within = f"/namespaces/{namespace}" if kind in NAMESPACED else ""
    return f"{root}/{version}{within}/{plural}" + (f"/{name}" if name else "")


def pod_spec(short: Manifest, kind: str = "Pod") -> Manifest:
    """A pod's spec: what is not said of its containers is that they sleep, named a, b… and the init
    containers z, y…; volumes that no container mounts are the first one's."""
    never = {"restartPolicy": "Never"} if kind in ("Job", "CronJob") else {}
    # Nodes that other cases make by hand run nothing.
    real = {"nodeSelector": {"kubernetes.io/os": "linux"}} if kind == "DaemonSet" else {}
    spec = {
        "terminationGracePeriodSeconds": 1,
        "automountServiceAccountToken": False,
        **never,
        **real,
        **short,
    }
    inits, mains = spec.pop("initContainers", []), spec.pop("containers", [{}])
    mounted = any("volumeMounts" in each for each in (*inits, *mains))
    if "volumes" in spec and not mounted:
        # The kubelet looks only at volumes that a container mounts.
        names = [volume["name"] for volume in spec["volumes"]]
        mounts = [{"name": name, "mountPath": f"/mnt/{name}"} for name in names]
        mains = [{"volumeMounts": mounts} | mains[0], *mains[1:]]
    spec["containers"] = [_container(each, n) for n, each in enumerate(mains)]
    if inits:
        spec["initContainers"] = [_container(each, -1 - n) for n, each in enumerate(inits)]
    return spec


_META = ("name", "generateName", "labels", "annotations", "finalizers", "ownerReferences")


def _container(short: Manifest, number: int) -> Manifest:
    made = {
        "name": ascii_lowercase[number],
        "image": "busybox:1.36",
        "imagePullPolicy": "IfNotPresent",
        **short,
    }
    run = made.pop("run", None if "image" in short or "command" in short else "sleep 3600")
    return made | ({"command": ["sh", "-c", run]} if run else {})


def _put_pod(obj: Manifest, kind: str, name: str, spec: Manifest) -> None:
    if kind == "Pod":
        obj["spec"] = spec
        return
    labels = {"app": name}
    template = {"metadata": {"labels": labels}, "spec": spec}
    outer = obj.setdefault("spec", {})
    if kind in SELECTING:
        outer.setdefault("selector", {"matchLabels": labels})
    if kind == "CronJob":
        outer.setdefault("schedule", "0 0 1 1 *")
        job = outer.setdefault("jobTemplate", {}).setdefault("spec", {})
        job["template"] = template
    else:
        outer["template"] = template | outer.get("template", {})


def drawn(family: str, data: dict[str, Any]) -> Case:
    words = {letter: _word() for letter in ascii_lowercase[:6]}
    capitals = {letter.upper(): word.upper() for letter, word in words.items()}
    words |= capitals | {"ns": _word(), "seconds": str(random.randint(5, 25))}
    if "certificate_for" in data:
        words |= certificate_for(_filled(data["certificate_for"], words))
    filled = _filled(data, words)
    return Case(family, data["name"], words["ns"], filled)


def _word() -> str:
    return "".join(random.choice(CONSONANTS) + random.choice(VOWELS) for _ in range(SYLLABLES))


def _filled(value: Any, words: dict[str, str]) -> Any:
    if isinstance(value, str):
        for letter, word in words.items():
            value = value.replace("{" + letter + "}", word)
        return value
    if isinstance(value, list):
        return [_filled(each, words) for each in value]
    if isinstance(value, dict):
        return {_filled(key, words): _filled(each, words) for key, each in value.items()}
    return value
