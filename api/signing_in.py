"""Signing in, whichever way: counted, compared, and a session begun."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import Request, Response
from pydantic import BaseModel

from api.auth import new_secret
from api.state import State
from kure.adapters.postgres import audit
from kure.adapters.postgres.access import provided, sessions, tries, users
from kure.adapters.postgres.pool import Connection, transaction
from kure.domain.access.addresses import throttled_as
from kure.domain.access.person import Person
from kure.errors import NotSignedIn, TooOften

# The other answer to whoever signs out.
NOWHERE: dict[int | str, dict[str, Any]] = {204: {"description": "Signed out; nothing follows"}}


@dataclass(frozen=True)
class Try:
    """One try to sign in. `account` is '' where it names none."""

    kure: State
    request: Request
    account: str = ""

    async def count(self) -> None:
        """Count it before anything is compared. TooOften where there were too many."""
        now = self.kure.clock()
        try:
            await tries.take(self.kure.pool, self._address, self.account, now)
        except TooOften:
            await audit.count_sign_in(self.kure.pool, now, "throttled")
            raise

    async def failed(self) -> None:
        """Note that it was refused."""
        await audit.count_sign_in(self.kure.pool, self.kure.clock(), "wrong")

    async def begin(self, connection: Connection, user_id: UUID, name: str, how: str) -> str:
        """Begin a session in the caller's transaction; returns the cookie's secret."""
        now, secret = self.kure.clock(), new_secret()
        address = self.kure.people.address(self.request)
        browser = self.request.headers.get("user-agent", "")
        await sessions.begin(connection, user_id, secret, now, address, browser)
        await tries.succeeded(connection, self._address, self.account)
        detail = {"address": address, "by": how}
        await audit.write(connection, now, name, "sign-in", f"user/{user_id}", "done", detail)
        return secret

    @property
    def _address(self) -> str:
        return throttled_as(self.kure.people.address(self.request))


async def compare(attempt: Try, password: str) -> users.Credentials:
    """The account that name and password open. NotSignedIn where they open none, without saying
    which of both is wrong."""
    kure = attempt.kure
    known = await users.credentials(kure.pool, attempt.account)
    if not await kure.passwords.match(known.password if known else None, password) or not known:
        await attempt.failed()
        raise NotSignedIn("Name and password do not go together.")
    return known


class SignedOut(BaseModel):
    """`provider_url` is where the browser goes next: the identity provider's page that ends its
    session there."""

    provider_url: str


async def end(kure: State, request: Request, response: Response) -> SignedOut | None:
    """End the session of the cookie, if there is one, and take the cookie back."""
    secret = kure.people.cookie(request)
    now = kure.clock()
    person = None
    if secret:
        person = await sessions.person(kure.pool, secret, now, kure.people.address(request))
        if person is not None:
            session_id = UUID(person.key.rpartition("/")[2])
            async with transaction(kure.pool) as connection:
                await audit.write(connection, now, person.name, "sign-out", person.key, "done", {})
                await sessions.end(connection, person, session_id, now)
    return await leave(kure, person, response)


async def leave(kure: State, person: Person | None, response: Response) -> SignedOut | None:
    """Take the cookie back; what there is to answer, which without an identity provider, or where
    it has no page for that, is nothing (204)."""
    kure.people.take(response)
    if person is not None and kure.oidc is not None:
        issuer = await provided.issuer_of(kure.pool, person.id)
        if (url := await kure.oidc.leave(issuer, kure.clock())) is not None:
            return SignedOut(provider_url=url)
    response.status_code = 204
    return None
