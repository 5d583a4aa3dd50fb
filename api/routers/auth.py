"""Signing in and out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Self

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from api import signing_in
from api.signing_in import NOWHERE, SignedOut, Try
from api.state import Kure, State
from kure.adapters.postgres import audit
from kure.adapters.postgres.access import codes, invitations, users
from kure.adapters.postgres.access.users import NewUser
from kure.adapters.postgres.pool import Connection, transaction
from kure.contracts.access import User
from kure.domain.access.accounts import check_name, check_password
from kure.domain.access.roles import Role
from kure.domain.access.scopes import EVERYTHING
from kure.errors import Conflict, NotSignedIn

router = APIRouter(prefix="/api/auth", tags=["auth"])

Name = Annotated[str, Field(max_length=100)]
Password = Annotated[str, Field(max_length=1000)]
Secret = Annotated[str, Field(max_length=200)]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SignInBody(Body):
    name: Name
    password: Password


class CodeBody(Body):
    code: Secret


class SignUpBody(Body):
    """A new account: the first admin's with the one-time code, else with an invitation's text."""

    name: Name
    password: Password
    code: Secret = ""
    invitation: Secret = ""

    @model_validator(mode="after")
    def _with_one(self) -> Self:
        if bool(self.code) == bool(self.invitation):
            raise ValueError("give a code or an invitation")
        return self


class AuthStatus(BaseModel):
    """Whether the first account is still to be made, who is signed in, and what the identity
    provider is called, where there is one to sign in through."""

    setup_required: bool
    provider: str | None
    signed_in: bool
    user: User | None


@router.get("/status")
async def status(request: Request, kure: Kure) -> AuthStatus:
    """What the sign-in page needs to know."""
    provider = kure.oidc.label if kure.oidc else None
    try:
        person = await kure.people.person(request, kure.clock())
    except NotSignedIn:
        missing = not await users.exist(kure.pool)
        return AuthStatus(setup_required=missing, provider=provider, signed_in=False, user=None)
    user = await users.read(kure.pool, person.id)
    return AuthStatus(setup_required=False, provider=provider, signed_in=True, user=user)


@router.post("/login", status_code=204)
async def login(body: SignInBody, request: Request, kure: Kure, response: Response) -> None:
    """Begin a session with name and password."""
    attempt = Try(kure, request, body.name.replace("\0", ""))
    await attempt.count()
    known = await signing_in.compare(attempt, body.password)
    async with transaction(kure.pool) as connection:
        secret = await attempt.begin(connection, known.id, known.name, "password")
    kure.people.give(response, secret)


@router.post("/code", status_code=204)
async def use_code(body: CodeBody, request: Request, kure: Kure, response: Response) -> None:
    """Begin a session with a one-time code that was made for an account, as `kure demo` makes."""
    attempt = Try(kure, request)
    await attempt.count()
    async with _counted(attempt), transaction(kure.pool) as connection:
        used = await codes.use(connection, body.code, kure.clock())
        if used.user_id is None:
            raise Conflict("This code makes an account: choose a name and a password for it.")
        user = await users.read(connection, used.user_id)
        secret = await attempt.begin(connection, used.user_id, user.name, "code")
    kure.people.give(response, secret)


@router.post("/signup", status_code=204)
async def sign_up(body: SignUpBody, request: Request, kure: Kure, response: Response) -> None:
    """Make an account and begin its first session."""
    attempt = Try(kure, request)
    await attempt.count()
    check_name(body.name)
    check_password(body.password, body.name)
    hashed = await kure.passwords.hash(body.password)
    async with _counted(attempt), transaction(kure.pool) as connection:
        user = await _granted(kure, connection, body, hashed)
        user_id = await users.add(connection, user, kure.clock())
        detail = {"role": user.role.value, "scopes": user.scopes}
        await audit.write(
            connection, kure.clock(), user.name, "sign_up", f"user/{user_id}", "done", detail
        )
        secret = await attempt.begin(connection, user_id, user.name, "signup")
    kure.people.give(response, secret)


@router.post("/logout", responses=NOWHERE)
async def logout(request: Request, kure: Kure, response: Response) -> SignedOut | None:
    """End this browser's session."""
    return await signing_in.end(kure, request, response)


async def _granted(kure: State, connection: Connection, body: SignUpBody, hashed: str) -> NewUser:
    """What the code or the invitation grants. NotSignedIn where it is not right."""
    if body.invitation:
        role, scopes = await invitations.use(connection, body.invitation, body.name, kure.clock())
        return NewUser(body.name, hashed, role, scopes)
    used = await codes.use(connection, body.code, kure.clock())
    if used.user_id is not None:
        raise Conflict("This code signs in to an account that exists; it makes none.")
    return NewUser(body.name, hashed, Role.ADMIN, [EVERYTHING])


@asynccontextmanager
async def _counted(attempt: Try) -> AsyncIterator[None]:
    try:
        yield
    except NotSignedIn:
        await attempt.failed()
        raise
