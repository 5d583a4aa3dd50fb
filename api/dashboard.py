"""The built dashboard: one page for every path of it, its files, and a strict content policy."""

import mimetypes
import secrets
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, HTMLResponse

from kure.errors import NotFound

PLACEHOLDER = "__CSP_NONCE__"
POLICY = (
    "default-src 'self'; script-src 'self' 'nonce-{0}'; style-src 'self' 'nonce-{0}'; "
    "img-src 'self' data:; worker-src 'self'; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
MISSING = (
    "<!doctype html><title>Kure</title><p>The dashboard has not been built: run "
    "<code>make setup</code>. The API answers all the same."
)


def router(folder: Path) -> APIRouter:
    """Routes for a build in `folder`; without one, a page that says how to make it."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/assets/{name}")
    async def asset(name: str, request: Request) -> Response:
        return _file(folder / "assets", name, request, "public, max-age=31536000, immutable")

    @routes.get("/{path:path}")
    async def page(path: str, request: Request) -> Response:
        if path.startswith(("api/", "assets/")):
            raise NotFound(f"There is nothing at /{path}.")
        if path and "/" not in path and (folder / path).is_file() and path != "index.html":
            return _file(folder, path, request, "no-cache")
        return _index(folder)

    return routes


def _index(folder: Path) -> HTMLResponse:
    nonce = secrets.token_urlsafe(16)
    headers = {"Content-Security-Policy": POLICY.format(nonce), "Cache-Control": "no-store"}
    index = folder / "index.html"
    if not index.is_file():
        return HTMLResponse(MISSING, 503, headers)
    return HTMLResponse(index.read_text().replace(PLACEHOLDER, nonce), headers=headers)


def _file(folder: Path, name: str, request: Request, caching: str) -> Response:
    """A file, in the smallest form that was built and the browser takes."""
    path = folder / name
    if path.parent != folder or not path.is_file():
        raise NotFound(f"There is no file {name!r}.")
    headers = {"Cache-Control": caching, "Vary": "Accept-Encoding"}
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    accepted = request.headers.get("accept-encoding", "")
    for encoding, ending in ENCODINGS:
        packed = path.with_name(name + ending)
        if encoding in accepted and packed.is_file():
            headers["Content-Encoding"] = encoding
            return FileResponse(packed, headers=headers, media_type=kind)
    return FileResponse(path, headers=headers, media_type=kind)
