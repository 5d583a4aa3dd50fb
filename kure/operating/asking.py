"""Asking a running Kure's API, for commands: KURE_API_URL, with the token in the data folder."""

from typing import Any

import httpx2

from kure.errors import (
    AccessDenied,
    Conflict,
    InvalidInput,
    KureError,
    Misconfigured,
    NotFound,
    TooOften,
    Unavailable,
)
from kure.settings import Settings

SECONDS = 30.0
REFUSALS: dict[int, type[KureError]] = {404: NotFound, 409: Conflict, 422: InvalidInput}


async def ask(
    settings: Settings, method: str, path: str, body: Any = None, key: str | None = None
) -> Any:
    """The API's answer. What it refuses is the error that it says, with all its reasons;
    Unavailable where nobody answers, Misconfigured without a token."""
    url, token = f"{settings.api_url.rstrip('/')}{path}", _token(settings)
    headers = {"Authorization": f"Bearer {token}"}
    if key is not None:
        headers["Idempotency-Key"] = key
    try:
        async with httpx2.AsyncClient(timeout=SECONDS) as client:
            answer = await client.request(method, url, json=body, headers=headers)
    except httpx2.HTTPError as error:
        raise Unavailable(
            f"Cannot ask {url}: {str(error) or type(error).__name__}. Is the API up, and is "
            "KURE_API_URL its address?"
        ) from error
    if answer.is_success:
        return answer.json()
    raise _refusal(answer, url, settings)


def _token(settings: Settings) -> str:
    file = settings.data_dir / "token"
    try:
        return file.read_text().strip()
    except OSError as error:
        raise Misconfigured(
            f"Cannot read a token from {file}: {error.strerror}. Put an API token there, or set "
            "KURE_DATA_DIR to the folder of the installation"
        ) from error


def _refusal(answer: httpx2.Response, url: str, settings: Settings) -> KureError:
    said, status = _said(answer), answer.status_code
    if status == 401:
        file = settings.data_dir / "token"
        return AccessDenied(f"{url} answered 401: the token in {file} is no good")
    if status == 403:
        return AccessDenied(said or f"{url} answered 403: the token may not do this")
    if status == 429:
        return TooOften(said or "asked too often", int(answer.headers.get("retry-after", "5")))
    if status in REFUSALS and said:
        return REFUSALS[status](said)
    return Unavailable(said or f"{url} answered {status}; see the API's log")


def _said(answer: httpx2.Response) -> str:
    """The problem in the API's words; '' where something else answered."""
    if not answer.headers.get("content-type", "").startswith("application/problem+json"):
        return ""
    problem = answer.json()
    fields = [f"{field['path']}: {field['message']}" for field in problem.get("fields") or []]
    return "\n  ".join([problem["detail"], *fields])
