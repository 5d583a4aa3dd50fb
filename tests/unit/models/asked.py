"""A Deployment "cart" that fails, as a model is asked about it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from kure.domain.capture import as_yaml
from kure.domain.diagnosis.model import Cause, Confidence, EvidenceLine
from kure.domain.models.subject import Item, Subject
from kure.domain.workloads import Workload

NOW = datetime(2026, 11, 23, 20, 30, tzinfo=UTC)
CART = Workload("prod", "shop", "Deployment", "cart")
POD = "cart-7d9c5b8f64-x2x4z"

LOG = """\
2026-11-23T20:29:00Z INFO starting 17 workers
Traceback (most recent call last):
  File "/app/main.py", line 7, in <module>
    port = os.environ["PORT"]
KeyError: 'PORT'
"""


def cause(**change: Any) -> Cause:
    told: dict[str, Any] = {
        "rule": "crashes/python",
        "failure_class": "crash_loop",
        "container": "app",
        "title": "Python ends with KeyError: 'PORT'",
        "explanation": "It exits with 1 after 2 s.",
        "confidence": Confidence.LIKELY,
        "evidence": (EvidenceLine("log", f"Pod/{POD}/app/previous", "5", "KeyError: 'PORT'"),),
        "fix": "Set the variable.",
    }
    return Cause(**told | change)


def log(text: str = LOG, pod: str = POD, id_: str = "log-1", **change: Any) -> Item:
    told: dict[str, Any] = {"container": "app", "stream": "previous", "captured_at": NOW}
    return Item(id_, "log", f"Pod/{pod}", text, **told | change)


def events(*messages: str, pod: str = POD, minutes: int = 0, reason: str = "FailedMount") -> Item:
    at = (NOW + timedelta(minutes=minutes)).isoformat()
    told = [
        {
            "type": "Warning",
            "reason": reason,
            "message": message,
            "count": 3 + minutes,
            "lastTimestamp": at,
            "involvedObject": {"kind": "Pod", "name": pod, "namespace": "shop"},
        }
        for message in messages
    ]
    return Item("events-1", "events", f"Pod/{pod}", as_yaml(told), captured_at=NOW)


def owner(**change: Any) -> Item:
    container = {"name": "app", "image": "registry.example/cart:1.2", **change}
    obj = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {
            "name": "cart",
            "namespace": "shop",
            "uid": "9d1f4c1e-1111-4222-8333-444455556666",
        },
        "spec": {
            "replicas": 2,
            "template": {
                "metadata": {"labels": {"app": "cart"}},
                "spec": {"serviceAccountName": "cart-runner", "containers": [container]},
            },
        },
        "status": {"replicas": 2},
    }
    return Item("owner-1", "owner", "Deployment/cart", as_yaml(obj), captured_at=NOW)


def subject(**change: Any) -> Subject:
    told: dict[str, Any] = {
        "workload": CART,
        "causes": (cause(),),
        "unavailable": ("Cannot read the log of shop/cart/sidecar: 404",),
        "evidence": (events("MountVolume.SetUp failed"), owner(), log()),
    }
    return Subject(**told | change)
