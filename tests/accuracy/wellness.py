"""Whether the workload of a case is well: by its own status, not by what Kure says of it."""

from collections.abc import Mapping
from typing import Any

from kure.domain import manifests
from kure.domain.manifests import Manifest
from tests.accuracy.marking import Owner
from tests.cluster.live.hands import Hands
from tests.cluster.live.shorthand import Case, path_of


async def is_well(hands: Hands, case: Case, owner: Owner) -> bool:
    """Ready, done, or gone where its end was wanted."""
    kind, name = owner[0].partition(".")[0], owner[1]
    if kind == "Service":
        return await _has_endpoints(hands, case.namespace, name)
    if kind == "Ingress":
        return await _leads_somewhere(hands, case.namespace, name)
    if kind == "CronJob":
        return await _has_run(hands, case.namespace, name)
    pods = await _pods(hands, case.namespace)
    if "StuckTerminating" in case.data["expect"]["classes"]:
        return not pods
    answer = None
    if kind in JUDGES:
        answer = await hands.ask("GET", path_of(kind, case.namespace, name))
    if answer is None or answer.status_code == 404:
        # Pods of a kind that is no kind of this cluster, or that share the beginning of a name.
        return bool(pods) and all(map(_pod, pods))
    return answer.is_success and JUDGES[kind](answer.json())


def _deployment(obj: Manifest) -> bool:
    status, wanted = manifests.status(obj), manifests.spec(obj).get("replicas", 1)
    counts = ("updatedReplicas", "replicas", "availableReplicas")
    return _is_observed(obj) and all(status.get(count, 0) == wanted for count in counts)


def _stateful_set(obj: Manifest) -> bool:
    status, wanted = manifests.status(obj), manifests.spec(obj).get("replicas", 1)
    is_new = status.get("updateRevision") == status.get("currentRevision")
    is_rolled = status.get("updatedReplicas", 0) == wanted or is_new
    return _is_observed(obj) and is_rolled and status.get("readyReplicas", 0) == wanted


def _daemon_set(obj: Manifest) -> bool:
    status = manifests.status(obj)
    wanted = status.get("desiredNumberScheduled", 0)
    counts = ("updatedNumberScheduled", "numberReady")
    return _is_observed(obj) and wanted > 0 and all(status.get(c, 0) == wanted for c in counts)


def _replica_set(obj: Manifest) -> bool:
    wanted = manifests.spec(obj).get("replicas", 1)
    return _is_observed(obj) and bool(manifests.status(obj).get("readyReplicas", 0) == wanted)


def _pod(obj: Manifest) -> bool:
    is_done = manifests.status(obj).get("phase") == "Succeeded"
    return is_done or manifests.condition(obj, "Ready").get("status") == "True"


def _job(obj: Manifest) -> bool:
    """Most Jobs of the cases sleep for an hour once they run."""
    status = manifests.status(obj)
    is_failed = manifests.condition(obj, "Failed").get("status") == "True"
    return not is_failed and (status.get("ready", 0) > 0 or status.get("succeeded", 0) > 0)


def _claim(obj: Manifest) -> bool:
    return manifests.status(obj).get("phase") == "Bound"


def _autoscaler(obj: Manifest) -> bool:
    """No metrics come on a cluster without metrics-server: it is enough that it finds its
    target."""
    return manifests.condition(obj, "AbleToScale").get("status") == "True"


def _node(obj: Manifest) -> bool:
    return manifests.condition(obj, "Ready").get("status") == "True"


NEWEST_RUNS = 3

JUDGES: Mapping[str, Any] = {
    "Deployment": _deployment,
    "StatefulSet": _stateful_set,
    "DaemonSet": _daemon_set,
    "ReplicaSet": _replica_set,
    "Pod": _pod,
    "Job": _job,
    "PersistentVolumeClaim": _claim,
    "HorizontalPodAutoscaler": _autoscaler,
    "Node": _node,
}


def _is_observed(obj: Manifest) -> bool:
    observed = manifests.status(obj).get("observedGeneration")
    return bool(observed == obj["metadata"].get("generation"))


async def _pods(hands: Hands, namespace: str) -> list[Manifest]:
    found: list[Manifest] = (await hands.read(path_of("Pod", namespace)))["items"]
    return found


async def _has_endpoints(hands: Hands, namespace: str, name: str) -> bool:
    path = f"/apis/discovery.k8s.io/v1/namespaces/{namespace}/endpointslices"
    query = {"labelSelector": f"kubernetes.io/service-name={name}"}
    slices = (await hands.ask("GET", path, params=query)).json()["items"]
    return any(
        endpoint["conditions"].get("ready") and one.get("ports")
        for one in slices
        for endpoint in one.get("endpoints") or ()
    )


async def _leads_somewhere(hands: Hands, namespace: str, name: str) -> bool:
    """Its class is there, and each Service with the port that it names."""
    spec = (await hands.read(path_of("Ingress", namespace, name)))["spec"]
    wanted = spec.get("ingressClassName")
    if wanted and not (await hands.ask("GET", path_of("IngressClass", "", wanted))).is_success:
        return False
    backends = [spec["defaultBackend"]] if "defaultBackend" in spec else []
    backends += [
        path["backend"] for rule in spec.get("rules", ()) for path in rule["http"]["paths"]
    ]
    for backend in backends:
        found = await hands.ask("GET", path_of("Service", namespace, backend["service"]["name"]))
        port = backend["service"]["port"]
        ports = found.json()["spec"]["ports"] if found.is_success else []
        if not any(port.get("number", p["port"]) == p["port"] for p in ports):
            return False
    return bool(backends)


async def _has_run(hands: Hands, namespace: str, name: str) -> bool:
    """A CronJob is well where one of its newest Jobs is: another may have begun just now."""
    cron_job = await hands.read(path_of("CronJob", namespace, name))
    jobs = (await hands.read(path_of("Job", namespace)))["items"]
    owned = [job for job in jobs if _owner_uid(job) == cron_job["metadata"]["uid"]]
    owned.sort(key=lambda job: job["metadata"]["creationTimestamp"])
    return any(map(_job, owned[-NEWEST_RUNS:]))


def _owner_uid(obj: Manifest) -> str:
    references = obj["metadata"].get("ownerReferences") or [{}]
    return str(references[0].get("uid", ""))
