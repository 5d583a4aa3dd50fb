"""Signing in through an identity provider: begun, ended, and what the account may.

What binds a sign-in to its browser is a cookie, sealed under the installation's key, so that any
API process can end what another one began.
"""

import asyncio
import base64
import binascii
import json
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from api.auth import new_secret
from kure.adapters.crypto import Cipher, Keyring, same
from kure.adapters.oidc.provider import Client, Provider, Secrets, Told
from kure.adapters.outgoing import Outgoing
from kure.adapters.postgres.access.provided import PURPOSE, Identity
from kure.domain.access.accounts import check_grant
from kure.domain.access.groups import Grant, account_name, granted, groups_of
from kure.domain.access.paths import local_path
from kure.errors import AccessDenied, Conflict, InvalidInput, Misconfigured, Unavailable
from kure.settings import Settings

log = logging.getLogger("kure.api.oidc")

CALLBACK = "/api/auth/oidc/callback"
LIFE = timedelta(minutes=10)
# Whoever signs out is signed out here already, and does not wait longer to be told where to go.
SIGN_OUT_SECONDS = 3.0
ABOUT = b"sign-in"


class NoGroup(AccessDenied):
    """The provider knows the account; none of its groups grants anything here."""


@dataclass(frozen=True)
class Answer:
    """What a browser brings back from the provider, '' where it brings nothing."""

    code: str = field(repr=False)
    state: str = field(repr=False)
    issuer: str
    error: str


@dataclass(frozen=True)
class Entered:
    """Who has signed in, what they may, and where they wanted to go."""

    identity: Identity
    grant: Grant
    told: Told
    path: str


@dataclass(frozen=True)
class Oidc:
    """The identity provider of an installation. `label` names it on the sign-in page; `ends`: who
    signs out here signs out there."""

    label: str
    issuer: str
    provider: Provider
    grants: Mapping[str, Grant]
    groups_claim: str
    name_claim: str
    tries: Cipher
    tokens: Cipher
    ends: bool

    @classmethod
    def of(cls, settings: Settings, keyring: Keyring) -> Self | None:
        """None where no provider is set. To be closed."""
        if settings.oidc_issuer is None:
            return None
        client = Client(
            issuer=settings.oidc_issuer,
            id=settings.oidc_client_id,
            secret=settings.oidc_client_secret,
            scope=settings.oidc_scope,
            groups=settings.oidc_groups_claim,
            redirect_uri=settings.base + CALLBACK,
            home=settings.base + "/",
            inside=settings.oidc_inside,
        )
        return cls(
            label=settings.oidc_label,
            issuer=settings.oidc_issuer,
            provider=Provider(client, Outgoing.of(settings)),
            grants=settings.oidc_groups,
            groups_claim=settings.oidc_groups_claim,
            name_claim=settings.oidc_name_claim,
            tries=keyring.cipher("oidc/try"),
            tokens=keyring.cipher(PURPOSE),
            ends=settings.oidc_sign_out,
        )

    async def aclose(self) -> None:
        await self.provider.aclose()

    async def begin(self, path: str, now: datetime) -> tuple[str, str]:
        """Where the browser goes, and the cookie that it must come back with."""
        # A verifier has 43 characters or more (RFC 7636, 4.1).
        made = Secrets(new_secret(), new_secret(), secrets.token_urlsafe(48))
        until = int((now + LIFE).timestamp())
        kept = [made.state, made.nonce, made.verifier, local_path(path), until]
        sealed = self.tries.seal(json.dumps(kept).encode(), ABOUT)
        cookie = base64.urlsafe_b64encode(sealed).decode().rstrip("=")
        return await self.provider.authorization_url(made, now), cookie

    async def end(self, cookie: str, answer: Answer, now: datetime) -> Entered:
        """Who comes back. Conflict where this browser has begun no such sign-in, or long ago;
        AccessDenied where the provider lets nobody in, NoGroup where we do not; NotSignedIn for an
        answer that is not right; Unavailable where the provider cannot be asked."""
        made, path = self._opened(cookie, now)
        if not same(answer.state, made.state):
            raise Conflict("The answer belongs to another sign-in than this browser's last one.")
        await self.provider.check_issuer(answer.issuer, now)
        if answer.error or not answer.code:
            raise AccessDenied(f"The provider answered with the error {answer.error[:60]!r}.")
        told = await self.provider.redeem(answer.code, made, now)
        subject = str(told.claims["sub"])
        identity = Identity(self.issuer, subject, account_name(told.claims, self.name_claim))
        grant = self.granted(told)
        if grant is None:
            raise NoGroup(
                f"{identity.name} (subject {subject[:100]!r}) is in no group that KURE_OIDC_GROUPS "
                f"names; the claim {self.groups_claim!r} says "
                f"{list(groups_of(told.claims, self.groups_claim))[:20]}."
            )
        return Entered(identity, grant, told, path)

    async def leave(self, issuer: str | None, now: datetime) -> str | None:
        """Where somebody whose account is of `issuer` goes to sign out there as well; None where
        that is nowhere, or not known soon."""
        if issuer != self.issuer or not self.ends:
            return None
        try:
            async with asyncio.timeout(SIGN_OUT_SECONDS):
                return await self.provider.sign_out_url(now)
        except (Unavailable, TimeoutError) as error:
            log.warning("somebody signed out here, not at the identity provider: %s", error)
            return None

    def granted(self, told: Told) -> Grant | None:
        """What the groups of an account grant; None where nothing."""
        return granted(groups_of(told.claims, self.groups_claim), self.grants)

    def seal(self, told: Told, user_id: UUID) -> bytes | None:
        """The refresh token, to be stored; None where there is none."""
        if not told.refresh_token:
            return None
        return self.tokens.seal(told.refresh_token.encode(), user_id.bytes)

    async def read_again(self, sealed: bytes, user_id: UUID, subject: str, now: datetime) -> Told:
        """What the provider says of an account now. NotSignedIn where nothing any more."""
        token = self.tokens.open(sealed, user_id.bytes).decode()
        return await self.provider.refresh(token, subject, now)

    def _opened(self, cookie: str, now: datetime) -> tuple[Secrets, str]:
        try:
            sealed = base64.urlsafe_b64decode(cookie + "=" * (-len(cookie) % 4))
            state, nonce, verifier, path, until = json.loads(self.tries.open(sealed, ABOUT))
        except (Misconfigured, binascii.Error, ValueError) as error:
            raise Conflict("This browser has begun no sign-in.") from error
        if now.timestamp() >= until:
            raise Conflict(f"This sign-in was begun over {LIFE.seconds // 60} minutes ago.")
        return Secrets(state, nonce, verifier), path


def check(settings: Settings) -> None:
    """Misconfigured where a provider is set that nobody could sign in through."""
    if settings.oidc_issuer is None:
        return
    missing = [
        name
        for name, value in (
            ("KURE_OIDC_CLIENT_ID", settings.oidc_client_id),
            ("KURE_OIDC_GROUPS", settings.oidc_groups),
            ("KURE_PUBLIC_URL", settings.public_url),
        )
        if not value
    ]
    if missing:
        raise Misconfigured(f"KURE_OIDC_ISSUER is set, but not {' and '.join(missing)}.")
    if "openid" not in settings.oidc_scope.split():
        raise Misconfigured("KURE_OIDC_SCOPE must have `openid` in it.")
    for group, grant in settings.oidc_groups.items():
        try:
            check_grant(grant.role, grant.scopes)
        except InvalidInput as error:
            why = "; ".join(f"{path}: {text}" for path, text in error.fields)
            raise Misconfigured(f"KURE_OIDC_GROUPS, {group!r}: {why}.") from error
