"""The one HTTP client for what is outside: webhooks, models, sign-in servers.

A name is resolved once, every address that it has is checked, and the connection goes to a checked
one: what the name means a moment later changes nothing. There are no redirects and no proxies from
the environment; answers are bounded in size and time, and what is packed is not unpacked.
"""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from types import TracebackType
from typing import Any, Self

import httpx2

from kure.domain.addresses import Address, refusal
from kure.errors import AddressRefused, Misconfigured, NotDelivered, TooLarge
from kure.settings import Settings

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 10.0
MOST_BYTES = 64 * 1024
# A model's answer, or its provider's list of models.
MOST_MODEL_BYTES = 4 * 1024 * 1024
# What a receiver may ask for; more would be as good as never.
MOST_RETRY_AFTER_SECONDS = 3600
MOST_PORT = 65_535

Endpoint = tuple[str, int]
Resolve = Callable[[str, int], Awaitable[list[Address]]]


@dataclass(frozen=True)
class Call:
    """One request. `inside`: the target may have a private address and speak plain HTTP."""

    url: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    inside: bool = False
    method: str = "POST"


@dataclass(frozen=True)
class Answer:
    """What came back, at most 64 KiB of it."""

    status: int
    body: bytes


async def resolve(host: str, port: int) -> list[Address]:
    """The addresses of a host, as the system knows them; also of 127.1 and 0x7f000001."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [ip_address(str(sockaddr[0]).partition("%")[0]) for *_, sockaddr in found]


@dataclass(frozen=True)
class Guard:
    """What may be called. `own` are the endpoints of Kure's own parts and of the Kubernetes API."""

    own: frozenset[Endpoint] = frozenset()
    loopback: bool = False
    resolve: Resolve = resolve

    @classmethod
    def of(cls, settings: Settings) -> Self:
        return cls(settings.own_endpoints(), settings.outgoing_loopback)

    async def addresses(self, url: httpx2.URL, *, inside: bool) -> list[Address]:
        """The checked addresses of a URL. AddressRefused where one of them may not be called,
        NotDelivered where there is none."""
        host, port = url.host, url.port or (443 if url.scheme == "https" else 80)
        if port > MOST_PORT:
            raise AddressRefused(f"{host} is not called: there is no port {port}.")
        try:
            found = await self.resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise NotDelivered(f"{host} has no address ({error}). Check the name.") from error
        self._check_scheme(url, found, inside=inside)
        own = await self._own_addresses()
        for address in found:
            why = refusal(address, port, inside=inside, loopback=self.loopback)
            if not why and (address, port) in own:
                why = "one of Kure's own services or the Kubernetes API"
            if why:
                raise AddressRefused(
                    f"{host} is not called: its address {address} is {why}. Use another address"
                    + (", or mark the target as inside." if "inside" in why else ".")
                )
        return found

    def _check_scheme(self, url: httpx2.URL, found: list[Address], *, inside: bool) -> None:
        plain = inside or (self.loopback and all(address.is_loopback for address in found))
        if url.scheme == "https" or (url.scheme == "http" and plain):
            return
        raise AddressRefused(
            f"{url.host} is not called: the address must begin with https://"
            + (", or with http:// and be marked as inside." if url.scheme == "http" else ".")
        )

    async def _own_addresses(self) -> set[tuple[Address, int]]:
        async def of(host: str, port: int) -> list[tuple[Address, int]]:
            with contextlib.suppress(OSError, UnicodeError):
                return [(address, port) for address in await self.resolve(host, port)]
            return []

        found = await asyncio.gather(*(of(host, port) for host, port in self.own))
        return {endpoint for endpoints in found for endpoint in endpoints}


class GuardedTransport(httpx2.AsyncBaseTransport):
    """Sends a request to a checked address under its own name: Host, SNI and certificate stay.

    `inside` holds for all requests, else each says it for itself, as the extension "inside". Of an
    answer with more than `most_bytes` the reader gets TooLarge. Connections are not kept: one to
    an address must not serve another name there.
    """

    def __init__(
        self,
        guard: Guard,
        trust: ssl.SSLContext,
        *,
        inside: bool = False,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._guard, self._inside, self._most_bytes = guard, inside, most_bytes
        self._inner = httpx2.AsyncHTTPTransport(
            verify=trust,
            trust_env=False,
            limits=httpx2.Limits(max_keepalive_connections=0),
            socket_options=_still_there(),
        )

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        url = request.url
        inside = self._inside or bool(request.extensions.get("inside"))
        addresses = await self._guard.addresses(url, inside=inside)
        failed: httpx2.ConnectError | httpx2.ConnectTimeout | None = None
        for address in addresses:
            sent = httpx2.Request(
                request.method,
                url.copy_with(host=str(address)),
                headers=request.headers,
                stream=request.stream,
                extensions=request.extensions | {"sni_hostname": url.host},
            )
            try:
                response = await self._inner.handle_async_request(sent)
            except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
                failed = error
                continue
            return self._bounded(response, url.host)
        raise failed or httpx2.ConnectError(f"{url.host} has no address")

    def _bounded(self, response: httpx2.Response, host: str) -> httpx2.Response:
        # What is packed against our asking stays so: a few bytes of it could be gigabytes.
        headers = [one for one in response.headers.raw if one[0].lower() != b"content-encoding"]
        return httpx2.Response(
            response.status_code,
            headers=headers,
            stream=_Bounded(response, self._most_bytes, host),
            extensions=response.extensions,
        )

    async def aclose(self) -> None:
        await self._inner.aclose()


class _Bounded(httpx2.AsyncByteStream):
    """The body of an answer, as long as it is not too long."""

    def __init__(self, response: httpx2.Response, most: int, host: str) -> None:
        self._response, self._most, self._host = response, most, host

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = self._most
        async for part in self._response.aiter_raw():
            left -= len(part)
            if left < 0:
                raise TooLarge(f"{self._host} answered with more than {self._most // 1024} KiB.")
            yield part

    async def aclose(self) -> None:
        await self._response.aclose()


def _still_there() -> list[tuple[int, int, int]]:
    """Notice within 40 s that the other side is gone, also while it is waited for minutes; and
    keep the connection known to what forgets idle ones."""
    options = [(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)]
    for name, value in (("TCP_KEEPIDLE", 20), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 4)):
        if hasattr(socket, name):  # they differ between systems
            options.append((socket.IPPROTO_TCP, getattr(socket, name), value))
    return options


def trusted(settings: Settings) -> ssl.SSLContext:
    """The certificates that are trusted: the system's, and those of KURE_OUTGOING_CA."""
    context = httpx2.create_ssl_context(trust_env=False)
    if settings.outgoing_ca is not None:
        try:
            context.load_verify_locations(cafile=settings.outgoing_ca)
        except (OSError, ssl.SSLError) as error:
            raise Misconfigured(
                f"KURE_OUTGOING_CA: {settings.outgoing_ca} cannot be used: {error}."
            ) from error
    return context


def guarded_client(
    guard: Guard, trust: ssl.SSLContext, *, inside: bool, most_bytes: int = MOST_MODEL_BYTES
) -> httpx2.AsyncClient:
    """A client for a library that wants one, with all that is checked here; to be closed.

    `inside`: whether its targets may have private addresses and speak plain HTTP. What it calls
    says how long it waits. Beside httpx2's errors it raises AddressRefused and NotDelivered, both
    before anything is sent, and TooLarge.
    """
    return _client(GuardedTransport(guard, trust, inside=inside, most_bytes=most_bytes), None)


def _client(transport: GuardedTransport, seconds: float | None) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(
        transport=transport,
        follow_redirects=False,
        trust_env=False,
        timeout=httpx2.Timeout(seconds, connect=CONNECT_SECONDS),
        headers={"User-Agent": "Kure", "Accept-Encoding": "identity"},
    )


class Outgoing:
    """Makes calls; to be closed."""

    def __init__(self, guard: Guard, trust: ssl.SSLContext, total: float = TOTAL_SECONDS) -> None:
        self._total = total
        self._client = _client(GuardedTransport(guard, trust), total)

    @classmethod
    def of(cls, settings: Settings) -> Self:
        return cls(Guard.of(settings), trusted(settings))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        await self._client.aclose()

    async def post(
        self, call: Call, handing_over: Callable[[], Awaitable[None]] | None = None
    ) -> Answer:
        """Send it and read the answer, which is below 300.

        `handing_over` is awaited right before the first byte of the request leaves: from then on
        the receiver may have it. AddressRefused where the address may not be called; NotDelivered,
        with the Retry-After that came, for all else. No text has the path or the body: they hold
        secrets.
        """
        answer, retry_after = await self._answer(call, handing_over)
        if answer.status < httpx2.codes.MULTIPLE_CHOICES:
            return answer
        raise _refused(httpx2.URL(call.url).host, answer, retry_after)

    async def ask(self, call: Call) -> Answer:
        """Send it and read the answer, also a refusal (4xx), which the caller understands.

        Errors as with `post`. What was answered stands in none of them: it may be a whole page.
        """
        answer, retry_after = await self._answer(call, None)
        status = answer.status
        if status == httpx2.codes.TOO_MANY_REQUESTS or not _says_something(status):
            raise _refused(httpx2.URL(call.url).host, Answer(status, b""), retry_after)
        return answer

    async def _answer(
        self, call: Call, handing_over: Callable[[], Awaitable[None]] | None
    ) -> tuple[Answer, str]:
        """What came back, with its Retry-After."""
        try:
            async with asyncio.timeout(self._total):
                return await self._send(call, handing_over)
        except TimeoutError as error:
            host = httpx2.URL(call.url).host
            raise NotDelivered(f"{host} gave no answer in {self._total:g} s.") from error

    async def _send(
        self, call: Call, handing_over: Callable[[], Awaitable[None]] | None
    ) -> tuple[Answer, str]:
        host = ""
        try:
            url = httpx2.URL(call.url)
            host = url.host
            if url.userinfo or not host:
                raise AddressRefused("An address has a host and no user or password in it.")
            response = await self._client.request(
                call.method,
                url,
                content=call.body,
                headers=call.headers,
                extensions={"inside": call.inside, "trace": _tracer(handing_over)},
            )
        except (httpx2.InvalidURL, UnicodeError) as error:
            raise AddressRefused("That is no address of a web service.") from error
        except httpx2.HTTPError as error:
            told = str(error) or type(error).__name__
            raise NotDelivered(f"{host} cannot be reached ({told[:200]}).") from error
        except TooLarge as error:
            raise NotDelivered(str(error)) from error
        answer = Answer(response.status_code, response.content)
        return answer, response.headers.get("retry-after", "")


def _says_something(status: int) -> bool:
    return status < httpx2.codes.MULTIPLE_CHOICES or 400 <= status < 500


def _tracer(handing_over: Callable[[], Awaitable[None]] | None) -> Callable[..., Awaitable[None]]:
    async def trace(event: str, info: Mapping[str, Any]) -> None:
        if handing_over is not None and event == "http11.send_request_headers.started":
            await handing_over()

    return trace


def _refused(host: str, answer: Answer, retry_after: str) -> NotDelivered:
    if answer.status < httpx2.codes.BAD_REQUEST:
        return NotDelivered(
            f"{host} answered {answer.status}, a redirect, which is not followed. Give the address "
            "that it leads to."
        )
    words = answer.body[:200].decode(errors="replace")
    seconds = int(retry_after) if retry_after.isdecimal() and len(retry_after) < 10 else 0
    return NotDelivered(
        f"{host} answered {answer.status}" + (f": {words}" if words.strip() else ""),
        min(seconds, MOST_RETRY_AFTER_SECONDS),
    )
