"""The one other page that may ask: the Temporal UI, for payloads in clear text and nothing else.

CORS (https://fetch.spec.whatwg.org/#http-cors-protocol): the browser asks first, by OPTIONS, if
that page may; then the request comes with its Origin. Who asks is looked at as always.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.responses import Response
from starlette.types import Scope

CODEC = "/api/admin/codec/"
ALLOWED_HEADERS = "authorization, content-type, x-namespace"
REMEMBERED_SECONDS = 600


class TemporalUi:
    """`url` is KURE_TEMPORAL_UI_URL; without it no other page may ask for anything."""

    def __init__(self, url: str | None) -> None:
        self._origin = _origin(url) if url else None

    def asks(self, scope: Scope, headers: Mapping[str, str]) -> bool:
        """Whether it is that page which asks for what it may."""
        return (
            self._origin is not None
            and scope["type"] == "http"
            and scope["path"].startswith(CODEC)
            and headers.get("origin") == self._origin
        )

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        """With which the browser lets that page read an answer; cookies may come along."""
        assert self._origin is not None, "only where it asks"
        return [
            (b"access-control-allow-origin", self._origin.encode()),
            (b"access-control-allow-credentials", b"true"),
            (b"vary", b"Origin"),
        ]


def preflight() -> Response:
    """The answer to a browser that asks whether it may ask."""
    return Response(
        status_code=204,
        headers={
            "Access-Control-Allow-Methods": "POST",
            "Access-Control-Allow-Headers": ALLOWED_HEADERS,
            "Access-Control-Max-Age": str(REMEMBERED_SECONDS),
        },
    )


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
