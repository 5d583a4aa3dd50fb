"""The kinds that one agent of a cluster watches beside pods.

ReplicaSets are not among them, since their number has no bound: their Deployment's conditions tell.
Pods are here for what is kept of those that no node has taken, as neighbours of claims: `detect`
judges them, and they are watched apart.
"""

from kure.domain.failures.objects.autoscaler import autoscaler, autoscaler_is_well, keep_autoscaler
from kure.domain.failures.objects.claim import (
    claim,
    claim_is_well,
    keep_claim,
    keep_unscheduled_pod,
)
from kure.domain.failures.objects.cron_job import cron_job, keep_cron_job
from kure.domain.failures.objects.deployment import (
    deployment,
    deployment_is_well,
    keep_deployment,
)
from kure.domain.failures.objects.gateway import (
    gateway,
    is_taken,
    keep_gateway,
    keep_route,
)
from kure.domain.failures.objects.ingress import (
    ingress,
    ingress_is_well,
    keep_ingress,
    keep_ingress_class,
)
from kure.domain.failures.objects.job import job, job_is_well, keep_job
from kure.domain.failures.objects.kind import ObjectKind
from kure.domain.failures.objects.node import keep_node, node, node_is_well
from kure.domain.failures.objects.replicas import (
    keep_daemon_set,
    keep_stateful_set,
    replicas,
    replicas_are_well,
)
from kure.domain.failures.objects.service import (
    WORKLOADS,
    keep_endpoint_slice,
    keep_service,
    service,
    service_is_well,
)

ALL = (
    ObjectKind("Node", "/api/v1", "nodes", keep_node, node, node_is_well, namespaced=False),
    ObjectKind(
        *("Deployment", "/apis/apps/v1", "deployments"),
        *(keep_deployment, deployment, deployment_is_well),
    ),
    ObjectKind(
        *("StatefulSet", "/apis/apps/v1", "statefulsets"),
        *(keep_stateful_set, replicas, replicas_are_well),
    ),
    ObjectKind(
        *("DaemonSet", "/apis/apps/v1", "daemonsets"),
        *(keep_daemon_set, replicas, replicas_are_well),
    ),
    ObjectKind("Job", "/apis/batch/v1", "jobs", keep_job, job, job_is_well, looks_at=("CronJob",)),
    ObjectKind("CronJob", "/apis/batch/v1", "cronjobs", keep_cron_job, cron_job),
    ObjectKind(
        *("PersistentVolumeClaim", "/api/v1", "persistentvolumeclaims"),
        *(keep_claim, claim, claim_is_well),
        looks_at=("Pod",),
    ),
    ObjectKind(
        *("Service", "/api/v1", "services"),
        *(keep_service, service, service_is_well),
        looks_at=("EndpointSlice", "Ingress", *WORKLOADS),
    ),
    ObjectKind(
        *("Ingress", "/apis/networking.k8s.io/v1", "ingresses"),
        *(keep_ingress, ingress, ingress_is_well),
        looks_at=("Service", "IngressClass"),
    ),
    ObjectKind(
        *("Gateway", "/apis/gateway.networking.k8s.io/v1", "gateways"),
        *(keep_gateway, gateway, is_taken),
        optional=True,
    ),
    ObjectKind(
        *("HTTPRoute", "/apis/gateway.networking.k8s.io/v1", "httproutes"),
        *(keep_route, gateway, is_taken),
        optional=True,
    ),
    ObjectKind(
        *("HorizontalPodAutoscaler", "/apis/autoscaling/v2", "horizontalpodautoscalers"),
        *(keep_autoscaler, autoscaler, autoscaler_is_well),
    ),
    ObjectKind("Pod", "/api/v1", "pods", keep_unscheduled_pod),
    ObjectKind(
        *("EndpointSlice", "/apis/discovery.k8s.io/v1", "endpointslices", keep_endpoint_slice),
    ),
    ObjectKind(
        *("IngressClass", "/apis/networking.k8s.io/v1", "ingressclasses", keep_ingress_class),
        namespaced=False,
        metadata_only=True,
    ),
)

KINDS: dict[str, ObjectKind] = {kind.kind: kind for kind in ALL}
