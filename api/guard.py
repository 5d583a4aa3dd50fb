"""What every request passes before any route: body size, Host, Origin; and headers on the way out.

A page of another site may send requests to a server on this machine (CSRF), and may point its own
name at it (DNS rebinding). So the Host must be one of ours, and a write or a stream that a browser
sends must come from our own page.
"""

from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import answer
from kure.errors import AccessDenied, KureError, TooLarge
from kure.settings import LOOPBACK, Settings

MAX_BODY = 2 * 1024 * 1024
SAFE = ("GET", "HEAD", "OPTIONS")

HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)


class Guard:
    """ASGI middleware, outermost: refuses before anything is read or done."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str] | None) -> None:
        """`hosts` are the names of ours, `allowed_hosts`; None where any name will do, and no page
        may ask."""
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): v.decode("latin-1") for name, v in scope["headers"]}
        body = _Body(receive)

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *HEADERS]}
            await send(message)

        async def send_unless_refused(message: Message) -> None:
            if not body.too_large:
                await send_safely(message)

        try:
            self._check(scope["method"], headers)
        except KureError as error:
            await answer(error)(scope, receive, send_safely)
            return
        await self._app(scope, body.receive, send_unless_refused)
        if body.too_large:
            await answer(_too_large())(scope, receive, send_safely)

    def _check(self, method: str, headers: dict[str, str]) -> None:
        host = headers.get("host", "")
        if self._hosts is not None and host not in self._hosts:
            raise AccessDenied(
                f"This server does not answer to the name {host[:200]!r}. "
                "Use the address that it printed, or set KURE_PUBLIC_URL."
            )
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc not in (self._hosts or ()):
            raise AccessDenied(f"A page of {origin[:200]!r} may not use this server.")
        site = headers.get("sec-fetch-site", "none")
        if method not in SAFE and site not in ("same-origin", "none"):
            raise AccessDenied(f"A {site} page may not write to this server.")
        length = headers.get("content-length", "0")
        if length.isdigit() and int(length) > MAX_BODY:
            raise _too_large()


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
