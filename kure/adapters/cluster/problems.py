"""What a Kubernetes API server refuses, in the words of kure.errors."""

import json
from collections.abc import Callable, Mapping

from kure.errors import (
    AccessDenied,
    ClusterUnavailable,
    Conflict,
    Forgotten,
    InvalidInput,
    KureError,
    NotFound,
)

LONGEST_TEXT = 500
LONGEST_WAIT = 120

Explain = Callable[[str, str, int, Mapping[str, str], bytes], KureError]

# What an API server says where the object is not the reason.
# https://github.com/kubernetes/kubernetes/tree/master/staging/src/k8s.io/apiserver/pkg/admission
NOT_TRIED = (
    "does not support dry run",
    "failed calling webhook",
    "not yet ready to handle",
    "it is being terminated",
)
NO_RIGHT = "cannot create resource"


class Expired(Forgotten):
    """410: the page token or resource version is older than what the API server remembers."""


class Busy(ClusterUnavailable):
    """The API server said how long it wants to be left alone."""


def refusal(
    doing: str, source: str, status: int, headers: Mapping[str, str], body: bytes
) -> KureError:
    """The error for an answer that is no success. `doing` completes "Cannot …"."""
    said = _said(body)
    answered = f"Cannot {doing}: the API server answered {status}" + (f" ({said})" if said else "")
    if status == 401:
        return AccessDenied(f"{answered}; it does not accept the credentials of {source}")
    if status == 403:
        return AccessDenied(f"{answered}; grant this right to the account of {source}")
    if status == 404:
        return NotFound(f"{answered}; there is no such thing in the cluster")
    if status == 410:
        return Expired(f"{answered}; it has to be listed again")
    wanted = headers.get("Retry-After", "")
    if wanted.isdigit():  # the API server gives whole seconds, never a date
        return Busy(f"{answered}; it is tried again", min(int(wanted), LONGEST_WAIT))
    return ClusterUnavailable(f"{answered}; it is tried again")


def verdict(
    doing: str, source: str, status: int, headers: Mapping[str, str], body: bytes
) -> KureError:
    """The error for a dry run that is no success: InvalidInput where the object was refused, in the
    API server's words. Admission refuses with 403, as a missing right is."""
    said = _said(body)
    if any(words in said for words in NOT_TRIED):
        return ClusterUnavailable(f"Cannot {doing}: {said}")
    judged = status in (400, 409, 422) or (status == 403 and NO_RIGHT not in said)
    if said and judged:
        return InvalidInput(said)
    return refusal(doing, source, status, headers, body)


def written(
    doing: str, source: str, status: int, headers: Mapping[str, str], body: bytes
) -> KureError:
    """The error for a change that was not made: Conflict where something else stands there (its
    name is taken, its uid is another), else as a dry run is answered."""
    said = _said(body)
    if status == 409 and said and not any(words in said for words in NOT_TRIED):
        return Conflict(f"Cannot {doing}: {said}")
    return verdict(doing, source, status, headers, body)


def _said(body: bytes) -> str:
    """The message of a Status object, else nothing: a proxy's page tells nobody anything."""
    try:
        message = json.loads(body)["message"]
    except (ValueError, TypeError, KeyError):
        return ""
    return str(message)[:LONGEST_TEXT]
