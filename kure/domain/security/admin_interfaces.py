"""Interfaces for administrators, which are not for everybody to reach: known by their images."""

from collections.abc import Iterable

from kure.domain import manifests
from kure.domain.diagnosis.images.reference import parse_image
from kure.domain.manifests import Manifest
from kure.domain.security.kinds import WORKLOADS
from kure.domain.security.lookups import selects
from kure.domain.security.snapshot import Snapshot
from kure.domain.security.subject import Subject

# Ends of image repositories, and what people call it.
INTERFACES: dict[str, str] = {
    "kubernetesui/dashboard": "the Kubernetes dashboard",
    "kubernetesui/dashboard-web": "the Kubernetes dashboard",
    "kubernetesui/dashboard-auth": "the Kubernetes dashboard",
    "headlamp-k8s/headlamp": "Headlamp",
    "argoproj/argocd": "Argo CD",
    "argoproj/argocli": "Argo Workflows",
    "argoproj/argo-cd": "Argo CD",
    "jenkins/jenkins": "Jenkins",
    "jenkins": "Jenkins",
    "kubeflow/centraldashboard": "Kubeflow",
    "prom/prometheus": "Prometheus",
    "prometheus/prometheus": "Prometheus",
    "prom/alertmanager": "Alertmanager",
    "prometheus/alertmanager": "Alertmanager",
    "grafana/grafana": "Grafana",
    "ollama/ollama": "Ollama",
    "vllm/vllm-openai": "vLLM",
    "rayproject/ray": "Ray",
    "rayproject/ray-ml": "Ray",
    "mlflow/mlflow": "MLflow",
    "jupyter/base-notebook": "Jupyter",
    "jupyter/minimal-notebook": "Jupyter",
    "jupyter/scipy-notebook": "Jupyter",
    "jupyter/datascience-notebook": "Jupyter",
    "jupyter/tensorflow-notebook": "Jupyter",
    "jupyterhub/k8s-hub": "JupyterHub",
    "apache/airflow": "Airflow",
    "portainer/portainer-ce": "Portainer",
    "portainer/portainer-ee": "Portainer",
    "dpage/pgadmin4": "pgAdmin",
    "phpmyadmin": "phpMyAdmin",
    "adminer": "Adminer",
    "weaveworks/scope": "Weave Scope",
    "kiali/kiali": "Kiali",
    "temporalio/ui": "the Temporal UI",
}


def interface(workload: Subject) -> str:
    """What interface a workload is; '' where it is none that is known."""
    for container in workload.containers:
        image = manifests.text(container.spec.get("image"))
        name = parse_image(image).repository if image else ""
        for end, what in INTERFACES.items():
            if name.endswith(f"/{end}"):
                return what
    return ""


def behind(service: Subject) -> str:
    """What interface a Service leads to, as far as workloads were read."""
    for labels, what in _interfaces(service.around).get(service.namespace, ()):
        if selects(service.obj, labels):
            return what
    return ""


Found = list[tuple[dict[str, str], str]]


def _interfaces(around: Snapshot) -> dict[str, Found]:
    known = around.memory.get("interfaces")
    if known is None:
        found: dict[str, Found] = {}
        for kind in sorted(WORKLOADS):
            for workload in _subjects(kind, around.all(kind)):
                what = interface(workload)
                if what:
                    found.setdefault(workload.namespace, []).append((workload.pod_labels, what))
        known = around.memory["interfaces"] = found
    interfaces: dict[str, Found] = known
    return interfaces


def _subjects(kind: str, objects: Iterable[Manifest]) -> Iterable[Subject]:
    return (Subject({"kind": kind} | obj) for obj in objects)
