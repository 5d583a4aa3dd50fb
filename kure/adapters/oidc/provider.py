"""One identity provider: what it says of itself, its keys, and what it says of an account."""

import asyncio
import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc.jwk import KeySet
from pydantic import SecretStr

from kure.adapters.oidc.id_tokens import Expected, UnknownKey, keys_of, verify
from kure.adapters.outgoing import Answer, Call, Outgoing
from kure.errors import AddressRefused, NotSignedIn, ProviderUnavailable

DISCOVERY = "/.well-known/openid-configuration"
KEPT = timedelta(hours=1)
# Anybody may send a token with a key of a name that he made up.
KEYS_AGAIN = timedelta(minutes=1)
FORM = "application/x-www-form-urlencoded"
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True)
class Client:
    """Kure as the provider knows it. `groups` is the claim that is asked of the userinfo endpoint
    where the ID token lacks it; `home` is where people come back to when they have signed out;
    `inside`: the provider may have a private address."""

    issuer: str
    id: str
    secret: SecretStr | None
    scope: str
    groups: str
    redirect_uri: str
    home: str
    inside: bool = False


@dataclass(frozen=True)
class Secrets:
    """What binds a sign-in to the browser that began it."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


@dataclass(frozen=True)
class Told:
    """What the provider says of an account. `refresh_token` is '' where it gave none; `lasts` is
    how long it is good for, where that was said."""

    claims: Mapping[str, Any]
    refresh_token: str = field(repr=False)
    lasts: timedelta | None


class Provider:
    """Asks one provider. What it says of itself is kept for an hour."""

    def __init__(self, client: Client, outgoing: Outgoing) -> None:
        self._client = client
        self._outgoing = outgoing
        self._about: tuple[datetime, dict[str, Any]] | None = None
        self._keys: tuple[datetime, KeySet] | None = None
        self._asking = asyncio.Lock()

    async def aclose(self) -> None:
        await self._outgoing.aclose()

    async def authorization_url(self, secrets: Secrets, now: datetime) -> str:
        """Where the browser goes to sign in. ProviderUnavailable where that is not known."""
        about = await self._metadata(now)
        url: str = prepare_grant_uri(
            about["authorization_endpoint"],
            client_id=self._client.id,
            response_type="code",
            redirect_uri=self._client.redirect_uri,
            scope=self._client.scope,
            state=secrets.state,
            nonce=secrets.nonce,
            code_challenge=create_s256_code_challenge(secrets.verifier),
            code_challenge_method="S256",
        )
        return url

    async def sign_out_url(self, now: datetime) -> str | None:
        """Where the browser goes to sign out there as well (OpenID Connect RP-Initiated Logout
        1.0, 2); None where the provider names no such page. ProviderUnavailable where that is not
        known.

        The client's id stands for the ID token, which is not kept; there is no `state`, since
        nothing depends on whether somebody comes back."""
        url = _text(await self._metadata(now), "end_session_endpoint")
        if urlsplit(url).scheme not in self._schemes:
            return None
        known = {"client_id": self._client.id, "post_logout_redirect_uri": self._client.home}
        return str(add_params_to_uri(url, list(known.items())))

    async def check_issuer(self, named: str, now: datetime) -> None:
        """NotSignedIn where the answer to a sign-in comes from another provider, or does not say
        from which although this one always does (RFC 9207)."""
        always = (await self._metadata(now)).get("authorization_response_iss_parameter_supported")
        if named != self._client.issuer and (named or always is True):
            raise NotSignedIn(f"The answer comes from the issuer {named[:200]!r}, not from ours.")

    async def redeem(self, code: str, secrets: Secrets, now: datetime) -> Told:
        """What a code stands for. NotSignedIn where the provider refuses it, or what it gives for
        it does not belong to this sign-in."""
        grant = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._client.redirect_uri,
            "code_verifier": secrets.verifier,
        }
        given = await self._token(grant, now)
        if not given.get("id_token"):
            raise NotSignedIn("The provider gave no ID token. Is `openid` among the scopes?")
        return await self._told(given, now, nonce=secrets.nonce)

    async def refresh(self, refresh_token: str, subject: str, now: datetime) -> Told:
        """What the provider says of an account now. NotSignedIn where it says no more of it, or
        speaks of another one."""
        grant = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        given = await self._token(grant, now)
        return await self._told({"refresh_token": refresh_token} | given, now, subject=subject)

    async def _told(
        self, given: dict[str, Any], now: datetime, *, nonce: str = "", subject: str = ""
    ) -> Told:
        access = _text(given, "access_token")
        claims: dict[str, Any] = {"sub": subject}
        if token := _text(given, "id_token"):
            claims = await self._verified(token, nonce, access, now)
        # A refresh need not give an ID token (OpenID Connect Core, 12.2).
        if self._client.groups not in claims:
            claims = await self._userinfo(access, claims, now)
        if subject and claims["sub"] != subject:
            raise NotSignedIn("The provider answered for another account.")
        return Told(claims, _text(given, "refresh_token"), _lasts(given))

    async def _verified(self, token: str, nonce: str, access: str, now: datetime) -> dict[str, Any]:
        expected = Expected(self._client.issuer, self._client.id, nonce, access)
        try:
            return verify(token, await self._key_set(now), expected, now)
        except UnknownKey:
            return verify(token, await self._key_set(now, KEYS_AGAIN), expected, now)

    async def _userinfo(self, access: str, claims: dict[str, Any], now: datetime) -> dict[str, Any]:
        """The claims, with those of the userinfo endpoint where there is one."""
        url = (await self._metadata(now)).get("userinfo_endpoint")
        if not isinstance(url, str) or not access:
            if "iss" not in claims:
                raise NotSignedIn("The provider gave neither an ID token nor an access token.")
            return claims
        answer = await self._ask("GET", url, {"Authorization": f"Bearer {access}"})
        if answer.status in (401, 403):
            raise NotSignedIn("The provider tells nothing of this account any more.")
        told = self._document(answer, url)
        # Else an access token of somebody else would do (OpenID Connect Core, 5.3.2).
        if told.get("sub") != claims["sub"]:
            raise NotSignedIn("The provider answered for another account.")
        return told | claims

    async def _token(self, grant: dict[str, str], now: datetime) -> dict[str, Any]:
        about = await self._metadata(now)
        headers, client = self._credentials(about)
        body = urlencode(grant | client).encode()
        answer = await self._ask("POST", about["token_endpoint"], headers, body)
        if answer.status >= 400 and _error(answer) == "invalid_grant":
            raise NotSignedIn("The provider does not take it any more: used, ended, or too old.")
        return self._document(answer, about["token_endpoint"])

    def _credentials(self, about: dict[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
        """How Kure shows who it is: headers and fields of the form."""
        client, secret = self._client, self._client.secret
        headers = {"Content-Type": FORM}
        if secret is None:
            return headers, {"client_id": client.id}
        methods = about.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if "client_secret_basic" not in methods and "client_secret_post" in methods:
            return headers, {"client_id": client.id, "client_secret": secret.get_secret_value()}
        # Each part is encoded first (RFC 6749, 2.3.1).
        pair = f"{quote(client.id, safe='')}:{quote(secret.get_secret_value(), safe='')}"
        shown = base64.b64encode(pair.encode()).decode()
        return headers | {"Authorization": f"Basic {shown}"}, {}

    async def _metadata(self, now: datetime) -> dict[str, Any]:
        async with self._asking:
            if self._about is None or now - self._about[0] >= KEPT:
                url = self._client.issuer.rstrip("/") + DISCOVERY
                about = self._document(await self._ask("GET", url), url)
                self._check(about, url)
                self._about = (now, about)
            return self._about[1]

    async def _key_set(self, now: datetime, kept: timedelta = KEPT) -> KeySet:
        url = (await self._metadata(now))["jwks_uri"]
        async with self._asking:
            if self._keys is None or now - self._keys[0] >= kept:
                self._keys = (now, keys_of(self._document(await self._ask("GET", url), url)))
            return self._keys[1]

    def _check(self, about: dict[str, Any], url: str) -> None:
        if about.get("issuer") != self._client.issuer:
            said = str(about.get("issuer"))[:200]
            raise ProviderUnavailable(
                f"{url} speaks for the issuer {said!r}. Set KURE_OIDC_ISSUER to exactly that, if "
                "it is the right one."
            )
        for name in NEEDED:
            if urlsplit(_text(about, name)).scheme not in self._schemes:
                raise ProviderUnavailable(f"{url} has no {name} that can be used.")

    @property
    def _schemes(self) -> tuple[str, str]:
        """Of the provider's addresses: never one of those that run a script."""
        return "https", urlsplit(self._client.issuer).scheme

    async def _ask(
        self, method: str, url: str, headers: dict[str, str] | None = None, body: bytes = b""
    ) -> Answer:
        sent = {"Accept": "application/json"} | (headers or {})
        try:
            return await self._outgoing.ask(Call(url, body, sent, self._client.inside, method))
        except AddressRefused as error:
            raise ProviderUnavailable(f"The identity provider is not called. {error}") from error

    def _document(self, answer: Answer, url: str) -> dict[str, Any]:
        """The JSON object that was answered. Its text is in no error: it may hold tokens."""
        found = _json(answer) if answer.status == 200 else None
        if not isinstance(found, dict):
            why = f", {_error(answer)!r}" if _error(answer) else ""
            raise ProviderUnavailable(
                f"{urlsplit(url)._replace(query='').geturl()} answered {answer.status}{why}, and "
                "not the JSON that OpenID Connect has there."
            )
        return found


def _json(answer: Answer) -> Any:
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        return None


def _error(answer: Answer) -> str:
    """The error of OAuth (RFC 6749, 5.2): a short word, '' where there is none."""
    found = _json(answer)
    return _text(found, "error")[:60] if isinstance(found, dict) else ""


def _lasts(given: Mapping[str, Any]) -> timedelta | None:
    """How long a refresh token is good for, as Keycloak says it; 0 means no end."""
    seconds = given.get("refresh_expires_in")
    if not isinstance(seconds, int) or not 0 < seconds < 10**9:
        return None
    return timedelta(seconds=seconds)


def _text(found: Mapping[str, Any], name: str) -> str:
    text = found.get(name)
    return text if isinstance(text, str) else ""
