"""Errors as application/problem+json (RFC 9457): one table from Kure's errors to HTTP.

What is not a KureError is logged under an id; the answer carries the id and no text of it.
"""

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from api.refusals import writes
from kure import errors
from kure.adapters.postgres.pool import AWAY
from kure.ids import new_id

log = logging.getLogger("kure.api")

STATUS: dict[type[errors.KureError], int] = {
    errors.InvalidInput: 422,
    errors.TooLarge: 413,
    errors.NotSignedIn: 401,
    errors.AccessDenied: 403,
    errors.NotFound: 404,
    errors.Gone: 404,
    errors.Conflict: 409,
    errors.TooOften: 429,
    errors.Unavailable: 503,
}


class Field(BaseModel):
    """A place in what was sent, and what is wrong with it."""

    path: str
    message: str


class Problem(BaseModel):
    """What every error answer looks like. `id` is in the log too; `fields` comes with 422."""

    type: str
    title: str
    status: int
    detail: str
    id: str
    fields: list[Field] | None = None


def problem(
    name: str,
    status: int,
    detail: str,
    fields: list[Field] | None = None,
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """An error answer."""
    body = Problem(
        type=f"urn:kure:{name}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        id=str(new_id()),
        fields=fields,
    )
    return JSONResponse(
        body.model_dump(exclude_none=True),
        status,
        headers={"Cache-Control": "no-store"} | (headers or {}),
        media_type="application/problem+json",
    )


def answer(error: errors.KureError) -> JSONResponse:
    """The answer to an error that was raised on purpose."""
    status = next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)
    headers, fields = {}, None
    if isinstance(error, errors.Unavailable | errors.TooOften):
        headers["Retry-After"] = str(error.retry_after_seconds)
    if isinstance(error, errors.NotSignedIn):
        headers["WWW-Authenticate"] = 'Bearer realm="kure"'
    if isinstance(error, errors.InvalidInput):
        fields = [Field(path=path, message=message) for path, message in error.fields]
    return problem(type(error).__name__, status, str(error), fields, headers)


async def _on_kure_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, errors.KureError)
    return answer(error)


async def _on_invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    await _note(request, error)
    fields = [Field(path=_path(e["loc"]), message=_message(e)) for e in error.errors()[:50]]
    named = ", ".join(field.path or "the body" for field in fields[:5])
    return problem("InvalidInput", 422, f"The request cannot be used: see {named}.", fields)


async def _note(request: Request, error: RequestValidationError) -> None:
    """Into the audit log, where it would have changed something. What agents send that cannot be
    used is counted with their reports."""
    kure = getattr(request.app.state, "kure", None)
    if kure is None or not writes(request) or request.headers.get("x-service-token"):
        return
    try:
        person = await kure.people.person(request, kure.clock())
    except errors.NotSignedIn:
        kure.refusals.count(request)
    else:
        await kure.refusals.note_invalid(request, person, error)


def _path(loc: tuple[Any, ...]) -> str:
    return ".".join(str(part) for part in loc if part not in ("body", "query", "path"))


def _message(error: Any) -> str:
    if error["type"] == "json_invalid":
        return "is not JSON: " + str(error.get("ctx", {}).get("error", ""))
    return str(error["msg"])


async def _on_http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    name = HTTPStatus(error.status_code).phrase.replace(" ", "")
    detail = error.detail
    if error.status_code == 404:
        detail = f"There is nothing at {request.url.path}."
    headers = dict(error.headers) if error.headers else None
    return problem(name, error.status_code, detail, headers=headers)


async def _on_database_away(request: Request, error: Exception) -> JSONResponse:
    kind = type(error).__name__
    return answer(
        errors.DatabaseUnavailable(f"PostgreSQL does not answer ({kind}); try again shortly.")
    )


async def _on_anything(request: Request, error: Exception) -> JSONResponse:
    response = problem(
        "InternalError",
        500,
        "Something went wrong that nobody foresaw. The log has the rest, under this id.",
    )
    log.error("unforeseen error, answered as %s", bytes(response.body).decode(), exc_info=error)
    return response


def install(app: FastAPI) -> None:
    """Make every error answer of an app a problem+json."""
    app.add_exception_handler(errors.KureError, _on_kure_error)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    for away in AWAY:
        app.add_exception_handler(away, _on_database_away)
    app.add_exception_handler(Exception, _on_anything)
