"""A captured manifest on its way back: redacted, as YAML, and taken by a real API server."""

from typing import Any

import httpx
import pytest
import yaml

from agent.messages import failed
from kure.adapters.cluster.credentials import Access
from kure.domain.capture import as_yaml
from kure.domain.failures.model import Failure, FailureClass
from kure.domain.redact import Redactor
from tests.cluster.kube import PATHS, Admin, pod, pod_spec

pytestmark = pytest.mark.cluster

SECRET = "plover-tangent-ocelot"

# Texts that some reader of YAML takes for something else.
TRICKY = ["1e3", "y", "off", "0o17", "12345e67", "null", "1_000", "0x1f", "2026-01-01", "~"]


async def test_a_captured_manifest_is_taken_again_but_for_what_names_the_old_object(
    admin: Admin, admin_access: Access, namespace: str
) -> None:
    env = [{"name": f"TRICKY_{n}", "value": value} for n, value in enumerate(TRICKY)]
    secret = {"name": "DB_PASSWORD", "value": SECRET}
    spec = pod_spec("sleep 1", nodeSelector={"no": "node"}, container={"env": [*env, secret]})
    path = PATHS["Pod"].format(namespace)
    await admin.create(pod(namespace, "cart", spec))
    found = await admin.read(f"{path}/cart")
    since = found["metadata"]["creationTimestamp"]
    failure = Failure(FailureClass.UNSCHEDULABLE, "", yaml.safe_load(since), "", "", "status")
    told = failed("Pod", found, [failure], None, Redactor(b"k" * 32))
    assert isinstance(told.manifest, dict)
    captured: dict[str, Any] = told.manifest
    # As `kubectl get -o yaml` gives it; the API server itself refuses these two in a create.
    metadata = {
        k: v for k, v in captured["metadata"].items() if k not in ("resourceVersion", "uid")
    }
    text = as_yaml(captured | {"metadata": metadata | {"name": "again"}})
    assert SECRET not in text
    async with httpx.AsyncClient(
        base_url=admin_access.server,
        verify=admin_access.tls.context(),
        headers={"Authorization": admin_access.authorization or ""},
    ) as http:
        answer = await http.post(
            f"{path}?dryRun=All", content=text, headers={"Content-Type": "application/yaml"}
        )
    assert answer.status_code == 201, answer.text
    taken = answer.json()["spec"]["containers"][0]["env"]
    assert [one["name"] for one in taken] == [*(one["name"] for one in env), "DB_PASSWORD"]
