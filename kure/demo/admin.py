"""The admin that a demo begins with: whoever may read its data folder."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from kure.adapters.postgres.access import codes, tokens, users
from kure.adapters.postgres.access.tokens import NewToken
from kure.adapters.postgres.access.users import NewUser
from kure.adapters.postgres.pool import Connection, open_pool, transaction
from kure.demo.state import write_secret
from kure.domain.access.roles import Role
from kure.domain.access.scopes import EVERYTHING

NAME = "operator"
TOKEN = "demo"
LIFE = timedelta(days=365)


@dataclass(frozen=True)
class Admin:
    """An API token for programs, which is kept in the data folder, and a one-time code for a
    browser."""

    token: str
    code: str


async def first_admin(database_url: str, folder: Path, now: datetime) -> Admin:
    """Make the demo's admin where it is missing, a fresh token, which goes to `folder/token`, and
    a fresh code. The token before it ends."""
    pool = await open_pool(database_url, 1)
    try:
        async with transaction(pool) as connection:
            known = await users.credentials(connection, NAME)
            new = NewUser(NAME, None, Role.ADMIN, [EVERYTHING])
            user_id = known.id if known else await users.add(connection, new, now)
            admin = Admin(
                token=await _token(connection, user_id, now),
                code=await codes.make(connection, now, user_id),
            )
    finally:
        await pool.close()
    write_secret(folder / "token", admin.token)
    return admin


async def _token(connection: Connection, user_id: UUID, now: datetime) -> str:
    secret = "kure_" + secrets.token_urlsafe(32)
    await tokens.forget(connection, user_id, TOKEN, now)
    new = NewToken(TOKEN, Role.ADMIN, [EVERYTHING], now + LIFE)
    await tokens.add(connection, user_id, new, secret, now)
    return secret
