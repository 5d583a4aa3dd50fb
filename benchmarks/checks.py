"""How long all security checks take over objects that are in memory already: one core, no I/O, in a
process of its own whose memory is measured."""

import json
import resource
import sys
import time
from asyncio.subprocess import PIPE, create_subprocess_exec
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.beside import beside_checkov
from benchmarks.samples import Result, Row
from kure.domain.manifests import Manifest
from kure.domain.security.catalogue import CATALOGUE
from kure.domain.security.scan import scan
from kure.domain.security.settings import Settings
from kure.domain.security.snapshot import Snapshot
from kure.errors import Unavailable

DEPLOYMENTS = 1_000
MIXED = 10_000
IN_A_FILE = 200
NAMESPACES = 50
RUNS = 3
MOST_SECONDS = 0.5
MOST_SECONDS_MIXED = 5.0
MOST_MIB = 300.0

EVERYTHING = Settings(on=frozenset(CATALOGUE), trusted_registries=("registry.example.com",))

# Of a hundred objects, as a cluster has them: pods and their owners, mostly.
SHARES = {
    "Pod": 35,
    "ReplicaSet": 20,
    "Deployment": 12,
    "ConfigMap": 10,
    "Service": 8,
    "ServiceAccount": 5,
    "Role": 3,
    "RoleBinding": 3,
    "CronJob": 1,
    "StatefulSet": 1,
    "Ingress": 1,
    "NetworkPolicy": 1,
}


async def checks(to: Path) -> Result:
    """A thousand Deployments, then ten thousand objects of all kinds, with every check on, those
    that are off by themselves, too. `to` is a folder for files."""
    process = await create_subprocess_exec(sys.executable, "-m", "benchmarks.checks", stdout=PIPE)
    out, _ = await process.communicate()
    if process.returncode:
        raise Unavailable(f"Measuring the checks ended with {process.returncode}; see above")
    told: dict[str, Any] = json.loads(out)
    rows = [
        Row(f"{DEPLOYMENTS:,} Deployments", min(told["deployments"]), MOST_SECONDS, "s"),
        Row(f"{MIXED:,} mixed objects", min(told["mixed"]), MOST_SECONDS_MIXED, "s"),
        Row("memory of the process", told["mib"], MOST_MIB, "MiB"),
        *await beside_checkov([deployment(number) for number in range(IN_A_FILE)], to),
    ]
    title = f"All {len(CATALOGUE)} checks, {told['findings']:,} findings of the mixed objects"
    return Result("checks", title, rows, told)


def measured() -> dict[str, Any]:
    """Seconds of each run, and the most memory that the process had."""
    mixed = list(mixed_objects(MIXED))
    runs = [_run(mixed) for _ in range(RUNS)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    deployments = [deployment(number) for number in range(DEPLOYMENTS)]
    alone = [_run(deployments) for _ in range(RUNS)]
    return {
        "deployments": [took for took, _ in alone],
        "mixed": [took for took, _ in runs],
        "findings": runs[-1][1],
        "mib": peak,
    }


def _run(objects: list[Manifest]) -> tuple[float, int]:
    """Seconds, and how many findings."""
    began = time.process_time()
    report = scan(objects, Snapshot.of(objects), EVERYTHING, "bench")
    return time.process_time() - began, len(report.findings)


def mixed_objects(count: int) -> Iterator[Manifest]:
    """Objects in the shares of a usual cluster, spread over the namespaces."""
    kinds = [kind for kind, share in SHARES.items() for _ in range(share)]
    for number in range(count):
        yield _MAKERS[kinds[number % len(kinds)]](number)
    for number in range(NAMESPACES):
        yield {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": f"team-{number}"}}


def _metadata(name: str, number: int) -> Manifest:
    labels = {"app": f"app-{number}", "app.kubernetes.io/name": "web", "team": "shop"}
    made: Manifest = {"name": name, "namespace": f"team-{number % NAMESPACES}", "labels": labels}
    return made


def _container(name: str, number: int) -> Manifest:
    """As people write it: some of it set, some left out."""
    env: list[Manifest] = [
        {"name": f"SETTING_{key}", "value": f"value-{number}-{key}"} for key in range(8)
    ]
    env.append({"name": "DB_PASSWORD", "valueFrom": {"secretKeyRef": {"name": "db", "key": "pw"}}})
    return {
        "name": name,
        "image": f"registry.example.com/shop/{name}:1.{number}",
        "args": ["--port=8080", "--log-level=info"],
        "env": env,
        "ports": [{"name": "http", "containerPort": 8080}],
        "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}},
        "readinessProbe": {"httpGet": {"path": "/ready", "port": "http"}},
        "securityContext": {"allowPrivilegeEscalation": bool(number % 3)},
        "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}],
    }


def _template(number: int) -> Manifest:
    return {
        "metadata": {"labels": {"app": f"app-{number}"}},
        "spec": {
            "serviceAccountName": f"account-{number}",
            "containers": [_container("web", number), _container("proxy", number)],
            "initContainers": [{"name": "migrate", "image": "registry.example.com/shop/migrate:1"}],
            "volumes": [
                {"name": "tmp", "emptyDir": {}},
                {"name": "config", "configMap": {"name": f"config-{number}"}},
            ],
        },
    }


def deployment(number: int, kind: str = "Deployment") -> Manifest:
    return {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": _metadata(f"web-{number}", number),
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": {"app": f"app-{number}"}},
            "template": _template(number),
        },
    }


def _nth(kind: str, number: int) -> int:
    """The number of an object of that kind among the same hundred."""
    first = sum(SHARES[each] for each in [*SHARES][: [*SHARES].index(kind)])
    return number - number % 100 + first + number % SHARES[kind]


def _replica_set(number: int) -> Manifest:
    owner = _nth("Deployment", number)
    made = deployment(number, "ReplicaSet")
    made["metadata"] = _metadata(f"web-{number}", owner)
    made["metadata"]["ownerReferences"] = [_owner("Deployment", f"web-{owner}")]
    return made


def _owner(kind: str, name: str) -> Manifest:
    return {"apiVersion": "apps/v1", "kind": kind, "name": name, "controller": True}


def _pod(number: int) -> Manifest:
    """Of a third nobody listed the owner, so that all of their checks run; in one of ten a sidecar
    was injected."""
    owner = _nth("ReplicaSet", number)
    metadata = _metadata(f"web-{owner}-{number}", _nth("Deployment", owner))
    metadata["ownerReferences"] = [_owner("ReplicaSet", f"web-{owner}")]
    if number % 3 == 0:
        metadata["ownerReferences"] = [_owner("Rollout", f"roll-{number}")]
    spec = _template(number)["spec"]
    if number % 10 == 0:
        spec["containers"].append(_container("injected", number))
    status = {"phase": "Running"}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec, "status": status}


def _config_map(number: int) -> Manifest:
    text = "\n".join(f"setting.{key}=value of {key}" for key in range(60))
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": _metadata(f"config-{number}", number),
        "data": {"app.properties": text, "level": "info"},
    }


def _plain(version: str, kind: str, **fields: Any) -> Any:
    def make(number: int) -> Manifest:
        metadata = _metadata(f"{kind.lower()}-{number}", number)
        return {"apiVersion": version, "kind": kind, "metadata": metadata, **fields}

    return make


def _cron_job(number: int) -> Manifest:
    made: Manifest = _plain("batch/v1", "CronJob")(number)
    job = {"spec": {"template": _template(number)}}
    return made | {"spec": {"schedule": "0 3 * * *", "jobTemplate": job}}


_RULES = [
    {"apiGroups": [""], "resources": ["configmaps", "pods"], "verbs": ["get", "list", "watch"]},
    {"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["get", "patch"]},
]
_RBAC = "rbac.authorization.k8s.io/v1"
_MAKERS: dict[str, Any] = {
    "Pod": _pod,
    "ReplicaSet": _replica_set,
    "Deployment": deployment,
    "ConfigMap": _config_map,
    "Service": _plain("v1", "Service", spec={"selector": {"app": "web"}, "ports": [{"port": 80}]}),
    "ServiceAccount": _plain("v1", "ServiceAccount"),
    "Role": _plain(_RBAC, "Role", rules=_RULES),
    "RoleBinding": _plain(
        _RBAC,
        "RoleBinding",
        roleRef={"kind": "ClusterRole", "name": "view"},
        subjects=[{"kind": "ServiceAccount", "name": "web"}],
    ),
    "CronJob": _cron_job,
    "StatefulSet": lambda number: deployment(number, "StatefulSet"),
    "Ingress": _plain(
        "networking.k8s.io/v1", "Ingress", spec={"rules": [{"host": "a.example.com"}]}
    ),
    "NetworkPolicy": _plain("networking.k8s.io/v1", "NetworkPolicy", spec={"podSelector": {}}),
}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measured()))
