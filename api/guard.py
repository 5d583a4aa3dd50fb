"""What every request passes before any route: body size, Host, Origin; and headers on the way out.

A page of another site may send requests to a server on this machine (CSRF), and may point its own
name at it (DNS rebinding). So the Host must be one of ours, and a write or a stream that a browser
sends must come from our own page.
"""

from collections.abc import Callable, Sequence
from typing import TypeAlias
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.cross_origin import TemporalUi, preflight
from api.problems import answer
from kure.errors import AccessDenied, InvalidInput, KureError, Misconfigured, TooLarge
from kure.settings import LOOPBACK, Settings

Headers: TypeAlias = Sequence[tuple[bytes, bytes]]

MAX_BODY = 2 * 1024 * 1024
SAFE = ("GET", "HEAD", "OPTIONS")

HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
# Where an answer says nothing else: it is no page, and nobody keeps it.
UNLESS_SAID = (
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'; sandbox"),
    (b"cache-control", b"no-store"),
)
STRICT_TRANSPORT = (b"strict-transport-security", b"max-age=31536000")
# What probes ask, by the address of a pod.
FOR_PROBES = ("/healthz", "/readyz")


class Guard:
    """ASGI middleware, outermost: refuses before anything is read or done."""

    def __init__(
        self,
        app: ASGIApp,
        hosts: frozenset[str] | None,
        *,
        https: bool = False,
        temporal_ui: str | None = None,
        refused: Callable[[HTTPConnection], None] = lambda _: None,
    ) -> None:
        """`hosts` are the names of ours, `allowed_hosts`; None where any name will do, and no page
        may ask. `https` where people come over TLS. `temporal_ui` is the address of that page.
        `refused` is told of what a strange name, page or address kept out."""
        self._app = app
        self._ui = TemporalUi(temporal_ui)
        self._refused = refused
        self._hosts = hosts
        self._headers = (*HEADERS, STRICT_TRANSPORT) if https else HEADERS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): v.decode("latin-1") for name, v in scope["headers"]}
        body = _Body(receive)
        by_ui = self._ui.asks(scope, headers)

        async def send_safely(message: Message) -> None:
            if message["type"].endswith("http.response.start"):
                said = [*message["headers"], *(self._ui.headers if by_ui else ())]
                message = {**message, "headers": self._with_ours(said)}
            await send(message)

        async def send_unless_refused(message: Message) -> None:
            if not body.too_large:
                await send_safely(message)

        try:
            # A WebSocket begins with a GET, but its Origin is looked at all the same.
            self._check(scope.get("method", "GET"), scope["path"], headers, by_ui=by_ui)
            _check_address(scope)
        except KureError as error:
            self._refused(HTTPConnection(scope))
            await answer(error)(scope, receive, send_safely)
            return
        if scope["type"] == "websocket":
            await self._app(scope, receive, send_safely)
            return
        if by_ui and scope["method"] == "OPTIONS":
            await preflight()(scope, receive, send_safely)
            return
        await self._app(scope, body.receive, send_unless_refused)
        if body.too_large:
            await answer(_too_large())(scope, receive, send_safely)

    def _with_ours(self, given: Headers) -> Headers:
        said = {name.lower() for name, _ in given}
        return [*given, *self._headers, *(h for h in UNLESS_SAID if h[0] not in said)]

    def _check(self, method: str, path: str, headers: dict[str, str], *, by_ui: bool) -> None:
        host = headers.get("host", "")
        if self._hosts is not None and host not in self._hosts and path not in FOR_PROBES:
            raise AccessDenied(
                f"This server does not answer to the name {host[:200]!r}. "
                "Use the address that it printed, or set KURE_PUBLIC_URL."
            )
        origin = headers.get("origin")
        if not by_ui and origin is not None and _host_of(origin) not in (self._hosts or ()):
            raise AccessDenied(f"A page of {origin[:200]!r} may not use this server.")
        site = headers.get("sec-fetch-site", "none")
        if not by_ui and method not in SAFE and site not in ("same-origin", "none"):
            raise AccessDenied(f"A {site} page may not write to this server.")
        length = headers.get("content-length", "0")
        if length.isdigit() and int(length) > MAX_BODY:
            raise _too_large()


def _check_address(scope: Scope) -> None:
    if "\0" in scope["path"] or b"%00" in scope["query_string"]:
        raise InvalidInput("The address holds a NUL character; nothing that Kure knows has one.")


def _host_of(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def _too_large() -> TooLarge:
    return TooLarge(
        f"The body is over {MAX_BODY // 1024 // 1024} MiB, the most that is taken. "
        "Send fewer lines of logs."
    )


class _Body:
    """Counts what comes, since a chunked body does not say its length. A body that grows too large
    ends as if the client had gone: no route sees half of it, and what a route answers to that is
    replaced by 413."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._seen = 0
        self.too_large = False

    async def receive(self) -> Message:
        message = await self._receive()
        self._seen += len(message.get("body", b""))
        if self._seen > MAX_BODY:
            self.too_large = True
            return {"type": "http.disconnect"}
        return message


def allowed_hosts(settings: Settings) -> frozenset[str]:
    """The names under which people reach the API: loopback's, and that of KURE_PUBLIC_URL."""
    names = [f"[{name}]" if ":" in name else name for name in LOOPBACK]
    hosts = {f"{name}:{settings.port}" for name in names}
    if settings.port == 80:
        hosts |= set(names)
    if settings.public_url:
        hosts.add(urlsplit(settings.public_url).netloc)
    return frozenset(hosts)


def check_reach(settings: Settings) -> None:
    """Misconfigured where others could reach the API under a name that nobody has said: cookies,
    links and the check of Host and Origin have to know it."""
    if settings.host not in LOOPBACK and settings.public_url is None:
        raise Misconfigured(
            f"KURE_HOST is {settings.host}, so others can reach Kure: set KURE_PUBLIC_URL to the "
            "address that they use, such as https://kure.example.com."
        )
