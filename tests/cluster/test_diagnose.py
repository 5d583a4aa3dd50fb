"""`kure diagnose` on a real cluster, and on a dump of it."""

import asyncio
import json
from pathlib import Path

import pytest

from kure.diagnosing.command import Ask, run
from kure.diagnosing.report import Report
from kure.domain import manifests
from kure.domain.redact import Redactor
from kure.errors import AccessDenied
from kure.settings import Settings
from tests.cluster.kube import PATHS, Admin, deployment, pod_spec

pytestmark = pytest.mark.cluster

PATIENCE = 60
SECRET = "plover-tangent-ocelot"
KINDS = (
    PATHS["Pod"],
    PATHS["Deployment"],
    "/apis/apps/v1/namespaces/{}/replicasets",
    "/api/v1/namespaces/{}/events",
)


async def crashing(admin: Admin, namespace: str) -> None:
    """A Deployment whose pod has crashed, and a pod that is well."""
    container = {"env": [{"name": "DB_PASSWORD", "value": SECRET}]}
    spec = pod_spec(f"echo ERROR cannot log in with {SECRET}; exit 3", container=container)
    await admin.create(deployment(namespace, "cart", spec))
    await admin.create(deployment(namespace, "well", pod_spec("sleep 3600")))
    async with asyncio.timeout(PATIENCE):
        while True:
            found = await admin.read(PATHS["Pod"].format(namespace))
            states = [
                manifests.text(pod["metadata"]["name"])[:4] for pod in found["items"] if fails(pod)
            ]
            if states == ["cart"]:
                return
            await asyncio.sleep(0.2)


def fails(pod: manifests.Manifest) -> bool:
    return any(
        container.restart_count and container.state("waiting")
        for container in manifests.containers(pod)
    )


async def diagnosed(settings: Settings, ask: Ask) -> Report:
    return await run(settings, ask, Redactor(b"k" * 32))


async def dumped(admin: Admin, namespace: str) -> str:
    """As `kubectl get … -o json` prints it: one List of all kinds."""
    items = []
    for path in KINDS:
        found = await admin.read(path.format(namespace))
        named = {"kind": found["kind"].removesuffix("List"), "apiVersion": found["apiVersion"]}
        items += [named | item for item in found["items"]]
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": items})


def written(file: Path, text: str) -> str:
    file.write_text(text)
    return str(file)


async def test_an_account_without_rights_is_told_what_it_lacks(stranger: Settings) -> None:
    with pytest.raises(AccessDenied, match="cannot list resource"):
        await diagnosed(stranger, Ask(everything=True))


async def test_a_namespace_and_its_dump_say_the_same(
    admin: Admin, admin_settings: Settings, namespace: str, tmp_path: Path
) -> None:
    await crashing(admin, namespace)
    file = written(tmp_path / "dump.json", await dumped(admin, namespace))
    live = await diagnosed(admin_settings, Ask(namespace=namespace))
    dump = await diagnosed(admin_settings, Ask(file=file))
    for report in (live, dump):
        (finding,) = report.findings
        assert (finding.workload.kind, finding.workload.name) == ("Deployment", "cart")
        assert SECRET not in report.model_dump_json()
    assert "cannot log in with [redacted:" in live.findings[0].causes[0].title
    assert any("has no logs" in line for line in dump.findings[0].unavailable)
