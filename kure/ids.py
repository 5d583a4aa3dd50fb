"""The one generator of ids: UUIDv7, ordered by time, made here since PostgreSQL has none before
18."""

from uuid import UUID

import uuid_utils


def new_id() -> UUID:
    """A fresh UUIDv7 (RFC 9562)."""
    return UUID(bytes=uuid_utils.uuid7().bytes)
