"""Who is asking. People show the token of this start, agents their cluster's.

Until accounts exist there is one person, with every right, and the API listens on loopback only.
"""

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from fastapi import Request, Response

from kure.adapters.crypto import same
from kure.errors import AccessDenied, Misconfigured, NotSignedIn
from kure.settings import LOOPBACK, Settings

COOKIE = "kure_session"
HOW = "Open the address that `kure demo` printed, or send the token as `Authorization: Bearer`."


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in."""

    name: str = "operator"
    role: str = "admin"


@dataclass(frozen=True)
class Tokens:
    """The people's token of this start, and each cluster's agent token."""

    people: str
    agents: tuple[tuple[str, str], ...]

    @classmethod
    def load(cls, settings: Settings) -> Self:
        """Read the tokens, making those that are missing."""
        own = settings.service_token
        token = own.get_secret_value() if own else read_token(settings.data_dir / "agent-token")
        further = [(name, t.get_secret_value()) for name, t in settings.service_tokens.items()]
        people = read_token(settings.data_dir / "token")
        return cls(people, ((settings.cluster, token), *further))

    @property
    def cookie(self) -> str:
        """What the browser keeps: it opens what the token opens, but is not the token."""
        return hmac.new(self.people.encode(), b"session", hashlib.sha256).hexdigest()

    def sign_in(self, token: str, response: Response, *, secure: bool) -> None:
        """Set the cookie. NotSignedIn for a wrong token."""
        if not same(token, self.people):
            raise NotSignedIn("That is not the token of this start. " + HOW)
        response.set_cookie(
            COOKIE, self.cookie, httponly=True, samesite="lax", secure=secure, path="/"
        )

    def person(self, request: Request) -> Person:
        """Whoever sent the request, by cookie or Bearer token."""
        bearer = request.headers.get("authorization", "")
        if bearer.lower().startswith("bearer ") and same(bearer[7:].strip(), self.people):
            return Person()
        if same(request.cookies.get(COOKIE, ""), self.cookie):
            return Person()
        if request.headers.get("x-service-token"):
            raise AccessDenied("A service token may report; it may not read what people see.")
        raise NotSignedIn("You are not signed in. " + HOW)

    def agent_cluster(self, given: str) -> str | None:
        """The cluster whose agent's static token this is; None where it is none."""
        cluster = None
        for name, token in self.agents:
            if same(given, token):
                cluster = name
        return cluster


def read_token(path: Path) -> str:
    """The token in a file that only its owner can read; made where it is missing."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    else:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(32) + "\n")
    token = path.read_text().strip()
    if len(token) < 20:
        raise Misconfigured(f"{path} holds no token; delete the file and start again.")
    return token


def check_address(settings: Settings) -> None:
    """Refuse to listen where others could reach the API: nobody signs in yet."""
    if settings.host not in LOOPBACK:
        raise Misconfigured(
            f"KURE_HOST is {settings.host}, but without sign-in Kure listens on loopback only. "
            "Use 127.0.0.1, and a tunnel (ssh -L, kubectl port-forward) from elsewhere."
        )
