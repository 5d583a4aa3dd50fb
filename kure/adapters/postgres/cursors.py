"""Where a page ends: the sort key of its last row, so that pages stay right while rows arrive."""

import base64
import binascii
import json
from collections.abc import Callable
from typing import Any, TypeVar

from kure.errors import InvalidInput

Key = TypeVar("Key")


def as_cursor(*key: Any) -> str:
    """An opaque text of the key's parts, which JSON can hold."""
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode()


def key_of(after: str, read: Callable[..., Key]) -> Key:
    """What `read` makes of the parts of a cursor. InvalidInput for one that was never given."""
    try:
        return read(*json.loads(base64.urlsafe_b64decode(after.encode())))
    except (ValueError, TypeError, binascii.Error, RecursionError) as error:
        raise InvalidInput(
            "The page cannot be continued from there; ask for the list again without `after`.",
            (("after", "is not a cursor that this list gave"),),
        ) from error
