"""Makes the recording that `make demo` plays: puts the shop on a cluster, breaks it piece by piece
and records what happens.

    python infra/demo/record.py kure/demo/shop.kure.gz

It writes to the cluster of KUBECONFIG, whose node must have the shop's images (see IMAGES: any
image with Python 3 does) and nothing else may run there. Needs kubectl.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kure.recording.format import Seen, Writer, entries

HERE = Path(__file__).parent
REGISTRY = "registry.example.com/shop"
IMAGES = {
    "storefront": "5.1.0",
    "cart": "1.8.2",
    "catalog": "2.13.4",
    "checkout": "4.0.1",
    "payments-api": "3.2.0",
    "recommendations": "0.9.3",
    "search": "1.2.0",
    "mailer": "2.2.7",
    "fraud-check": "1.0.4",
    "gateway": "1.1.0",
    "reports": "7.4.0",
    "orders": "2.0.0",
    "postgres": "16.4",
    "log-shipper": "0.4.1",
}
SECONDS = 150
QUIET = 20
Object = dict[str, Any]
APP: Object = {"name": "app", "mountPath": "/app"}


def image(name: str) -> str:
    return f"{REGISTRY}/{name}:{IMAGES[name]}"


def container(name: str, *, program: str = "", **more: Any) -> Object:
    ports = [{"name": "http", "containerPort": 8080}]
    return {
        "name": name,
        "image": image(name),
        "imagePullPolicy": "IfNotPresent",
        "command": ["python", "/app/app.py", program or name],
        "ports": ports,
        "resources": {"requests": {"cpu": "20m", "memory": "24Mi"}, "limits": {"memory": "64Mi"}},
        "readinessProbe": {
            "httpGet": {"path": "/healthz", "port": 8080},
            "periodSeconds": 2,
        },
        "volumeMounts": [APP],
    } | more


def task(name: str, program: str) -> Object:
    """A container that serves nothing."""
    made = container(name, program=program)
    return {key: made[key] for key in made if key not in ("ports", "readinessProbe")}


def pod(*containers: Object, **more: Any) -> Object:
    spec = {
        "containers": list(containers),
        "terminationGracePeriodSeconds": 1,
        "enableServiceLinks": False,
        "volumes": [{"name": "app", "configMap": {"name": "app"}}],
    }
    spec["volumes"] = [*spec["volumes"], *more.pop("volumes", [])]
    return spec | more


def workload(
    kind: str, namespace: str, name: str, spec: Object, replicas: int = 1, **more: Any
) -> Object:
    labels = {"app": name, "app.kubernetes.io/part-of": "shop"}
    own: Object = {
        "selector": {"matchLabels": {"app": name}},
        "template": {"metadata": {"labels": labels}, "spec": spec},
    }
    if kind != "DaemonSet":
        own["replicas"] = replicas
    metadata = {"namespace": namespace, "name": name, "labels": labels}
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": metadata, "spec": own | more}


def service(namespace: str, name: str, app: str = "") -> Object:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"namespace": namespace, "name": name},
        "spec": {"selector": {"app": app or name}, "ports": [{"port": 80, "targetPort": 8080}]},
    }


def deployment(
    namespace: str, name: str, replicas: int = 1, *, pod_of: Object | None = None, **more: Any
) -> Object:
    spec = pod(container(name, **more), **(pod_of or {}))
    return workload("Deployment", namespace, name, spec, replicas)


def env(name: str, value: str) -> Object:
    return {"name": name, "value": value}


def flag(key: str, config_map: str = "checkout-flags") -> Object:
    reference = {"configMapKeyRef": {"name": config_map, "key": key}}
    return {"name": key.upper(), "valueFrom": reference}


PSP = env("PSP_API_URL", "https://psp.example.com/v2")
CHECKOUT = {"serviceAccountName": "checkout"}
CLAIM = {
    "metadata": {"name": "data"},
    "spec": {
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": "standard",
        "resources": {"requests": {"storage": "1Gi"}},
    },
}


def database() -> Object:
    mounts = [APP, {"name": "data", "mountPath": "/data"}]
    spec = pod(container("postgres", env=[env("PORT", "8080")], volumeMounts=mounts))
    more = {"serviceName": "orders-db", "volumeClaimTemplates": [CLAIM]}
    return workload("StatefulSet", "data", "orders-db", spec, **more)


def log_shipper() -> Object:
    mounts = [APP, {"name": "logs", "mountPath": "/var/log"}]
    shipper = container("log-shipper", volumeMounts=mounts, securityContext={"privileged": True})
    volumes = [{"name": "logs", "hostPath": {"path": "/var/log"}}]
    return workload("DaemonSet", "data", "log-shipper", pod(shipper, volumes=volumes))


def job(namespace: str, name: str, spec: Object) -> Object:
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"namespace": namespace, "name": name},
        "spec": {
            "backoffLimit": 0,
            "template": {
                "metadata": {"labels": {"app": name}},
                "spec": spec | {"restartPolicy": "Never"},
            },
        },
    }


def well() -> list[Object]:
    """The shop while all is well."""
    psp_key = {"secretKeyRef": {"name": "payments-psp", "key": "api-key"}}
    cleanup = pod(task("reports", "cleanup"))
    return [
        deployment("shop", "storefront", 2),
        deployment("shop", "cart", 2),
        deployment("shop", "catalog"),
        deployment("shop", "checkout", env=[flag("express")], pod_of=CHECKOUT),
        deployment(
            "payments",
            "payments-api",
            env=[PSP, {"name": "PSP_API_KEY", "valueFrom": psp_key}],
            pod_of={"serviceAccountName": "payments-api"},
        ),
        database(),
        log_shipper(),
        job("data", "cleanup-sessions", cleanup),
        *(service("shop", name) for name in ("storefront", "cart", "catalog", "checkout")),
        service("payments", "payments-api"),
        service("data", "orders-db"),
    ]


def new_catalog() -> list[Object]:
    return [deployment("shop", "catalog", image=f"{REGISTRY}/catalog:2.14.0")]


def fraud_check() -> list[Object]:
    probe = {"httpGet": {"path": "/healthz", "port": 9090}, "periodSeconds": 2}
    return [deployment("payments", "fraud-check", readinessProbe=probe)]


def checkout_without_its_flag() -> list[Object]:
    return [
        deployment(
            *("shop", "checkout"),
            env=[flag("express"), flag("gift-cards")],
            pod_of=CHECKOUT,
        )
    ]


def checkout_mended() -> list[Object]:
    return [
        deployment("shop", "checkout", env=[flag("express"), flag("currency")], pod_of=CHECKOUT)
    ]


def checkout_with_a_lost_config_map() -> list[Object]:
    return [
        deployment(
            *("shop", "checkout"),
            env=[flag("express"), flag("vat", "checkout-tax")],
            pod_of=CHECKOUT,
        )
    ]


def payments_without_their_provider() -> list[Object]:
    account = {"serviceAccountName": "payments-api"}
    return [deployment("payments", "payments-api", pod_of=account)]


def recommendations() -> list[Object]:
    return [deployment("shop", "recommendations")]


def replica() -> list[Object]:
    claim = json.loads(json.dumps(CLAIM))
    claim["spec"]["storageClassName"] = "fast-ssd"
    mounts = [APP, {"name": "data", "mountPath": "/data"}]
    spec = pod(container("postgres", volumeMounts=mounts))
    more = {"serviceName": "orders-db-replica", "volumeClaimTemplates": [claim]}
    return [workload("StatefulSet", "data", "orders-db-replica", spec, **more)]


def invoice_export() -> list[Object]:
    return [job("data", "invoice-export", pod(task("reports", "invoice-export")))]


def search() -> list[Object]:
    return [deployment("shop", "search", pod_of={"nodeSelector": {"disktype": "ssd"}})]


def mailer() -> list[Object]:
    return [deployment("shop", "mailer", command=["/usr/local/bin/mailerd", "--foreground"])]


def analytics() -> list[Object]:
    asks = {"requests": {"cpu": "400m", "memory": "24Mi"}, "limits": {"memory": "64Mi"}}
    spec = pod(container("reports", program="analytics", resources=asks))
    return [workload("Deployment", "data", "analytics", spec, 3)]


def promotions() -> list[Object]:
    ingress = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"namespace": "shop", "name": "promotions"},
        "spec": {
            "ingressClassName": "nginx",
            "rules": [
                {
                    "host": "promo.example.com",
                    "http": {
                        "paths": [
                            {
                                "path": "/",
                                "pathType": "Prefix",
                                "backend": {
                                    "service": {"name": "promotions", "port": {"number": 80}}
                                },
                            }
                        ]
                    },
                }
            ],
        },
    }
    return [service("shop", "promotions", app="promotion"), ingress]


def autoscaler() -> list[Object]:
    metric = {
        "type": "Resource",
        "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}},
    }
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "storefront"}
    return [
        {
            "apiVersion": "autoscaling/v2",
            "kind": "HorizontalPodAutoscaler",
            "metadata": {"namespace": "shop", "name": "storefront"},
            "spec": {
                "scaleTargetRef": target,
                **{"minReplicas": 2, "maxReplicas": 6},
                "metrics": [metric],
            },
        }
    ]


def ledger() -> list[Object]:
    private = "registry.example.com/private/ledger:4.2.0"
    ledger = container("payments-api", program="ledger") | {"name": "ledger", "image": private}
    return [workload("Deployment", "payments", "ledger", pod(ledger))]


def gateway() -> list[Object]:
    lost = [{"name": "routes", "configMap": {"name": "gateway-routes"}}]
    mounts = [APP, {"name": "routes", "mountPath": "/etc/gateway"}]
    return [deployment("shop", "gateway", volumeMounts=mounts, pod_of={"volumes": lost})]


def orders() -> list[Object]:
    migrate = task("orders", "migrate") | {"name": "migrate"}
    spec = pod(container("orders"), initContainers=[migrate])
    return [workload("Deployment", "shop", "orders", spec)]


STORY: list[tuple[float, Callable[[], list[Object]]]] = [
    (6, new_catalog),
    (10, fraud_check),
    (14, checkout_without_its_flag),
    (20, replica),
    (26, payments_without_their_provider),
    (34, checkout_mended),
    (40, recommendations),
    (48, invoice_export),
    (54, search),
    (60, mailer),
    (66, analytics),
    (72, promotions),
    (78, autoscaler),
    (84, ledger),
    (90, gateway),
    (96, orders),
    (110, checkout_with_a_lost_config_map),
]


def kubectl(*words: str, objects: list[Object] | None = None) -> None:
    manifest = json.dumps({"apiVersion": "v1", "kind": "List", "items": objects or []})
    subprocess.run(["kubectl", *words], input=manifest, text=True, check=True)


def apply(objects: list[Object]) -> None:
    # no annotation that repeats the object
    kubectl("apply", "--server-side", "--force-conflicts", "-f", "-", objects=objects)


def clean(file: Path) -> None:
    """Leave out what tells of the machine it was recorded on, and is in no other cluster."""
    kept = list(entries(file))
    writer = Writer(file)
    for entry in kept:
        if isinstance(entry, Seen) and entry.path.endswith("/clusterrolebindings"):
            name = entry.object["metadata"]["name"]
            if not name.startswith(("system:", "cluster-admin", "ci-deployer")):
                continue
        if isinstance(entry, Seen) and entry.path == "/api/v1/nodes":
            info = entry.object["status"]["nodeInfo"]
            info |= dict.fromkeys(("machineID", "systemUUID", "bootID"), "0" * 32)
            info["kernelVersion"] = "6.1.0-28-cloud-amd64"
        writer.write(entry)
    writer.close()


def main() -> None:
    kubectl("apply", "-f", str(HERE / "shop.yaml"))
    for namespace in ("shop", "payments", "data"):
        source = f"--from-file=app.py={HERE / 'app.py'}"
        kubectl("-n", namespace, "create", "configmap", "app", source)
    apply(well())
    for namespace, kind in (("shop", "deploy"), ("payments", "deploy"), ("data", "sts,ds")):
        for name in subprocess.check_output(
            ["kubectl", "-n", namespace, "get", kind, "-o", "name"], text=True
        ).split():
            kubectl("-n", namespace, "rollout", "status", name, "--timeout=90s")
    time.sleep(QUIET)  # what happens at the start is over
    spaces = [word for name in ("shop", "payments", "data") for word in ("-n", name)]
    command = [sys.executable, "-m", "kure", "record", sys.argv[1], "--for", str(SECONDS)]
    recording = subprocess.Popen([*command, *spaces])
    began = time.monotonic()
    for at, change in STORY:
        time.sleep(max(0.0, began + at - time.monotonic()))
        apply(change())
    if recording.wait() == 0:
        clean(Path(sys.argv[1]))


if __name__ == "__main__":
    main()
