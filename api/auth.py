"""Who is asking: a person by the cookie of a session or by an API token."""

import secrets
from datetime import datetime
from uuid import UUID

from fastapi import Response
from starlette.requests import HTTPConnection

from kure.adapters.postgres.access import sessions, tokens
from kure.adapters.postgres.pool import Pool
from kure.domain.access.addresses import client_address
from kure.domain.access.person import Person
from kure.errors import AccessDenied, NotSignedIn
from kure.settings import Settings

HOW = "Sign in on the dashboard, or send an API token as `Authorization: Bearer`."
LONGEST = 200


class People:
    """Recognises people, and gives their browsers cookies."""

    def __init__(self, pool: Pool, settings: Settings) -> None:
        self._pool = pool
        self._trusted = settings.trusted_proxies
        self._secure = settings.https
        # A browser takes a cookie of this prefix only over TLS and from this very host.
        self._cookie = "__Host-kure_session" if self._secure else "kure_session"

    async def person(self, connection: HTTPConnection, now: datetime) -> Person:
        """Whoever sent the request. NotSignedIn where nobody did; AccessDenied for an agent."""
        person = await self._known(connection, now)
        if person is not None:
            return person
        if connection.headers.get("x-service-token"):
            raise AccessDenied("A service token may report; it may not read what people see.")
        raise NotSignedIn("You are not signed in. " + HOW)

    async def _known(self, connection: HTTPConnection, now: datetime) -> Person | None:
        scheme, _, bearer = connection.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return await tokens.person(self._pool, bearer.strip()[:LONGEST], now)
        secret = self.cookie(connection)
        if not secret:
            return None
        return await sessions.person(self._pool, secret, now, self.address(connection))

    async def is_still(self, person: Person, now: datetime) -> bool:
        """Whether what showed who it is has not ended since."""
        kind, _, id_ = person.key.partition("/")
        table = sessions if kind == "session" else tokens
        return now < person.until and await table.lives(self._pool, UUID(id_), now)

    def cookie(self, connection: HTTPConnection) -> str:
        """What the browser showed; '' where it showed none."""
        return connection.cookies.get(self._cookie, "")[:LONGEST]

    def address(self, connection: HTTPConnection) -> str:
        """From where somebody asks."""
        peer = connection.client.host if connection.client else ""
        forwarded = ",".join(connection.headers.getlist("x-forwarded-for"))
        return client_address(peer, forwarded, self._trusted)

    def give(self, response: Response, secret: str) -> None:
        """Give the browser its cookie, which scripts cannot read."""
        response.set_cookie(
            self._cookie,
            secret,
            max_age=int(sessions.LIFE.total_seconds()),
            httponly=True,
            samesite="lax",
            secure=self._secure,
            path="/",
        )

    def take(self, response: Response) -> None:
        """Take the cookie back."""
        response.delete_cookie(
            self._cookie, path="/", httponly=True, samesite="lax", secure=self._secure
        )


def new_secret(kind: str = "") -> str:
    """A secret that cannot be guessed: 256 bits; `kind` before it says what it is for."""
    return kind + secrets.token_urlsafe(32)
