"""Two hundred secrets in real pods: none of them in PostgreSQL, Temporal, a log or the stream."""

import asyncio
import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from kure.adapters.crypto import Keyring
from kure.adapters.postgres.evidence import EvidenceTable
from kure.ports import Manifest
from tests.cluster.kube import Admin
from tests.conftest import folder
from tests.kill.stack import PATIENCE, Stack, running

pytestmark = pytest.mark.cluster

CORPUS = Path(__file__).parents[1] / "cases" / "redact" / "secrets.yaml"
PODS = 8
BASE64 = re.compile(r'"data": ?"([^"]+)"')


def planted() -> list[tuple[str, dict[str, Any]]]:
    """Each secret of the corpus that a pod can carry, with how it is planted."""
    found = []
    for group in yaml.safe_load(CORPUS.read_text()):
        for plant in group["plants"]:
            secret = str(plant["secret"]).replace("¦", "")
            if plant.get("as") == "base64":
                secret = base64.b64encode(secret.encode()).decode()
            # Arguments of a program of their own would need its image.
            if {"env", "args", "text", "log"} & set(plant) and "command" not in plant:
                found.append((secret, plant))
    return found


def fill(value: Any, secret: str) -> Any:
    """The planted thing with the secret where the corpus says §."""
    if isinstance(value, dict):
        return {key: fill(item, secret) for key, item in value.items()}
    if isinstance(value, list):
        return [fill(item, secret) for item in value]
    return str(value).replace("¦", "").replace("§", secret)


def tellers(
    namespace: str, plants: list[tuple[str, dict[str, Any]]]
) -> tuple[list[Manifest], list[Manifest]]:
    """Pods that carry the secrets in environment, arguments and log, and die; and the ConfigMaps
    that hold what they say, which Kure does not read."""
    env: list[dict[str, str]] = [{} for _ in range(PODS)]
    args: list[list[str]] = [[] for _ in range(PODS)]
    lines: list[list[str]] = [[] for _ in range(PODS)]
    for number, (secret, plant) in enumerate(plants):
        pod = number % PODS
        for variable in as_list(plant.get("env")):
            pod = next(n for n in range(PODS) if variable["name"] not in env[n])
            named = {"value": "§"} | variable
            env[pod][named["name"]] = fill(named["value"], secret)
        args[pod] += fill(plant.get("args") or [], secret)
        lines[pod] += [fill(plant[key], secret) for key in ("text", "log") if key in plant]
    pods = [teller(namespace, n, env[n], args[n]) for n in range(PODS)]
    said = [
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"namespace": namespace, "name": f"said-{n}"},
            "data": {"said": "\n".join(lines[n]) + "\n"},
        }
        for n in range(PODS)
    ]
    return pods, said


def as_list(value: Any) -> list[dict[str, str]]:
    return value if isinstance(value, list) else [value] if value else []


def teller(namespace: str, number: int, env: dict[str, str], args: list[str]) -> Manifest:
    container = {
        "name": "app",
        "image": "busybox:1.36",
        "imagePullPolicy": "IfNotPresent",
        "command": ["sh", "-c", "cat /said/said; exit 1", "app"],
        "args": args,
        "env": [{"name": name, "value": value} for name, value in env.items()],
        "volumeMounts": [{"name": "said", "mountPath": "/said"}],
    }
    volume = {"name": "said", "configMap": {"name": f"said-{number}"}}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"namespace": namespace, "name": f"teller-{number}"},
        "spec": {
            "containers": [container],
            "volumes": [volume],
            "terminationGracePeriodSeconds": 0,
            "automountServiceAccountToken": False,
        },
    }


async def test_no_secret_of_a_pod_is_kept_anywhere(admin: Admin, namespace: str) -> None:
    plants = planted()
    assert len(plants) >= 200
    pods, said = tellers(namespace, plants)
    with folder() as path:
        async with running(path, KURE_ENCRYPT_PAYLOADS="false", KURE_LOG_LEVEL="DEBUG") as stack:
            for obj in (*said, *pods):
                await admin.create(obj)
            await all_diagnosed(stack, namespace)
            places = {
                "PostgreSQL": await tables(stack),
                "evidence": await evidence(stack),
                "Temporal": await histories(stack),
                "the stream": json.dumps(stack.events),
            }
        places |= {log.name: log.read_text("utf-8", "replace") for log in path.glob("log/*")}
    assert "exits with code 1" in places["PostgreSQL"]
    assert "/said/said" in places["evidence"]
    leaks = [
        (place, secret, plant)
        for secret, plant in plants
        for place, text in places.items()
        if secret in text
    ]
    assert leaks == []


async def all_diagnosed(stack: Stack, namespace: str) -> None:
    """Every pod has its incident, its diagnosis, and its previous log among the evidence."""
    async with asyncio.timeout(PATIENCE):
        while True:
            rows = await stack.incidents(namespace)
            logs = await stack.pool.fetchval(
                "SELECT count(DISTINCT i.id) FROM evidence e JOIN incidents i"
                " ON i.id = e.incident_id WHERE e.kind = 'log' AND i.namespace = $1",
                namespace,
            )
            if len(rows) == PODS == logs and not any(row["diagnosing"] for row in rows):
                return
            await asyncio.sleep(0.2)


async def tables(stack: Stack) -> str:
    """Every row of every table."""
    names = await stack.pool.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    rows = [
        row[0]
        for name in names
        for row in await stack.pool.fetch(f"SELECT t::text FROM {name['tablename']} t")
    ]
    return "\n".join(rows)


async def evidence(stack: Stack) -> str:
    """All evidence, decrypted."""
    cipher = Keyring.load(stack.data_dir / "key").cipher("evidence")
    table = EvidenceTable(stack.pool, cipher)
    ids = await stack.pool.fetch("SELECT incident_id, id FROM evidence")
    texts = [(await table.read(stack.pool, row["incident_id"], row["id"])).text for row in ids]
    return "\n".join(texts)


async def histories(stack: Stack) -> str:
    """Every event of every run, its payloads decoded."""
    found = []
    for row in await stack.pool.fetch("SELECT DISTINCT workflow_id FROM runs"):
        history = await stack.temporal.get_workflow_handle(row["workflow_id"]).fetch_history()
        text = history.to_json()
        found.append(text)
        found += [
            base64.b64decode(data).decode("utf-8", "replace") for data in BASE64.findall(text)
        ]
    return "\n".join(found)
