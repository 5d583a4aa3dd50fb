"""A small identity provider on this machine: real HTTP, real signatures, and it can be wrong."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode

from aiohttp import web
from joserfc import jwt
from joserfc.jwk import ECKey, Key, RSAKey

from kure.adapters.clock import utc_now

CLIENT, SECRET = "kure", "secret/of: kure"
Claims = dict[str, Any]


def _encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode().rstrip("=")


def public(key: Key) -> dict[str, Any]:
    return {**key.as_dict(private=False), "kid": key.kid}


@dataclass
class IdentityProvider:
    """`claims` are those of whoever signs in next and of everybody who is read again. `spoil` may
    change an ID token's claims, `alg` and `key` how it is signed; `ahead` is added to its clock."""

    port: int = 0
    secret: str = SECRET
    claims: Claims = field(default_factory=lambda: {"sub": "s-ada", "preferred_username": "ada"})
    groups: list[str] | None = field(default_factory=lambda: ["shop"])
    key: Key = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "k1"}))
    listed: list[Key] | None = None
    alg: str = "RS256"
    spoil: Callable[[Claims], Claims] = lambda claims: claims
    in_userinfo: bool = False
    refreshes: bool = True
    id_token_on_refresh: bool = True
    lasts: int | None = None
    ahead: timedelta = timedelta()
    away: bool = False
    about: dict[str, Any] = field(default_factory=dict)
    error: str = ""
    iss: str | None = None
    codes: dict[str, Claims] = field(default_factory=dict)
    refresh_tokens: dict[str, Claims] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    signed_out: list[Claims] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/realms/kure"

    def reset(self) -> None:
        """Right again in every way, with the same address and key."""
        fresh = IdentityProvider(port=self.port, key=self.key)
        self.__dict__.update(fresh.__dict__)

    def end_all(self) -> None:
        """Sign everybody out here, or lock their accounts."""
        self.refresh_tokens.clear()

    @web.middleware
    async def _open(
        self, request: web.Request, handler: Callable[[web.Request], Any]
    ) -> web.StreamResponse:
        self.asked.append(request.path.rpartition("/")[2])
        if self.away:
            return web.Response(status=503, text="<script>alert(1)</script>")
        answer: web.StreamResponse = await handler(request)
        return answer

    async def discovery(self, request: web.Request) -> web.Response:
        about = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "end_session_endpoint": f"{self.url}/logout?realm=kure",
        }
        return web.json_response(about | self.about)

    async def keys(self, request: web.Request) -> web.Response:
        known = [self.key] if self.listed is None else self.listed
        odd = [
            {"kty": "oct", "k": "c2VjcmV0", "kid": "o"},
            {"kty": "XYZ", "kid": "x"},
            {"kty": "RSA"},
        ]
        return web.json_response({"keys": [*odd, *map(public, known)]})

    async def authorize(self, request: web.Request) -> web.Response:
        asked = request.query
        back = {"state": asked["state"]}
        if self.error:
            back |= {"error": self.error, "error_description": "<b>no</b>"}
        else:
            code = f"code-{len(self.codes)}"
            self.codes[code] = dict(asked)
            back["code"] = code
        if self.iss is not None:
            back["iss"] = self.iss
        raise web.HTTPFound(asked["redirect_uri"] + "?" + urlencode(back))

    async def token(self, request: web.Request) -> web.Response:
        form = dict(parse_qsl(await request.text()))
        shown = request.headers.get("Authorization", "").removeprefix("Basic ")
        pair = [unquote(part) for part in base64.b64decode(shown).decode().split(":")]
        if pair != [CLIENT, self.secret]:
            return web.json_response({"error": "invalid_client"}, status=401)
        if form["grant_type"] == "refresh_token":
            begun = self.refresh_tokens.pop(form["refresh_token"], None)
        else:
            begun = self.codes.pop(form["code"], None)
            if begun is not None and not self._fits(begun, form):
                begun = None
        if begun is None:
            return web.json_response({"error": "invalid_grant"}, status=400)
        return web.json_response(self._tokens(begun, form["grant_type"]))

    def _fits(self, begun: Claims, form: dict[str, str]) -> bool:
        hashed = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = _encoded(hashed)
        return (begun["code_challenge_method"], begun["code_challenge"], begun["redirect_uri"]) == (
            "S256",
            challenge,
            form["redirect_uri"],
        )

    def _tokens(self, begun: Claims, grant: str) -> Claims:
        given: Claims = {"access_token": "access", "token_type": "Bearer", "expires_in": 300}
        if self.refreshes:
            token = f"refresh-{len(self.asked)}"
            self.refresh_tokens[token] = begun
            given |= {"refresh_token": token, "refresh_expires_in": self.lasts}
        if grant != "refresh_token" or self.id_token_on_refresh:
            given["id_token"] = self._id_token(begun if grant != "refresh_token" else {})
        return given

    def _id_token(self, begun: Claims) -> str:
        now = int((utc_now() + self.ahead).timestamp())
        times = {"iat": now, "exp": now + 300}
        claims = {"iss": self.url, "aud": CLIENT, **times, **self.claims}
        if "nonce" in begun:
            claims["nonce"] = begun["nonce"]
        if not self.in_userinfo and self.groups is not None:
            claims["groups"] = self.groups
        header, claims = {"alg": self.alg, "kid": self.key.kid}, self.spoil(claims)
        if self.alg in ("none", "HS256"):
            return self._forged(header, claims)
        return jwt.encode(header, claims, self.key, algorithms=[self.alg])

    def _forged(self, header: Claims, claims: Claims) -> str:
        """Not signed, or with the public key as the secret: joserfc refuses to make such a one."""
        text = ".".join(_encoded(json.dumps(part).encode()) for part in (header, claims))
        assert isinstance(self.key, RSAKey)
        pem = self.key.as_pem(private=False)
        mac = hmac.digest(pem, text.encode(), "sha256") if self.alg == "HS256" else b""
        return f"{text}.{_encoded(mac)}"

    async def userinfo(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != "Bearer access":
            return web.json_response({"error": "invalid_token"}, status=401)
        return web.json_response(self.claims | {"groups": self.groups})

    async def logout(self, request: web.Request) -> web.Response:
        """RP-initiated, as Keycloak does it: only back to where this client may be sent."""
        asked = dict(request.query)
        if asked.get("client_id") != CLIENT or "post_logout_redirect_uri" not in asked:
            return web.Response(status=400, text="Invalid redirect uri")
        self.signed_out.append(asked)
        raise web.HTTPFound(asked["post_logout_redirect_uri"])


@asynccontextmanager
async def identity_provider() -> AsyncIterator[IdentityProvider]:
    """A running one."""
    provider = IdentityProvider()
    app = web.Application(middlewares=[provider._open])
    base = "/realms/kure"
    app.router.add_get(f"{base}/.well-known/openid-configuration", provider.discovery)
    app.router.add_get(f"{base}/keys", provider.keys)
    app.router.add_get(f"{base}/authorize", provider.authorize)
    app.router.add_post(f"{base}/token", provider.token)
    app.router.add_get(f"{base}/userinfo", provider.userinfo)
    app.router.add_get(f"{base}/logout", provider.logout)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    provider.port = runner.addresses[0][1]
    try:
        yield provider
    finally:
        await runner.cleanup()


def another_key(kid: str = "k1") -> Key:
    return ECKey.generate_key("P-256", {"kid": kid})
