"""People of an API's tests: accounts with browsers that keep cookies."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from kure.adapters.clock import utc_now
from kure.adapters.password_child import HASHER
from kure.adapters.postgres.access import users
from kure.adapters.postgres.access.users import NewUser
from kure.adapters.postgres.pool import transaction
from kure.domain.access.roles import Role
from tests.api.conftest import Api

PASSWORD = "correct horse battery"
HASHED = HASHER.hash(PASSWORD)


async def make(api: Api, name: str, role: str = "read", scopes: tuple[str, ...] = ("*/*",)) -> str:
    """An account with PASSWORD; returns its id."""
    new = NewUser(name, HASHED, Role(role), list(scopes))
    async with transaction(api.pool) as connection:
        return str(await users.add(connection, new, utc_now()))


@asynccontextmanager
async def browser(api: Api, name: str | None = None) -> AsyncIterator[httpx.AsyncClient]:
    """A browser with cookies of its own; signed in under a name, where there is one."""
    async with httpx.AsyncClient(base_url=api.url, timeout=15) as client:
        if name is not None:
            body = {"name": name, "password": PASSWORD}
            answer = await client.post("/api/auth/login", json=body)
            assert answer.status_code == 204, answer.text
        yield client
