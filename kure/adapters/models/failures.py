"""What went wrong with a provider, in Kure's words.

No text has anything of what was sent in it, nor a sentence of the provider's: it may quote the
question, or a part of the key. Its codes tell enough.
"""

import asyncio
import math
import re
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

import anthropic
import httpx2
import openai

from kure.adapters.outgoing import MOST_RETRY_AFTER_SECONDS
from kure.errors import AddressRefused, KureError, ModelFailed, NotDelivered, TooLarge

CODE = re.compile(r"[A-Za-z0-9_.\[\]-]{1,80}")
MOST_NESTED = 20

STATUSES = {401: "key", 402: "key", 403: "key", 408: "down", 425: "busy", 429: "busy", 529: "busy"}
# Of an error that comes with 200; what is not here is the provider's own trouble.
CODES = {
    "busy": "rate_limit_exceeded rate_limit_error overloaded_error overloaded insufficient_quota",
    "key": "authentication_error permission_error invalid_api_key billing_error",
    "request": "invalid_request_error not_found_error invalid_prompt model_not_found "
    "request_too_large context_length_exceeded",
}
OUTCOMES = {code: outcome for outcome, codes in CODES.items() for code in codes.split()}

TO_DO = {
    "busy": "It is asked again later.",
    "down": "It is asked again later.",
    "cut": "It is asked again later.",
    "key": "Check its key.",
    "request": "Check its kind, its address and its model.",
    "invalid": "Check its kind and its address.",
}


@dataclass(frozen=True)
class Who:
    """Whom an error is about, and how long it may take."""

    id: str
    host: str
    seconds: int

    def failed(self, what: str, outcome: str, *, sent: bool, retry_after: int = 0) -> ModelFailed:
        text = f"The provider {self.id} ({self.host}) {what}. {TO_DO[outcome]}"
        return ModelFailed(text, outcome, sent=sent, retry_after_seconds=retry_after)


@asynccontextmanager
async def told(who: Who) -> AsyncIterator[None]:
    """All that a call within may raise becomes ModelFailed; it ends when the time is over.

    The cause is left out: what the libraries say quotes the provider's whole answer.
    """
    try:
        async with asyncio.timeout(who.seconds):
            yield
    except (anthropic.APIStatusError, openai.APIStatusError) as error:
        raise _of_status(who, error.response) from None
    except (
        anthropic.APIConnectionError,
        openai.APIConnectionError,
        httpx2.HTTPError,
        AddressRefused,
        NotDelivered,
        TooLarge,
        TimeoutError,
    ) as error:
        raise _of_connection(who, error) from None


def inside(who: Who, error: Any) -> ModelFailed:
    """An error in an answer that began well."""
    said = error if isinstance(error, dict) else {}
    status = said.get("code")
    if isinstance(status, int) and not isinstance(status, bool):
        outcome = _outcome(status)
    else:
        named = (OUTCOMES.get(str(said.get(name))) for name in ("code", "type"))
        outcome = next(filter(None, named), "down")
    return who.failed(f"answered with an error{_codes(said)}", outcome, sent=True)


def invalid(who: Who, what: str) -> ModelFailed:
    """What came back is no answer of the protocol; `what` has none of it."""
    return who.failed(what, "invalid", sent=True)


def retry_after(headers: Mapping[str, str], now: float) -> int:
    """The seconds that it asks to be left alone, 0 where it says nothing; at most an hour."""
    seconds = _number(headers.get("retry-after-ms", "")) / 1000
    asked = headers.get("retry-after", "")
    seconds = seconds or _number(asked)
    if not seconds and asked:
        try:
            seconds = parsedate_to_datetime(asked).timestamp() - now
        except (ValueError, OverflowError):
            seconds = 0.0
    return math.ceil(min(max(seconds, 0.0), MOST_RETRY_AFTER_SECONDS))


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        return 0.0
    return number if math.isfinite(number) and number > 0 else 0.0


def _outcome(status: int) -> str:
    if status in STATUSES:
        return STATUSES[status]
    return "request" if 300 <= status < 500 else "down"


def _of_status(who: Who, response: httpx2.Response) -> ModelFailed:
    status = response.status_code
    try:
        body = response.json()
    except (ValueError, RecursionError):
        body = None
    said = body.get("error") if isinstance(body, dict) else None
    what = f"answered {status}{_codes(said if isinstance(said, dict) else {})}"
    if 300 <= status < 400:
        what += ", a redirect, which is not followed"
    return who.failed(
        what,
        _outcome(status),
        # What is refused at the door costs nothing.
        sent=status >= 500 or status == 408,
        retry_after=retry_after(response.headers, time.time()),
    )


def _codes(said: dict[str, Any]) -> str:
    words = [str(said.get(name)) for name in ("type", "code", "param") if said.get(name)]
    fit = [word for word in dict.fromkeys(words) if CODE.fullmatch(word)]
    return f" ({', '.join(fit)})" if fit else ""


def _of_connection(who: Who, error: BaseException) -> ModelFailed:
    match _root(error):
        case AddressRefused() | NotDelivered() as refused:
            # Kure's own words: they name a host and an address, no more.
            return who.failed(f"is not called: {str(refused).rstrip('.')}", "down", sent=False)
        case TooLarge() as large:
            return invalid(who, f"is not understood: {str(large).rstrip('.')}")
        case httpx2.ConnectError() | httpx2.ConnectTimeout():
            return who.failed("cannot be reached", "down", sent=False)
        case TimeoutError() | httpx2.TimeoutException():
            return who.failed(f"gave no answer in {who.seconds} s", "down", sent=True)
        case httpx2.NetworkError() | httpx2.ProtocolError():
            return who.failed("broke off its answer", "cut", sent=True)
    return who.failed("did not answer", "down", sent=True)


def _root(error: BaseException) -> BaseException:
    """What the libraries have wrapped: Kure's own error, or the client's."""
    seen: BaseException | None = error
    for _ in range(MOST_NESTED):
        if seen is None:
            break
        if isinstance(seen, (KureError, httpx2.HTTPError, TimeoutError)):
            return seen
        seen = seen.__cause__
    return error
