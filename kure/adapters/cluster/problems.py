"""What a Kubernetes API server refuses, in the words of kure.errors."""

import json
from collections.abc import Mapping

from kure.errors import AccessDenied, ClusterUnavailable, KureError, NotFound

LONGEST_TEXT = 500
LONGEST_WAIT = 120


class Expired(ClusterUnavailable):
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


def _said(body: bytes) -> str:
    """The message of a Status object, else nothing: a proxy's page tells nobody anything."""
    try:
        message = json.loads(body)["message"]
    except (ValueError, TypeError, KeyError):
        return ""
    return str(message)[:LONGEST_TEXT]
