"""The listeners beside the people's: for agents their own routes only, for Prometheus its own."""

import asyncio
import os
import signal
import ssl
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from api import listeners
from api.main import create_app
from kure.adapters.prometheus import address
from kure.errors import Misconfigured
from kure.settings import Settings
from tests.api.conftest import AGENT_TOKEN, OTHER_TOKEN, admin_of, free_port, settings_for
from tests.api.kube_server import as_agent
from tests.api.test_reports import CRASH, FAILED


@asynccontextmanager
async def listening(settings: Settings) -> AsyncIterator[None]:
    """All listeners in this process, until the first is told to stop."""
    app = create_app(settings)
    servers = listeners.servers(app, settings)
    task = asyncio.create_task(listeners.serve(app, servers))
    try:
        async with asyncio.timeout(20):
            for server in servers:
                await server.up.wait()
        yield
    finally:
        servers[0].should_exit = True
        await task


@pytest.fixture
def settings(database: str, temporal_address: str, data_dir: Path) -> Settings:
    more = {"agent_listen": f"127.0.0.1:{free_port()}", "reports_per_minute": 3}
    more["metrics_listen"] = f"127.0.0.1:{free_port()}"
    return settings_for(database, temporal_address, data_dir, **more)


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for localhost that nobody signed, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pkcs8 = serialization.PrivateFormat.PKCS8
    cert_file, key_file = folder / "tls.crt", folder / "tls.key"
    cert_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(key.private_bytes(serialization.Encoding.PEM, pkcs8, plain))
    return cert_file, key_file


@pytest.mark.parametrize(
    "more",
    [
        {"agent_listen": "8443"},
        {"agent_listen": ":8443"},
        {"agent_listen": "0.0.0.0:"},
        {"agent_listen": "0.0.0.0:http"},
        {"agent_listen": "0.0.0.0:0"},
        {"agent_listen": "0.0.0.0:65536"},
        {"agent_listen": "::1:8443"},
        {"metrics_listen": "9090"},
        {"agent_tls_cert": Path("/none")},
        {"agent_listen": "127.0.0.1:8443", "agent_tls_cert": Path("/none")},
        {"agent_listen": "127.0.0.1:8443", "agent_tls_key": Path("/none")},
        {
            "agent_listen": "127.0.0.1:8443",
            "agent_tls_cert": Path("/none"),
            "agent_tls_key": Path("/none"),
        },
    ],
    ids=str,
)
def test_a_listener_that_cannot_work_is_refused(data_dir: Path, more: dict[str, object]) -> None:
    settings = Settings.model_validate({"data_dir": data_dir} | more)
    with pytest.raises(Misconfigured, match=r"KURE_(AGENT|METRICS)_"):
        listeners.servers(create_app(settings), settings)


@pytest.mark.parametrize(
    ("listen", "expected"), [("[::1]:1", ("::1", 1)), ("0.0.0.0:443", ("0.0.0.0", 443))]
)
def test_an_address_is_a_host_and_a_port(listen: str, expected: tuple[str, int]) -> None:
    assert address("KURE_AGENT_LISTEN", listen) == expected


async def test_agents_reach_their_routes_and_no_others(settings: Settings) -> None:
    people = create_app(settings)
    async with (
        listening(settings),
        httpx.AsyncClient(base_url=f"http://{settings.agent_listen}", timeout=15) as client,
    ):
        client.headers["Host"] = "kure-agents.kure.svc"
        token = (await admin_of(settings)).token
        client.headers["Authorization"] = f"Bearer {token}"
        paths = people.openapi()["paths"]
        theirs = [("GET", "/"), ("GET", "/api/openapi.json")] + [
            (method, path)
            for path, operations in paths.items()
            for method, operation in operations.items()
            if "agents" not in operation["tags"] and path != "/healthz"
        ]
        assert len(theirs) > 10
        for method, path in theirs:
            answer = await client.request(method, path)
            shared = any("agents" in other["tags"] for other in paths.get(path, {}).values())
            assert answer.status_code == (405 if shared else 404), (method, path)
            assert answer.headers["content-type"] == "application/problem+json"
        assert (await client.get("/healthz")).status_code == 200
        assert (await client.get("/metrics")).status_code == 404
        assert (await client.get("/api/agent/open")).status_code == 401
        asked = await client.get("/api/agent/open", headers={"X-Service-Token": AGENT_TOKEN})
        assert asked.status_code == 200
        large = await client.post(FAILED, content=b"x" * 3 * 1024 * 1024, **as_agent(AGENT_TOKEN))
        assert large.status_code == 413
        page = {"Origin": "http://kure-agents.kure.svc", "X-Service-Token": AGENT_TOKEN}
        assert (await client.get("/api/agent/open", headers=page)).status_code == 403


async def test_reports_are_limited_for_each_token_and_counted(settings: Settings) -> None:
    async with listening(settings), httpx.AsyncClient(timeout=15) as client:
        url = f"http://{settings.agent_listen}"
        answers = [
            await client.post(url + FAILED, json=CRASH, **as_agent(AGENT_TOKEN)) for _ in range(4)
        ]
        assert [answer.status_code for answer in answers] == [202, 202, 202, 429]
        assert int(answers[-1].headers["Retry-After"]) >= 1
        assert answers[-1].headers["content-type"] == "application/problem+json"
        # Nothing but reports counts, and others have their own measure.
        asked = await client.get(url + "/api/agent/open", **as_agent(AGENT_TOKEN))
        assert asked.status_code == 200
        other = await client.post(url + FAILED, json=CRASH, **as_agent(OTHER_TOKEN))
        assert other.status_code == 202
        beat = {"version": "1", "node": "node-1", "queued": 7, "watch_lag_seconds": 1.5,
                "leads": True, "nodes": ["node-1", "node-2"]}  # fmt: skip
        await client.post(url + "/api/agent/heartbeat", json=beat, **as_agent(AGENT_TOKEN))
        shown = (await client.get(f"http://{settings.metrics_listen}/metrics")).text
        own = settings.cluster
        for line in (
            'kure_reports_total{outcome="accepted",what="failed"} 2.0',
            'kure_reports_total{outcome="duplicate",what="failed"} 2.0',
            'kure_reports_total{outcome="throttled",what="failed"} 1.0',
            'kure_incidents{status="open"} 2.0',
            'kure_incidents{status="resolved"} 0.0',
            f'kure_agents_live{{cluster="{own}"}} 1.0',
            f'kure_unwatched_nodes{{cluster="{own}"}} 0.0',
            f'kure_agent_queued{{cluster="{own}",node="node-1"}} 7.0',
            f'kure_agent_watch_lag_seconds{{cluster="{own}",node="node-1"}} 1.5',
        ):
            assert line in shown or _swapped(line) in shown, line
        assert (await client.get(f"http://127.0.0.1:{settings.port}/metrics")).text != shown


def _swapped(line: str) -> str:
    """The same sample with its two labels in the other order."""
    name, _, rest = line.partition("{")
    labels, _, value = rest.partition("}")
    return f"{name}{{{','.join(reversed(labels.split(',')))}}}{value}"


async def test_agents_may_come_by_tls(database: str, temporal_address: str, data_dir: Path) -> None:
    cert, key = certificate(data_dir)
    listen = f"127.0.0.1:{free_port()}"
    more = {"agent_listen": listen, "agent_tls_cert": cert, "agent_tls_key": key}
    settings = settings_for(database, temporal_address, data_dir, **more)
    context = ssl.create_default_context(cafile=str(cert))
    async with listening(settings), httpx.AsyncClient(verify=context, timeout=15) as client:
        url = f"https://localhost:{listen.rpartition(':')[2]}"
        assert (await client.get(f"{url}/healthz")).status_code == 200
        assert (await client.get(f"{url}/api/agent/config", **as_agent(AGENT_TOKEN))).is_success


async def test_all_listeners_stop_at_once_though_an_agent_waits(settings: Settings) -> None:
    env = {
        "KURE_" + name.upper(): str(value)
        for name, value in settings.model_dump(mode="json", exclude_unset=True).items()
        if isinstance(value, str | int)
    }
    assert settings.database_url is not None
    env |= {
        "KURE_DATABASE_URL": settings.database_url.get_secret_value(),
        "KURE_SERVICE_TOKEN": AGENT_TOKEN,
        "PATH": os.environ["PATH"],
    }
    command = (sys.executable, "-m", "api.main")
    process = await asyncio.create_subprocess_exec(*command, env=env, stderr=PIPE)
    async with httpx.AsyncClient(timeout=60) as client:
        url = f"http://{settings.agent_listen}"
        async with asyncio.timeout(30):
            while not await _answers(client, f"{url}/healthz"):
                await asyncio.sleep(0.05)
        config = f"{url}/api/agent/config"
        first = await client.get(config, **as_agent(AGENT_TOKEN))
        known = {"X-Service-Token": AGENT_TOKEN, "If-None-Match": first.headers["ETag"]}
        waiting, sent = _ask_on(client, config, params={"wait": 55}, headers=known)
        await sent.wait()
        await client.get(f"{url}/healthz")  # answered after what was sent before
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(10):
            _, said = await process.communicate()
        assert process.returncode == 0, said
        assert (await waiting).status_code == 304
        assert b"Traceback" not in said


def _ask_on(
    client: httpx.AsyncClient, url: str, **more: Any
) -> tuple[asyncio.Task[httpx.Response], asyncio.Event]:
    """A request under way, and when it has left."""
    sent = asyncio.Event()

    async def trace(name: str, info: dict[str, Any]) -> None:
        if name.endswith("send_request_body.complete"):
            sent.set()

    return asyncio.create_task(client.get(url, extensions={"trace": trace}, **more)), sent


async def _answers(client: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(url)).is_success
    except httpx.TransportError:
        return False


async def test_what_did_not_change_is_not_sent_again(settings: Settings) -> None:
    async with listening(settings), httpx.AsyncClient(timeout=15) as client:
        url = f"http://{settings.agent_listen}/api/agent/config"
        first = await client.get(url, **as_agent(AGENT_TOKEN))
        assert first.json()["graces"]["pending"] == 30
        known = {"X-Service-Token": AGENT_TOKEN, "If-None-Match": first.headers["ETag"]}
        again = await client.get(url, params={"wait": 0.05}, headers=known)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
        stale = known | {"If-None-Match": '"of-another-release"'}
        assert (await client.get(url, params={"wait": 50}, headers=stale)).json() == first.json()
        too_long = await client.get(url, params={"wait": 56}, headers=known)
        assert too_long.status_code == 422
