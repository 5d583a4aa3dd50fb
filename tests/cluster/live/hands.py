"""What people and controllers do to a cluster, step by step, as the live cases name it."""

import asyncio
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from kure.adapters.cluster.client import KubeCluster
from kure.adapters.cluster.credentials import Access
from kure.adapters.cluster.watch import Deleted, Seen, Watch
from kure.domain import manifests
from kure.domain.manifests import Manifest
from tests.cluster.kube import Admin
from tests.cluster.live.shorthand import BATCH, CLUSTER_WIDE, Case, path_of, spelled_out

PATIENCE = 120

STRATEGIC = "application/strategic-merge-patch+json"
MERGE = "application/merge-patch+json"


class Hands(Admin):
    """Someone with every right, who plays cases. `cluster` sees the same cluster as they do."""

    def __init__(self, access: Access, cluster: KubeCluster) -> None:
        super().__init__(access)
        self._cluster = cluster
        self._alive: dict[str, list[asyncio.Task[None]]] = {}

    async def set_up(self, case: Case) -> None:
        """The case's namespace and all that it makes at its start, in the order of the file."""
        labels = case.data.get("namespace_labels", {})
        metadata = {"name": case.namespace, "labels": labels}
        await self.make({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})
        await self.when_there(path_of("ServiceAccount", case.namespace, "default"))
        for manifest in case.manifests:
            await self.make(manifest)
        nodes = case.data.get("alive", [])
        self._alive[case.id] = [asyncio.create_task(self._keep_alive(node)) for node in nodes]

    async def play(self, case: Case) -> None:
        """Its steps, one after another."""
        for number, step in enumerate(case.data.get("steps", [])):
            try:
                await getattr(self, f"_{step['do']}")(case, step)
            except TimeoutError as error:
                error.add_note(f"in step {number} of {case.id} ({case.namespace}): {step}")
                raise

    async def tear_down(self, case: Case) -> None:
        """Everything that the case has made."""
        for beating in self._alive.pop(case.id, ()):
            beating.cancel()
        async for pod in self._cluster.list(path_of("Pod", case.namespace)):
            if pod["metadata"].get("finalizers"):
                path = path_of("Pod", case.namespace, pod["metadata"]["name"])
                await self._patch_at(path, {"metadata": {"finalizers": None}}, MERGE)
        for manifest in case.manifests:
            if manifest["kind"] in CLUSTER_WIDE:
                await self._remove(path_of(manifest["kind"], "", manifest["metadata"]["name"]))
        await self._remove(path_of("Namespace", "", case.namespace))

    async def when_gone(self, case: Case) -> None:
        """Wait until nothing of its namespace is left, and the node has its room again."""
        path = path_of("Namespace", "", case.namespace)
        async with asyncio.timeout(PATIENCE):
            while (await self._http.get(path)).is_success:
                await asyncio.sleep(1)

    async def make(self, manifest: Manifest) -> Manifest:
        """`nodeName: {node}` is a node that runs pods, whatever it is called here."""
        namespace, spec = manifest["metadata"].get("namespace", ""), manifest.get("spec", {})
        if spec.get("nodeName") == "{node}":
            spec["nodeName"] = await self._node()
        return await self._call("POST", path_of(manifest["kind"], namespace), json=manifest)

    async def _node(self) -> str:
        async for node in self._cluster.list(path_of("Node", "")):
            # A Node that a case made by hand runs nothing.
            if node["status"]["nodeInfo"]["containerRuntimeVersion"]:
                return manifests.name(node)
        raise AssertionError("no node of this cluster runs pods")

    async def ask(self, method: str, path: str, **request: Any) -> httpx.Response:
        """Any question to the API server, whatever its answer."""
        return await self._http.request(method, path, **request)

    async def run_now(self, case: Case, cron_job: str, name: str) -> None:
        """What `kubectl create job --from=cronjob` does, and the controller at its time."""
        await self._run_now(case, {"object": f"CronJob {cron_job}", "as": name})

    async def _keep_alive(self, node: str) -> None:
        """What a kubelet does, for a Node that has none: renew its Lease, for ever."""
        path = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases"
        metadata = {"name": node, "namespace": "kube-node-lease"}
        await self._call("POST", path, json={"metadata": metadata, "spec": _renewed(node)})
        try:
            while True:
                await asyncio.sleep(10)  # as kubelets do
                await self._patch_at(f"{path}/{node}", {"spec": _renewed(node)}, MERGE)
        finally:
            await self._remove(f"{path}/{node}")

    async def _create(self, case: Case, step: dict[str, Any]) -> None:
        manifest = spelled_out(step["manifest"], case.namespace)
        if "owned_by" in step:
            kind, name = step["owned_by"].split()
            owner = await self.read(path_of(kind, case.namespace, name))
            manifest["metadata"]["ownerReferences"] = [_reference(owner)]
        await self.make(manifest)

    async def _run_now(self, case: Case, step: dict[str, Any]) -> None:
        owner = await self.read(self._path(case, step))
        job = {
            "apiVersion": BATCH,
            "kind": "Job",
            "metadata": {
                "name": step["as"],
                "namespace": case.namespace,
                "ownerReferences": [_reference(owner) | {"controller": True}],
            },
            "spec": owner["spec"]["jobTemplate"]["spec"],
        }
        await self.make(job)

    async def _when_denied(self, case: Case, step: dict[str, Any]) -> None:
        """Until the API server acts on an admission rule, and says `saying` where that is given: it
        learns of new ones a moment later."""
        manifest = spelled_out(step["manifest"], case.namespace)
        path = path_of(manifest["kind"], case.namespace)
        async with asyncio.timeout(PATIENCE):
            while True:
                answer = await self._http.post(path, params={"dryRun": "All"}, json=manifest)
                if not answer.is_success and step.get("saying", "") in answer.text:
                    return
                await asyncio.sleep(0.5)

    async def _patch(self, case: Case, step: dict[str, Any]) -> None:
        """A merge patch of `to`, strategic where `how` says so; of the subresource `of`, if any."""
        path = self._path(case, step) + (f"/{step['of']}" if "of" in step else "")
        how = STRATEGIC if step.get("how") == "strategic" else MERGE
        await self._patch_at(path, _timed(step["to"]), how)

    async def _change(self, case: Case, step: dict[str, Any]) -> None:
        """A strategic merge patch of the pods that it makes, as `kubectl set` and others do."""
        path, change = self._path(case, step), {"template": {"spec": step["pod"]}}
        if step["object"].startswith("CronJob "):
            change = {"jobTemplate": {"spec": change}}
        await self._patch_at(path, {"spec": change}, STRATEGIC)

    async def _delete(self, case: Case, step: dict[str, Any]) -> None:
        await self._call("DELETE", self._path(case, step), json=step.get("options", {}))

    async def _scale(self, case: Case, step: dict[str, Any]) -> None:
        await self._patch_at(
            self._path(case, step) + "/scale", {"spec": {"replicas": step["to"]}}, MERGE
        )

    async def _evict(self, case: Case, step: dict[str, Any]) -> None:
        """All pods of the app, as a drain does; asked again while a budget forbids it."""
        query = {"labelSelector": f"app={step['app']}"}
        async for pod in self._cluster.list(path_of("Pod", case.namespace), query):
            name = pod["metadata"]["name"]
            path = path_of("Pod", case.namespace, name) + "/eviction"
            body = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": name}}
            async with asyncio.timeout(PATIENCE):
                while (await self._http.post(path, json=body)).status_code == 429:
                    await asyncio.sleep(1)  # what the API server asks for: Retry-After

    async def _attach(self, case: Case, step: dict[str, Any]) -> None:
        """An ephemeral container, as `kubectl debug` does."""
        container = {"name": "debug", "image": "busybox:1.36", "command": ["sh", "-c", step["run"]]}
        change = {"spec": {"ephemeralContainers": [container]}}
        await self._patch_at(self._path(case, step) + "/ephemeralcontainers", change, STRATEGIC)

    async def _wait_until(self, case: Case, step: dict[str, Any]) -> None:
        """Until each path of `is` has its value, or `gone`."""
        kind, name = step["object"].split()
        path = path_of(kind, case.namespace)
        watch = Watch(self._cluster, path, {"fieldSelector": f"metadata.name={name}"})
        is_there = not step.get("gone")
        async with asyncio.timeout(PATIENCE), aclosing(watch.changes()) as changes:
            async for change in changes:
                if isinstance(change, Seen):
                    is_there = True
                    if _is(change.object, step):
                        return
                elif isinstance(change, Deleted):
                    is_there = False
                if step.get("gone") and not is_there:
                    return

    async def _wait_for_event(self, case: Case, step: dict[str, Any]) -> None:
        """Until Kubernetes says so of an object, `times` times."""
        kind, name = step["object"].split()
        fields = f"involvedObject.kind={kind},involvedObject.name={name},reason={step['reason']}"
        path = f"/api/v1/namespaces/{case.namespace}/events"
        watch = Watch(self._cluster, path, {"fieldSelector": fields})
        async with asyncio.timeout(PATIENCE), aclosing(watch.changes()) as changes:
            async for change in changes:
                if isinstance(change, Seen) and change.object["count"] >= step.get("times", 1):
                    return

    def _path(self, case: Case, step: dict[str, Any]) -> str:
        kind, name = step["object"].split()
        return path_of(kind, case.namespace, name)

    async def _patch_at(self, path: str, change: Manifest, how: str) -> None:
        await self._call("PATCH", path, json=change, headers={"Content-Type": how})

    async def _remove(self, path: str) -> None:
        answer = await self._http.request("DELETE", path)
        assert answer.is_success or answer.status_code == 404, answer.text


def _reference(owner: Manifest) -> Manifest:
    metadata = owner["metadata"]
    return {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": metadata["name"],
        "uid": metadata["uid"],
    }


def _renewed(node: str) -> Manifest:
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return {"holderIdentity": node, "leaseDurationSeconds": 40, "renewTime": now}


def _is(obj: Manifest, step: dict[str, Any]) -> bool:
    """A status counts only once it is about the newest spec."""
    wanted = step.get("is", {})
    observed = obj.get("status", {}).get("observedGeneration")
    if observed is not None and observed != obj["metadata"].get("generation"):
        return False
    return bool(wanted) and all(_at(obj, path) == value for path, value in wanted.items())


def _at(obj: Any, path: str) -> Any:
    """The value at a dotted path; a segment `Type` in a list of conditions is that condition's
    status; absent numbers are 0, as Kubernetes leaves them out."""
    for segment in path.split("."):
        if isinstance(obj, list) and not segment.isdigit():
            obj = next((c["status"] for c in obj if c.get("type") == segment), None)
        elif isinstance(obj, list):
            obj = obj[int(segment)] if int(segment) < len(obj) else None
        else:
            obj = (obj or {}).get(segment)
    return 0 if obj is None else obj


def _timed(value: Any) -> Any:
    """`now-90` is that many seconds ago, as the API server writes times."""
    if isinstance(value, dict):
        return {key: _timed(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_timed(each) for each in value]
    if isinstance(value, str) and value.startswith("now-"):
        when = datetime.now(UTC) - timedelta(seconds=int(value.removeprefix("now-")))
        return when.strftime("%Y-%m-%dT%H:%M:%SZ")
    return value
