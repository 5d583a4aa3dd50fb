"""Somebody who asks."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kure.domain.access.roles import Role
from kure.domain.access.scopes import Scopes


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in, or whose API token asks. `key` names the session or the token
    (`session/<id>`, `token/<id>`), `until` is its end."""

    id: UUID
    name: str
    role: Role
    scopes: Scopes
    key: str
    until: datetime
