"""Making and unmaking objects on the real cluster, for tests: the only part that writes."""

import asyncio
from typing import Any

import httpx

from kure.adapters.cluster.credentials import Access
from kure.ports import Manifest

PATHS = {
    "Namespace": "/api/v1/namespaces",
    "Node": "/api/v1/nodes",
    "Pod": "/api/v1/namespaces/{}/pods",
    "ServiceAccount": "/api/v1/namespaces/{}/serviceaccounts",
    "ConfigMap": "/api/v1/namespaces/{}/configmaps",
    "Deployment": "/apis/apps/v1/namespaces/{}/deployments",
    "StatefulSet": "/apis/apps/v1/namespaces/{}/statefulsets",
    "DaemonSet": "/apis/apps/v1/namespaces/{}/daemonsets",
    "Job": "/apis/batch/v1/namespaces/{}/jobs",
    "CronJob": "/apis/batch/v1/namespaces/{}/cronjobs",
    "Service": "/api/v1/namespaces/{}/services",
    "PersistentVolumeClaim": "/api/v1/namespaces/{}/persistentvolumeclaims",
    "Ingress": "/apis/networking.k8s.io/v1/namespaces/{}/ingresses",
    "NetworkPolicy": "/apis/networking.k8s.io/v1/namespaces/{}/networkpolicies",
    "HorizontalPodAutoscaler": "/apis/autoscaling/v2/namespaces/{}/horizontalpodautoscalers",
    "Gateway": "/apis/gateway.networking.k8s.io/v1/namespaces/{}/gateways",
    "HTTPRoute": "/apis/gateway.networking.k8s.io/v1/namespaces/{}/httproutes",
    "CustomResourceDefinition": "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
    "ClusterRole": "/apis/rbac.authorization.k8s.io/v1/clusterroles",
    "ClusterRoleBinding": "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
    "Role": "/apis/rbac.authorization.k8s.io/v1/namespaces/{}/roles",
    "RoleBinding": "/apis/rbac.authorization.k8s.io/v1/namespaces/{}/rolebindings",
    "ResourceQuota": "/api/v1/namespaces/{}/resourcequotas",
    "LimitRange": "/api/v1/namespaces/{}/limitranges",
    "StorageClass": "/apis/storage.k8s.io/v1/storageclasses",
    "ValidatingWebhookConfiguration": (
        "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations"
    ),
    "ValidatingAdmissionPolicy": (
        "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies"
    ),
    "ValidatingAdmissionPolicyBinding": (
        "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings"
    ),
    "Lease": "/apis/coordination.k8s.io/v1/namespaces/{}/leases",
    "SubjectAccessReview": "/apis/authorization.k8s.io/v1/subjectaccessreviews",
}


class Admin:
    """Someone with every right."""

    def __init__(self, access: Access) -> None:
        headers = {"Authorization": access.authorization or ""}
        self._http = httpx.AsyncClient(
            base_url=access.server, verify=access.tls.context(), headers=headers, timeout=30
        )

    async def aclose(self) -> None:
        await self._http.aclose()

    async def create(self, obj: Manifest) -> Manifest:
        namespace = obj["metadata"].get("namespace", "")
        return await self._call("POST", PATHS[obj["kind"]].format(namespace), json=obj)

    async def put(self, path: str, obj: Manifest) -> Manifest:
        """Make an object of a kind that has no row in PATHS."""
        return await self._call("POST", path, json=obj)

    async def tried(self, obj: Manifest) -> httpx.Response:
        """What the API server answers to a dry run of making it."""
        path = PATHS[obj["kind"]].format(obj["metadata"].get("namespace", ""))
        return await self._http.post(path, params={"dryRun": "All"}, json=obj)

    async def apply(self, obj: Manifest) -> Manifest:
        """Make the object, or bring the one that is there to what it says."""
        metadata = obj["metadata"]
        path = PATHS[obj["kind"]].format(metadata.get("namespace", "")) + f"/{metadata['name']}"
        return await self._call(
            "PATCH",
            path,
            params={"fieldManager": "kure-tests", "force": "true"},
            headers={"Content-Type": "application/apply-patch+yaml"},
            json=obj,
        )

    async def read(self, path: str) -> Manifest:
        return await self._call("GET", path)

    async def patch(self, path: str, change: Manifest) -> Manifest:
        headers = {"Content-Type": "application/strategic-merge-patch+json"}
        return await self._call("PATCH", path, json=change, headers=headers)

    async def delete(self, path: str) -> None:
        options = {"gracePeriodSeconds": 0, "propagationPolicy": "Background"}
        await self._call("DELETE", path, json=options)

    async def delete_if_there(self, path: str) -> None:
        answer = await self._http.delete(path)
        assert answer.is_success or answer.status_code == 404, answer.text

    async def token(self, namespace: str, account: str, **spec: Any) -> str:
        """A token of a service account, for a day; `spec` as in a TokenRequest."""
        path = PATHS["ServiceAccount"].format(namespace) + f"/{account}/token"
        request = {"spec": {"expirationSeconds": 24 * 3600} | spec}
        answer = await self._call("POST", path, json=request)
        return str(answer["status"]["token"])

    async def when_there(self, path: str) -> None:
        """Wait until the object exists: what controllers make comes a moment later."""
        async with asyncio.timeout(30):
            while (await self._http.get(path)).status_code != 200:  # not ours
                await asyncio.sleep(0.05)

    async def _call(self, method: str, path: str, **request: Any) -> Manifest:
        answer = await self._http.request(method, path, **request)
        assert answer.is_success, answer.text
        found: Manifest = answer.json()
        return found


def pod_spec(*command: str, image: str = "busybox:1.36", **more: Any) -> dict[str, Any]:
    container = {
        "name": "app",
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        **({"command": ["sh", "-c", *command]} if command else {}),
        **more.pop("container", {}),
    }
    return {
        "containers": [container],
        "terminationGracePeriodSeconds": 0,
        "automountServiceAccountToken": False,
        **more,
    }


def pod(namespace: str, name: str, spec: dict[str, Any]) -> Manifest:
    metadata = {"namespace": namespace, "name": name}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def lease(namespace: str, holder: str) -> Manifest:
    """The agents' Lease, held by somebody who never renews it."""
    return {
        "apiVersion": "coordination.k8s.io/v1",
        "kind": "Lease",
        "metadata": {"namespace": namespace, "name": "kure-agent"},
        "spec": {"holderIdentity": holder},
    }


def deployment(namespace: str, name: str, spec: dict[str, Any], replicas: int = 1) -> Manifest:
    labels = {"app": name}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"namespace": namespace, "name": name},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": spec},
        },
    }


def job(namespace: str, name: str, spec: dict[str, Any]) -> Manifest:
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"namespace": namespace, "name": name},
        "spec": {"backoffLimit": 0, "template": {"spec": spec}},
    }
