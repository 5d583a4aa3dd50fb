"""The client for what is outside, against real sockets: what it refuses, and how it ends."""

import asyncio
import gzip
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from ipaddress import ip_address
from typing import Any

import httpx2
import pytest
from aiohttp import web
from pydantic import SecretStr

from kure.adapters.outgoing import Call, Guard, Outgoing, guarded_client
from kure.domain.addresses import Address
from kure.errors import AddressRefused, NotDelivered, TooLarge
from kure.settings import Settings, _services

TRUST = ssl.create_default_context()
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def names(table: dict[str, list[str]]) -> Callable[[str, int], Awaitable[list[Address]]]:
    """A resolver that knows these names; asked again, a name with further answers gives those."""
    asked: dict[str, int] = {}

    async def resolve(host: str, port: int) -> list[Address]:
        if host not in table:
            return [ip_address(host)]
        answers = table[host]
        place = min(asked.get(host, 0), len(answers) - 1)
        asked[host] = place + 1
        return [ip_address(one) for one in answers[place].split(",")]

    return resolve


@asynccontextmanager
async def server(handler: Handler) -> AsyncIterator[int]:
    """Listens on loopback; gives the port."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def fine(request: web.Request) -> web.Response:
    return web.json_response({"host": request.headers["Host"], "path": request.path})


REFUSED = [
    ("http://example.com/", "https://"),
    ("ftp://example.com/", "https://"),
    ("https://ada:secret@example.com/", "no user or password"),
    ("https:///hook", "host"),
    ("not an address", "https?://|host|address"),
    ("https://metadata/latest", "link-local"),
    ("https://mapped/", "the machine itself"),
    ("https://nat64/", "link-local"),
    ("https://private/", "marked as inside"),
    ("https://half/", "the machine itself"),
    ("https://127.0.0.1/", "the machine itself"),
    ("https://[::1]/", "the machine itself"),
    ("https://kubernetes.default.svc/", "Kubernetes API"),
    ("https://rebinding/", "the machine itself"),
]
TABLE = {
    "example.com": ["93.184.215.14"],
    "metadata": ["169.254.169.254"],
    "mapped": ["::ffff:127.0.0.1"],
    "nat64": ["64:ff9b::a9fe:a9fe"],
    "private": ["10.1.2.3"],
    "half": ["93.184.215.14,127.0.0.1"],
    "kubernetes.default.svc": ["10.96.0.1"],
    "10.96.0.1": ["10.96.0.1"],
    "rebinding": ["127.0.0.1", "93.184.215.14"],
}


@pytest.mark.parametrize(("url", "why"), REFUSED)
async def test_what_may_not_be_called_is_refused_before_anything_is_sent(
    url: str, why: str
) -> None:
    guard = Guard(own=frozenset({("10.96.0.1", 443)}), resolve=names(TABLE))
    inside = "kubernetes" in url
    async with Outgoing(guard, TRUST) as outgoing:
        with pytest.raises(AddressRefused, match=why) as refused:
            await outgoing.post(Call(url, b"{}", inside=inside))
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("url", ["https://127.1/", "https://2130706433/", "https://localhost/"])
async def test_other_ways_to_write_loopback_are_loopback(url: str) -> None:
    async with Outgoing(Guard(), TRUST) as outgoing:
        with pytest.raises(AddressRefused, match="the machine itself"):
            await outgoing.post(Call(url, b"{}"))


async def test_a_name_is_resolved_once_and_keeps_its_host_header() -> None:
    """Rebinding: the second answer would be another place, and is never asked for."""
    async with server(fine) as port:
        table = {"hooks.test": ["127.0.0.1", "10.9.9.9"]}
        guard = Guard(loopback=True, resolve=names(table))
        async with Outgoing(guard, TRUST) as outgoing:
            answer = await outgoing.post(Call(f"http://hooks.test:{port}/a", b"{}"))
    assert answer.body == f'{{"host": "hooks.test:{port}", "path": "/a"}}'.encode()


async def test_a_redirect_is_not_followed() -> None:
    met: list[str] = []

    async def handler(request: web.Request) -> web.Response:
        met.append(request.path)
        return web.Response(status=307, headers={"Location": "/elsewhere"})

    async with server(handler) as port, Outgoing(Guard(loopback=True), TRUST) as outgoing:
        with pytest.raises(NotDelivered, match="redirect"):
            await outgoing.post(Call(f"http://127.0.0.1:{port}/first", b"{}"))
    assert met == ["/first"]


@pytest.mark.parametrize("status", [200, 400, 401, 404])
async def test_who_asks_is_told_a_refusal(status: int) -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(status=status, text=request.method)

    async with server(handler) as port, Outgoing(Guard(loopback=True), TRUST) as outgoing:
        answer = await outgoing.ask(Call(f"http://127.0.0.1:{port}/", method="GET"))
    assert (answer.status, answer.body) == (status, b"GET")


@pytest.mark.parametrize("status", [302, 429, 500, 503])
async def test_who_asks_is_told_no_page_of_a_server_that_cannot(status: int) -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(status=status, text="<b>secret</b>", headers={"Location": "/x"})

    async with server(handler) as port, Outgoing(Guard(loopback=True), TRUST) as outgoing:
        with pytest.raises(NotDelivered, match=str(status)) as refused:
            await outgoing.ask(Call(f"http://127.0.0.1:{port}/", method="GET"))
    assert "secret" not in str(refused.value)


async def test_an_endless_answer_is_cut() -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(1000):
            await response.write(b"x" * 4096)
        return response

    async with server(handler) as port, Outgoing(Guard(loopback=True), TRUST) as outgoing:
        with pytest.raises(NotDelivered, match="more than 64 KiB"):
            await outgoing.post(Call(f"http://127.0.0.1:{port}/", b"{}"))


async def test_what_is_packed_is_not_unpacked() -> None:
    packed = gzip.compress(b"x" * 1_000_000)

    async def handler(request: web.Request) -> web.Response:
        assert request.headers["Accept-Encoding"] == "identity"
        return web.Response(body=packed, headers={"Content-Encoding": "gzip"})

    async with server(handler) as port, Outgoing(Guard(loopback=True), TRUST) as outgoing:
        answer = await outgoing.post(Call(f"http://127.0.0.1:{port}/", b"{}"))
    assert answer.body == packed


async def test_a_librarys_client_reads_no_more_than_it_may() -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(body=b"x" * 2000)

    guard = Guard(loopback=True)
    async with (
        server(handler) as port,
        guarded_client(guard, TRUST, inside=False, most_bytes=1024) as client,
    ):
        with pytest.raises(TooLarge, match="more than 1 KiB"):
            await client.get(f"http://127.0.0.1:{port}/")


class Connecting(Exception):
    """It has got as far as that."""


async def stop_at_connection(event: str, info: Mapping[str, Any]) -> None:
    if event == "connection.connect_tcp.started":
        raise Connecting(info["host"])


async def test_a_librarys_client_calls_inside_only_where_it_is_for_inside() -> None:
    guard = Guard(resolve=names(TABLE))
    trace = {"trace": stop_at_connection}
    async with guarded_client(guard, TRUST, inside=False) as client:
        with pytest.raises(AddressRefused, match="marked as inside"):
            await client.get("http://private/", extensions=trace)
        with pytest.raises(AddressRefused, match="mark the target as inside"):
            await client.get("https://private/", extensions=trace)
    async with guarded_client(guard, TRUST, inside=True) as client:
        with pytest.raises(Connecting, match=r"10\.1\.2\.3"):
            await client.get("http://private/", extensions=trace)
        with pytest.raises(AddressRefused, match="link-local"):
            await client.get("https://metadata/latest", extensions=trace)


async def test_a_librarys_client_follows_no_redirect() -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(status=307, headers={"Location": "/elsewhere"})

    async with (
        server(handler) as port,
        guarded_client(Guard(loopback=True), TRUST, inside=False) as client,
    ):
        answer = await client.get(f"http://127.0.0.1:{port}/first")
    assert answer.status_code == httpx2.codes.TEMPORARY_REDIRECT


async def test_a_receiver_that_never_answers_is_left() -> None:
    async def handler(request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        return web.Response()

    async with server(handler) as port, Outgoing(Guard(loopback=True), TRUST, 0.3) as outgoing:
        with pytest.raises(NotDelivered, match=r"no answer in 0\.3 s"):
            await outgoing.post(Call(f"http://127.0.0.1:{port}/", b"{}"))


@pytest.mark.parametrize(
    ("asked", "seconds"), [("7", 7), ("99999", 3600), ("soon", 0), ("", 0), ("-1", 0)]
)
async def test_retry_after_is_told(asked: str, seconds: int) -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(status=429, text="slow down", headers={"Retry-After": asked})

    async with server(handler) as port, Outgoing(Guard(loopback=True), TRUST) as outgoing:
        with pytest.raises(NotDelivered, match="429: slow down") as refused:
            await outgoing.post(Call(f"http://127.0.0.1:{port}/secret-path", b"{}"))
    assert refused.value.retry_after_seconds == seconds
    assert "secret-path" not in str(refused.value)


async def test_handing_over_is_told_before_the_receiver_has_anything() -> None:
    order: list[str] = []

    async def handler(request: web.Request) -> web.Response:
        order.append("received")
        return web.Response()

    async def handing_over() -> None:
        order.append("handing over")

    async with server(handler) as port, Outgoing(Guard(loopback=True), TRUST) as outgoing:
        await outgoing.post(Call(f"http://127.0.0.1:{port}/", b"{}"), handing_over)
        with pytest.raises(NotDelivered):
            await outgoing.post(Call("http://127.0.0.1:1/", b"{}"), handing_over)
    assert order == ["handing over", "received"]


async def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    async with server(fine) as port, Outgoing(Guard(loopback=True), TRUST) as outgoing:
        assert (await outgoing.post(Call(f"http://127.0.0.1:{port}/", b"{}"))).status == 200


def test_kures_own_services_are_known_from_settings_and_from_the_pods_environment() -> None:
    known = Settings(
        database_url=SecretStr("postgresql://kure:x@db.kure:5433/kure"),
        temporal_address="temporal.kure:7233",
        api_url="https://kure-backend",
    )
    assert {("db.kure", 5433), ("temporal.kure", 7233), ("kure-backend", 443)} <= set(
        known.own_endpoints()
    )
    environment = {
        "KUBERNETES_SERVICE_HOST": "10.96.0.1",
        "KUBERNETES_SERVICE_PORT": "443",
        "KUBERNETES_SERVICE_PORT_HTTPS": "443",
        "KURE_BACKEND_SERVICE_HOST": "10.96.7.7",
        "KURE_BACKEND_SERVICE_PORT_METRICS": "9090",
    }
    assert _services(environment) == {("10.96.0.1", 443), ("10.96.7.7", 9090)}
