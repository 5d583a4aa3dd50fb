"""Accounts and invitations, for admins."""

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.auth import new_secret
from api.routers.auth import Body
from api.state import Admin, Kure
from kure.adapters.postgres import audit
from kure.adapters.postgres.access import invitations, service_tokens, users
from kure.adapters.postgres.access.invitations import NewInvitation
from kure.adapters.postgres.pool import transaction
from kure.contracts.access import Invitation, User
from kure.domain.access.accounts import check_grant
from kure.domain.access.roles import Role
from kure.domain.access.scopes import EVERYTHING
from kure.errors import InvalidInput

router = APIRouter(prefix="/api/admin", tags=["users"])

LONGEST = timedelta(days=366)
Scopes = Annotated[list[str], Field(max_length=100)]
Version = Annotated[int, Query(ge=1)]


class UserList(BaseModel):
    items: list[User]


class Grant(Body):
    """What an account may; `version` is the one that the caller saw."""

    role: Role
    scopes: Scopes
    version: Annotated[int, Field(ge=1)]


class InvitationBody(Body):
    """Whom an invitation is for, in words, and what they may. Without `expires_at` it stays open
    until it is used or withdrawn."""

    note: Annotated[str, Field(max_length=200)] = ""
    role: Role = Role.READ
    scopes: Scopes = [EVERYTHING]
    expires_at: AwareDatetime | None = None


class InvitationList(BaseModel):
    items: list[Invitation]


class MadeInvitation(BaseModel):
    """The only time that the invitation's text is shown; `url`, where the public address is known,
    is what to send."""

    model_config = ConfigDict(frozen=True)

    token: str
    url: str | None
    about: Invitation


class RotateBody(Body):
    """Of which cluster; without one, of our own."""

    cluster: Annotated[str, Field(pattern=r"^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)?$")] = ""


class MadeServiceToken(BaseModel):
    """The only time that the token is shown."""

    cluster: str
    token: str


@router.get("/users")
async def list_users(kure: Kure, person: Admin) -> UserList:
    """All accounts."""
    return UserList(items=await users.everyone(kure.pool))


@router.put("/users/{user_id}")
async def change_user(user_id: UUID, body: Grant, kure: Kure, person: Admin) -> User:
    """Another role or other scopes; the account's sessions end."""
    scopes, now = check_grant(body.role, body.scopes), kure.clock()
    async with transaction(kure.pool) as connection:
        before = await users.read(connection, user_id)
        after = {"role": body.role.value, "scopes": scopes}
        detail = {"name": before.name, "from": _grant(before), "to": after}
        target = f"user/{user_id}"
        await audit.write(connection, now, person.name, "change_user", target, "done", detail)
        return await users.change(connection, user_id, body.role, scopes, body.version, now)


@router.delete("/users/{user_id}", status_code=204)
async def remove_user(user_id: UUID, version: Version, kure: Kure, person: Admin) -> None:
    """Remove an account with its sessions and tokens."""
    now = kure.clock()
    async with transaction(kure.pool) as connection:
        before = await users.read(connection, user_id)
        detail = _grant(before) | {"name": before.name}
        target = f"user/{user_id}"
        await audit.write(connection, now, person.name, "remove_user", target, "done", detail)
        await users.remove(connection, user_id, version, now)


@router.get("/invitations")
async def list_invitations(kure: Kure, person: Admin) -> InvitationList:
    """All invitations, used ones too, without their texts."""
    return InvitationList(items=await invitations.everyone(kure.pool))


@router.post("/invitations", status_code=201)
async def invite(body: InvitationBody, kure: Kure, person: Admin) -> MadeInvitation:
    """Make an invitation. Its text is in this answer and nowhere else."""
    now, secret = kure.clock(), new_secret()
    if body.expires_at is not None and not now < body.expires_at <= now + LONGEST:
        raise InvalidInput("It cannot end then.", (("expires_at", "within a year, or none"),))
    note = body.note.replace("\0", "")
    new = NewInvitation(note, body.role, check_grant(body.role, body.scopes), body.expires_at)
    async with transaction(kure.pool) as connection:
        made = await invitations.add(connection, new, secret, person.name, now)
        detail = made.model_dump(mode="json", include={"note", "role", "scopes", "expires_at"})
        target = f"invitation/{made.id}"
        await audit.write(connection, now, person.name, "invite", target, "done", detail)
    base = (kure.settings.public_url or "").rstrip("/")
    url = f"{base}/#invitation={secret}" if base else None
    return MadeInvitation(token=secret, url=url, about=made)


@router.delete("/invitations/{invitation_id}", status_code=204)
async def withdraw_invitation(invitation_id: UUID, kure: Kure, person: Admin) -> None:
    """Withdraw an invitation; an account that was made with it stays."""
    now, target = kure.clock(), f"invitation/{invitation_id}"
    async with transaction(kure.pool) as connection:
        note = await invitations.remove(connection, invitation_id)
        detail = {"note": note}
        await audit.write(
            connection, now, person.name, "withdraw_invitation", target, "done", detail
        )


@router.post("/service-token/rotate", status_code=201)
async def rotate_service_token(body: RotateBody, kure: Kure, person: Admin) -> MadeServiceToken:
    """Make a token for the agents of a cluster. The one before stays good until the next is made,
    so that agents can be given the new one meanwhile. It is in this answer and nowhere else."""
    cluster, secret, now = body.cluster or kure.settings.cluster, new_secret("kure_"), kure.clock()
    async with transaction(kure.pool) as connection:
        await service_tokens.add(connection, cluster, secret, person.name, now)
        target = f"cluster/{cluster}"
        await audit.write(connection, now, person.name, "rotate_service_token", target, "done", {})
    return MadeServiceToken(cluster=cluster, token=secret)


def _grant(user: User) -> dict[str, Any]:
    return {"role": user.role.value, "scopes": user.scopes}
