"""No secret of the corpus reaches a model: planted into all that a workload shows, none stands in
the question, nor in what any tool reads.

The plants are those of tests/cases/redact/secrets.yaml; tests/unit/test_redact_corpus.py says how
they are written.
"""

import base64
import json
from copy import deepcopy
from typing import Any

import pytest
from temporalio.testing import ActivityEnvironment

from activities.cluster import ClusterActivities
from kure.contracts.activities import GatherRequest, PodRef
from kure.domain.failures.model import Graces
from kure.domain.models.prompt import BUDGET, question, told
from kure.domain.models.subject import Item, Subject
from kure.domain.redact import Redactor
from kure.errors import KureError
from kure.ports import Manifest, NewEvidence
from tests.activities.cart import CART, EVENTS, NOW, PODS, controlled, deployment, pod, world
from tests.activities.wishes import REDACTOR, read
from tests.fakes import FakeCluster, FakeEvidenceStore
from tests.unit.test_redact_corpus import NAMES, PLANTS, fill, manifest_of

SHOP = "/api/v1/namespaces/shop"
SETS = "/apis/apps/v1/namespaces/shop/replicasets"
LOG_LINES = ("starting", "{}", "ERROR it failed", "{}")

WISHES: tuple[tuple[str, dict[str, Any]], ...] = (
    *(
        (tool, {"kind": kind, "name": name, "namespace": ""})
        for tool in ("describe", "events")
        for kind, name in (
            ("Pod", "cart-1-a"),
            ("Pod", "planted"),
            ("Deployment", "cart"),
            ("ReplicaSet", "cart-1"),
            ("ConfigMap", "planted"),
            ("Service", "planted"),
            ("Node", "node-1"),
        )
    ),
    *(
        ("logs", {"pod": name, "container": "app", "previous": previous, "containing": text})
        for name, previous in (("cart-1-a", True), ("cart-1-a", False), ("planted", False))
        for text in ("", "e")
    ),
    *(("list", {"kind": kind, "labels": ""}) for kind in ("Pod", "Deployment", "ConfigMap")),
    *(("list", {"kind": kind, "labels": ""}) for kind in ("ReplicaSet", "Service")),
    ("revisions", {}),
    ("who_can", {"verb": "get", "resource": "pods"}),
    ("endpoints", {"service": "planted", "namespace": ""}),
)


def form_of(plant: dict[str, Any]) -> str:
    secret = str(plant["secret"]).replace("¦", "")
    is_encoded = plant.get("as") == "base64"
    return base64.b64encode(secret.encode()).decode() if is_encoded else secret


def named(kind: str, **more: Any) -> Manifest:
    metadata = {"name": "planted", "namespace": "shop", "uid": "uid-planted"}
    return {"kind": kind, "metadata": metadata, **more}


def container_of(plant: dict[str, Any], form: str) -> Manifest:
    """A container with the secret where the plant has it, if it has it in one."""
    made = {"name": "app", "image": "cart:1", "env": [{"name": "PORT", "value": "80"}]}
    if "text" in plant or "config" in plant or "object" in plant:
        return made
    [found] = manifest_of(plant, form)["spec"]["containers"]
    whole: Manifest = made | found | {"name": "app"}
    return whole


def text_of(plant: dict[str, Any], form: str) -> str:
    """What a program or a controller says with it."""
    return str(fill(plant.get("text", plant.get("log", "nothing")), form))


def planted(plant: dict[str, Any], form: str) -> FakeCluster:
    """The failing Deployment with the secret in everything that may hold such a one."""
    text, container = text_of(plant, form), container_of(plant, form)
    crashed = pod()
    crashed["spec"] |= {"containers": [container]}
    [status] = crashed["status"]["containerStatuses"]
    crashed["status"] = crashed["status"] | {"message": text}
    status["lastState"]["terminated"] |= {"message": text}
    owner = deployment()
    template = {"metadata": {"labels": {"app": "cart"}}, "spec": {"containers": [container]}}
    owner["spec"] |= {"template": template}
    owner["status"] |= {"conditions": [{"type": "Progressing", "message": text}]}
    objects: dict[str, Manifest | KureError] = world(pod=crashed, deployment=owner) | {
        f"{PODS}/planted": named("Pod", spec={"containers": [container]}),
        f"{SHOP}/services/planted": named("Service", spec={"selector": {"app": "cart"}}),
        f"{SHOP}/configmaps/planted": named("ConfigMap", data={"a": text}),
    }
    objects |= {f"{SETS}/cart-{n}": _revision(n, container) for n in (1, 2)}
    if "config" in plant:
        objects[f"{SHOP}/configmaps/planted"] = named("ConfigMap") | {
            "data": manifest_of(plant, form)["data"]
        }
    if "object" in plant:
        _put(objects, manifest_of(plant, form))
    for at, (kind, name) in enumerate([("Pod", "cart-1-a"), ("Deployment", "cart")]):
        about = {"kind": kind, "name": name, "uid": f"uid-{name}"}
        event = {"type": "Warning", "reason": "Failed", "message": text, "involvedObject": about}
        objects[f"{EVENTS}/planted-{at}"] = event
    lines = "\n".join(LOG_LINES).format(text, text)
    logs = {
        (name, "app", previous): lines
        for name in ("cart-1-a", "planted")
        for previous in (False, True)
    }
    return FakeCluster(objects, logs=logs)


def _revision(number: int, container: Manifest) -> Manifest:
    """The second one has what was planted, the first has not."""
    before = {"name": "app", "image": "cart:0"}
    metadata = {
        "name": f"cart-{number}",
        "namespace": "shop",
        "uid": "uid-rs" if number == 1 else "uid-rs-2",
        "labels": {"app": "cart"},
        "annotations": {"deployment.kubernetes.io/revision": str(number)},
        "ownerReferences": controlled("Deployment", "cart", "uid-cart"),
    }
    template = {"spec": {"containers": [container if number == 2 else before]}}
    return {"kind": "ReplicaSet", "metadata": metadata, "spec": {"template": template}}


def _put(objects: dict[str, Manifest | KureError], found: Manifest) -> None:
    """A whole object under the name that is asked for; of a Secret there is no way to ask."""
    kind = found["kind"]
    resource = {"Pod": "pods", "ConfigMap": "configmaps"}.get(kind, "secrets")
    metadata = found.get("metadata", {}) | {"name": "planted", "namespace": "shop"}
    objects[f"{SHOP}/{resource}/planted"] = found | {"metadata": metadata}


def item_of(evidence: NewEvidence, number: int) -> Item:
    return Item(
        *(str(number), evidence.kind, evidence.subject, evidence.text),
        container=evidence.container,
        stream=evidence.stream,
        captured_at=NOW,
    )


class Open(Redactor):
    """Hides nothing."""

    def text(self, text: str) -> str:
        return text

    def manifest(self, manifest: Manifest) -> Manifest:
        return deepcopy(manifest)

    def with_secrets_of(self, manifest: Manifest) -> Redactor:
        return self


async def all_that_a_model_is_told(cluster: FakeCluster, redactor: Redactor = REDACTOR) -> str:
    store = FakeEvidenceStore()
    gathering = ClusterActivities(cluster, store, redactor, lambda: NOW, Graces())
    ref = PodRef(uid="uid-cart-1-a", name="cart-1-a")
    request = GatherRequest(incident_id="i", run_id="r", number=7, workload=CART, pods=[ref])
    gathered = await ActivityEnvironment().run(gathering.gather, request)
    items = [item_of(kept, n) for n, kept in enumerate(store.kept.values())]
    subject = Subject(
        CART, gathered.diagnosis.causes, gathered.diagnosis.unavailable, evidence=items
    )
    asked = question(subject, BUDGET * 5)
    assert "E1:1| " in asked.text
    texts = [asked.system, asked.text]
    for number, (tool, arguments) in enumerate(WISHES):
        wished = FakeEvidenceStore()
        found = await read(
            cluster, tool, store=wished, call_id=f"c{number}", redactor=redactor, **arguments
        )
        texts.append(found.refusal)
        texts += [told(9, item_of(kept, 9)) for kept in wished.kept.values()]
    return "\n".join(texts)


@pytest.mark.parametrize("plant", PLANTS, ids=NAMES)
async def test_no_planted_secret_reaches_a_model(plant: dict[str, Any]) -> None:
    form = form_of(plant)
    everything = await all_that_a_model_is_told(planted(plant, form))
    secret = str(plant["secret"]).replace("¦", "")
    forms = {secret, form, json.dumps(form, ensure_ascii=False)[1:-1]}
    assert [lost for lost in forms if lost in everything] == []


@pytest.mark.parametrize("plant", [plant for plant in PLANTS if "text" in plant][::12])
async def test_nothing_but_redaction_keeps_them_from_it(plant: dict[str, Any]) -> None:
    form = form_of(plant)
    everything = await all_that_a_model_is_told(planted(plant, form), Open(bytes(32)))
    assert everything.count(form.split("\n")[0]) > len(WISHES) / 4
