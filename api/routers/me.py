"""What people do with their own account: sessions, password, API tokens."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api import signing_in
from api.auth import new_secret
from api.routers.auth import Body, Password
from api.signing_in import NOWHERE, SignedOut, Try
from api.state import InBrowser, Kure, Reader
from kure.adapters.postgres import audit
from kure.adapters.postgres.access import sessions, tokens, users
from kure.adapters.postgres.access.tokens import NewToken
from kure.adapters.postgres.pool import transaction
from kure.contracts.access import ApiToken, Session, User
from kure.domain.access.accounts import check_grant, check_password
from kure.domain.access.roles import Role
from kure.domain.access.scopes import EVERYTHING
from kure.errors import AccessDenied, InvalidInput, NotSignedIn

router = APIRouter(prefix="/api/auth", tags=["me"])

LONGEST = timedelta(days=366)


class Me(BaseModel):
    """Who is signed in and where else."""

    user: User
    sessions: list[Session]


class PasswordBody(Body):
    """`current` may be empty where the account has no password yet."""

    current: Password = ""
    password: Password


class TokenBody(Body):
    """A token may do no more than its owner, in any case."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    role: Role = Role.READ
    scopes: Annotated[list[str], Field(max_length=100)] = [EVERYTHING]
    expires_at: AwareDatetime


class TokenList(BaseModel):
    items: list[ApiToken]


class MadeToken(BaseModel):
    """The only time that the token's text is shown."""

    model_config = ConfigDict(frozen=True)

    token: str
    about: ApiToken


@router.get("/me")
async def me(kure: Kure, person: Reader) -> Me:
    """Who is signed in, with the sessions of the account."""
    return Me(
        user=await users.read(kure.pool, person.id),
        sessions=await sessions.of_user(kure.pool, person, kure.clock()),
    )


@router.delete("/sessions/{session_id}", status_code=204)
async def end_session(session_id: UUID, kure: Kure, person: InBrowser) -> None:
    """End one of one's own sessions; its streams end at once."""
    now = kure.clock()
    async with transaction(kure.pool) as connection:
        await audit.write(
            connection, now, person.name, "end_session", f"session/{session_id}", "done", {}
        )
        await sessions.end(connection, person, session_id, now)


@router.delete("/sessions", responses=NOWHERE)
async def end_sessions(kure: Kure, person: InBrowser, response: Response) -> SignedOut | None:
    """Sign out everywhere, here as well."""
    now, target = kure.clock(), f"user/{person.id}"
    async with transaction(kure.pool) as connection:
        await audit.write(connection, now, person.name, "end_sessions", target, "done", {})
        await users.end_sessions(connection, person.id, now)
    return await signing_in.leave(kure, person, response)


@router.post("/password", status_code=204)
async def change_password(
    body: PasswordBody, request: Request, kure: Kure, person: InBrowser
) -> None:
    """Another password; every other session of the account ends."""
    known = await users.credentials(kure.pool, person.name)
    if not (await users.read(kure.pool, person.id)).local:
        raise AccessDenied("This account signs in through the identity provider: change it there.")
    if known and known.password is not None:
        await _check_current(Try(kure, request, person.name), body.current)
    check_password(body.password, person.name)
    hashed = await kure.passwords.hash(body.password)
    now, target = kure.clock(), f"user/{person.id}"
    async with transaction(kure.pool) as connection:
        await users.set_password(connection, person.id, hashed)
        await audit.write(connection, now, person.name, "change_password", target, "done", {})
        await users.end_sessions(connection, person.id, now, UUID(person.key.split("/")[1]))


async def _check_current(attempt: Try, password: str) -> None:
    await attempt.count()
    try:
        await signing_in.compare(attempt, password)
    except NotSignedIn as error:
        wrong = (("current", "is not the password of this account"),)
        raise InvalidInput("The password is not changed.", wrong) from error


@router.get("/tokens")
async def list_tokens(kure: Kure, person: Reader) -> TokenList:
    """One's own API tokens, without their texts."""
    return TokenList(items=await tokens.of_user(kure.pool, person.id))


@router.post("/tokens", status_code=201)
async def make_token(body: TokenBody, kure: Kure, person: InBrowser) -> MadeToken:
    """Make an API token. Its text is in this answer and nowhere else."""
    now = kure.clock()
    if not now < body.expires_at <= now + LONGEST:
        raise InvalidInput("It must end.", (("expires_at", "within a year from now"),))
    if not person.role.covers(body.role):
        raise AccessDenied(f"You have the role {person.role}; a token of yours cannot have more.")
    scopes = check_grant(body.role, body.scopes)
    secret = new_secret("kure_")
    new = NewToken(body.name.replace("\0", ""), body.role, scopes, body.expires_at)
    async with transaction(kure.pool) as connection:
        made = await tokens.add(connection, person.id, new, secret, now)
        detail = made.model_dump(mode="json", include={"name", "role", "scopes", "expires_at"})
        await audit.write(
            connection, now, person.name, "make_token", f"token/{made.id}", "done", detail
        )
    return MadeToken(token=secret, about=made)


@router.delete("/tokens/{token_id}", status_code=204)
async def end_token(token_id: UUID, kure: Kure, person: InBrowser) -> None:
    """End one of one's own tokens."""
    now = kure.clock()
    async with transaction(kure.pool) as connection:
        name = await tokens.end(connection, person.id, token_id)
        await audit.write(
            connection, now, person.name, "end_token", f"token/{token_id}", "done", {"name": name}
        )
