"""Accounts, sessions, tokens and invitations, as people see them: never a secret or its hash."""

from datetime import datetime
from typing import Any

from kure.contracts.reports import Message
from kure.domain.access.roles import Role


class User(Message):
    """An account. `local` ones sign in with a password, others through the identity provider."""

    id: str
    name: str
    role: Role
    scopes: list[str]
    local: bool
    version: int
    created_at: datetime
    signed_in_at: datetime | None


class Session(Message):
    """A browser that is signed in; `current` is the one that asks."""

    id: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    address: str
    browser: str
    current: bool


class ApiToken(Message):
    """A token of a person, without its text."""

    id: str
    name: str
    role: Role
    scopes: list[str]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None


class Invitation(Message):
    """An invitation, without its text. Without `expires_at` it stays open until it is used."""

    id: str
    note: str
    role: Role
    scopes: list[str]
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None
    used_by: str | None


class AuditEntry(Message):
    """Something that was done or refused. `actor` is a name, or '' where nobody is known."""

    id: str
    at: datetime
    actor: str
    action: str
    target: str
    outcome: str
    detail: dict[str, Any]
