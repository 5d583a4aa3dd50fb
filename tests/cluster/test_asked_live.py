"""No secret of the corpus reaches a model, a trace or a log: all of Kure on the real cluster, with
the corpus planted into a workload that fails, and a model that uses tools in each of its turns."""

import asyncio
import base64
import gzip
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from aiohttp import web

from tests.cluster.kube import Admin, deployment
from tests.conftest import folder
from tests.kill.stack import Stack, running
from tests.models.saying import ANSWER, turns_so_far
from tests.models.server import ModelServer
from tests.models.steps import Step
from tests.unit.test_redact_corpus import PLANTS, fill

pytestmark = pytest.mark.cluster

PATIENCE = 180.0
POD = re.compile(r"of Pod/(cart-[a-z0-9-]+)")
FILE = "/planted/said"


def form_of(plant: dict[str, Any]) -> str:
    secret = str(plant["secret"]).replace("¦", "")
    is_encoded = plant.get("as") == "base64"
    return base64.b64encode(secret.encode()).decode() if is_encoded else secret


def planted(namespace: str) -> tuple[list[dict[str, Any]], list[str]]:
    """A workload that shows the corpus wherever a real one can, and all that must not be seen."""
    said, arguments = [], []
    containers: list[dict[str, str]] = [{}]
    config: dict[str, str] = {}
    secrets = []
    for number, plant in enumerate(PLANTS):
        form = form_of(plant)
        filled = fill(plant, form)
        if "text" in plant or "log" in plant:
            said.append(filled.get("text") or filled["log"])
        if "env" in plant:
            name, value = filled["env"]["name"], filled["env"].get("value", form)
            free = [one for one in containers if name not in one]
            if not free:
                free = [{}]
                containers += free
            free[0][name] = value
        if "args" in plant and "command" not in plant:
            arguments += filled["args"]
        if "config" in plant:
            config[f"{number}-{re.sub('[^-._a-zA-Z0-9]', '-', filled['config']['key'])}"] = filled[
                "config"
            ]["value"]
        if {"text", "log", "env", "args", "config"} & set(plant) and "command" not in plant:
            secrets += [form, str(plant["secret"]).replace("¦", "")]
    labels = {"namespace": namespace, "name": "planted"}
    texts = {"said": "\n\n".join(map(str, said)) + "\n"}
    kept = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": labels, "data": texts | config}
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"namespace": namespace, "name": "cart"},
        "spec": {"selector": {"app": "cart"}, "ports": [{"port": 80}]},
    }
    volumes = [{"name": "planted", "configMap": {"name": "planted"}}]
    spec = {
        "containers": [_container(n, env, arguments) for n, env in enumerate(containers)],
        "volumes": volumes,
        "terminationGracePeriodSeconds": 0,
        "automountServiceAccountToken": False,
    }
    return [kept, service, deployment(namespace, "cart", spec)], secrets


def _container(number: int, env: dict[str, str], arguments: list[Any]) -> dict[str, Any]:
    """Says all that is to be said, and fails. What it is told as arguments it does not read."""
    return {
        "name": f"app-{number}",
        "image": "busybox:1.36",
        "imagePullPolicy": "IfNotPresent",
        "command": ["sh", "-c", f"cat {FILE}; echo ERROR: it failed; exit 3"],
        "args": ["sh", *map(str, arguments)],
        "env": [{"name": name, "value": str(value)} for name, value in env.items()],
        "volumeMounts": [{"name": "planted", "mountPath": "/planted"}],
    }


def wishes(turn: int, pod: str) -> list[tuple[str, dict[str, Any]]]:
    """Each tool at least once, over five turns."""
    about = {"namespace": ""}
    log = {"pod": pod, "container": "app-0", "containing": ""}
    every: list[list[tuple[str, dict[str, Any]]]] = [
        [
            ("describe", about | {"kind": "Deployment", "name": "cart"}),
            ("describe", about | {"kind": "Pod", "name": pod}),
            ("describe", about | {"kind": "ConfigMap", "name": "planted"}),
            ("events", about | {"kind": "Pod", "name": pod}),
        ],
        [
            ("logs", log | {"previous": True}),
            ("logs", log | {"previous": False}),
            ("logs", log | {"previous": True, "containing": "password"}),
            ("list", {"kind": "Pod", "labels": "app=cart"}),
        ],
        [
            ("revisions", {}),
            ("who_can", {"verb": "get", "resource": "pods"}),
            ("endpoints", about | {"service": "cart"}),
            ("list", {"kind": "ConfigMap", "labels": ""}),
        ],
        [("logs", log | {"previous": True, "containing": "token"}), ("revisions", {})],
        [("describe", about | {"kind": "Service", "name": "cart"})],
    ]
    return every[turn]


def decide(_protocol: object, asked: dict[str, Any]) -> Step:
    """Tools in all five turns, also in the last, where it may not; then it answers."""
    turn = turns_so_far(asked)
    if turn >= 5:
        return Step(say=ANSWER)
    found = POD.search(asked["messages"][1]["content"])
    assert found is not None, "no evidence of the pod was told"
    calls = [{"name": name, "arguments": given} for name, given in wishes(turn, found[1])]
    return Step(call=calls)


@dataclass
class Traces:
    """A collector that keeps every byte."""

    url: str = ""
    bodies: list[bytes] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.read())
        return web.Response()


@asynccontextmanager
async def collecting() -> AsyncIterator[Traces]:
    traces, app = Traces(), web.Application(client_max_size=2**26)
    app.router.add_post("/{path:.*}", traces.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    traces.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield traces
    finally:
        await runner.cleanup()


async def set_provider(stack: Stack, server: ModelServer) -> None:
    """As an administrator does."""
    provider = {"id": "local", "kind": "compatible", "model": "small", "place": "inside"}
    provider |= {"base_url": f"{server.url}/v1", "key": "sk-provider-1234567890"}
    body = {"version": 0, "ask": "always", "providers": [provider]}
    headers = {"Authorization": f"Bearer {stack.token}", "Origin": stack.url}
    async with httpx.AsyncClient(base_url=stack.url, headers=headers, timeout=20) as client:
        answer = await client.put("/api/admin/llm", json=body)
    assert answer.is_success, answer.text


async def investigated(stack: Stack, namespace: str) -> dict[str, Any]:
    """The incident's page, once its investigation is over."""
    row = await stack.until(namespace, lambda row: not row["diagnosing"])
    headers = {"Authorization": f"Bearer {stack.token}"}
    async with httpx.AsyncClient(base_url=stack.url, headers=headers, timeout=20) as client:
        async with asyncio.timeout(PATIENCE):
            while True:
                page: dict[str, Any] = (await client.get(f"/api/incidents/{row['id']}")).json()
                if page["investigation"] and page["investigation"]["state"] != "asking":
                    return page
                await asyncio.sleep(0.2)


async def test_no_planted_secret_reaches_a_model_a_trace_or_a_log(
    admin: Admin, namespace: str
) -> None:
    objects, secrets = planted(namespace)
    assert len(secrets) > 300
    with folder() as path:
        async with (
            ModelServer(decide=decide) as server,
            collecting() as traces,
            running(
                path, KURE_OUTGOING_LOOPBACK="true", KURE_OTLP_ENDPOINT=traces.url,
                KURE_LOG_LEVEL="DEBUG",
            ) as stack,
        ):  # fmt: skip
            await set_provider(stack, server)
            for made in objects:
                await admin.create(made)
            page = await investigated(stack, namespace)
        logs = b"\n".join(file.read_bytes() for file in (path / "log").glob("*.log*"))
    sent = b"\n".join(one.bytes for one in server.asked)
    told = b"\n".join(_opened(body) for body in traces.bodies)
    assert page["investigation"]["state"] == "answered", page["investigation"]
    names = {json.loads(call.body)["messages"][-1]["role"] for call in server.asked[1:5]}
    assert (len(server.asked), names) == (6, {"tool"})
    # What is looked through is all there, and shows what is no secret.
    assert b"it failed" in sent
    assert sent.count(b"[redacted:") > 500
    assert b"ask_model" in told
    assert b"kure.worker" in logs
    for place, found in (("model", sent), ("trace", told), ("log", logs)):
        assert _seen(secrets, found) == [], place
    assert _seen(secrets, json.dumps(page).encode()) == [], "page"


def _opened(body: bytes) -> bytes:
    return gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body


def _seen(secrets: list[str], where: bytes) -> list[str]:
    """Those that can be read there, as they are or as JSON has them; a number that is secret only
    as a whole one, since it is also part of a longer one that is none."""
    text = where.decode(errors="replace")
    forms = {one: {one, json.dumps(one)[1:-1]} for one in secrets}
    return [one for one, written in forms.items() if any(_stands(form, text) for form in written)]


def _stands(form: str, text: str) -> bool:
    if form.isdigit():
        return re.search(rf"(?<!\d){form}(?!\d)", text) is not None
    return form in text
