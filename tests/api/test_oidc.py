"""Signing in through an identity provider: what is refused, then what it opens."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import RSAKey

from tests.api.conftest import Api, running, settings_for
from tests.api.identity_provider import CLIENT, IdentityProvider, another_key
from tests.api.people import PASSWORD, browser, make
from tests.api.signing_on import CALLBACK, START, come_back, go, sign_in, why

ME = "/api/auth/me"
Spoil = Callable[[IdentityProvider], object]


@pytest.fixture
def api(with_idp: Api) -> Api:
    return with_idp


def other(claim: str, value: object) -> Spoil:
    def spoil(idp: IdentityProvider) -> None:
        idp.spoil = lambda claims: claims | {claim: value}

    return spoil


def without(claim: str) -> Spoil:
    def spoil(idp: IdentityProvider) -> None:
        idp.spoil = lambda claims: {name: v for name, v in claims.items() if name != claim}

    return spoil


def signed(alg: str) -> Spoil:
    return lambda idp: setattr(idp, "alg", alg)


def has(name: str, value: object) -> Spoil:
    return lambda idp: setattr(idp, name, value)


REFUSED: dict[str, tuple[Spoil, str]] = {
    "another nonce": (other("nonce", "of another sign-in"), "invalid"),
    "no nonce": (without("nonce"), "invalid"),
    "another issuer": (other("iss", "https://evil.example"), "invalid"),
    "no issuer": (without("iss"), "invalid"),
    "another audience": (other("aud", "grafana"), "invalid"),
    "no audience": (without("aud"), "invalid"),
    "audiences without who was meant": (other("aud", [CLIENT, "grafana"]), "invalid"),
    "meant for another": (other("azp", "grafana"), "invalid"),
    "expired": (other("exp", 1_700_000_000), "invalid"),
    "without an end": (without("exp"), "invalid"),
    "not yet": (other("nbf", 4_000_000_000), "invalid"),
    "made in the future": (other("iat", 4_000_000_000), "invalid"),
    "no subject": (without("sub"), "invalid"),
    "a subject that is no text": (other("sub", 7), "invalid"),
    "an empty subject": (other("sub", ""), "invalid"),
    "a subject without end": (other("sub", "s" * 300), "invalid"),
    "another access token": (other("at_hash", "AAAAAAAAAAAAAAAAAAAAAA"), "invalid"),
    "no signature": (signed("none"), "invalid"),
    "the public key as a secret": (signed("HS256"), "invalid"),
    "no group that is mapped": (has("groups", ["everyone", "Shop", "shop "]), "no_group"),
    "no groups at all": (has("groups", None), "no_group"),
    "groups that are no list": (other("groups", {"shop": True}), "no_group"),
    "turned away there": (has("error", "access_denied"), "denied"),
    "an answer of another provider": (has("iss", "https://evil.example"), "invalid"),
}
# What is kept for an hour once it was read.
REFUSED_AT_FIRST: dict[str, tuple[Spoil, str]] = {
    "a key that is not listed": (
        lambda idp: setattr(idp, "listed", [another_key("k2")]),
        "invalid",
    ),
    "another key of that name": (
        lambda idp: setattr(idp, "listed", [RSAKey.generate_key(2048, {"kid": "k1"})]),
        "invalid",
    ),
    "a key of another kind": (lambda idp: setattr(idp, "listed", [another_key("k1")]), "invalid"),
    "no keys": (has("listed", []), "invalid"),
    "an answer of nobody": (
        has("about", {"authorization_response_iss_parameter_supported": True}),
        "invalid",
    ),
}


async def test_what_is_not_right_opens_nothing(api: Api, idp: IdentityProvider) -> None:
    wrong = []
    for case, (spoil, expected) in REFUSED.items():
        idp.reset()
        spoil(idp)
        if (got := await refused(api)) != expected:
            wrong.append(f"{case}: {got} instead of {expected}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("case", REFUSED_AT_FIRST)
async def test_keys_and_promises_of_the_provider_are_held_to(
    api: Api, idp: IdentityProvider, case: str
) -> None:
    spoil, expected = REFUSED_AT_FIRST[case]
    spoil(idp)
    assert await refused(api) == expected
    counted = await api.pool.fetchval("SELECT detail FROM audit_log WHERE outcome = 'refused'")
    assert counted == {expected: 1}


async def refused(api: Api) -> str:
    """Try to sign in, which opens nothing; the word that the sign-in page is told."""
    await api.pool.execute("DELETE FROM sign_in_tries")
    before = await api.count("users")
    async with browser(api) as ada:
        location = await sign_in(ada)
        assert (await ada.get(ME)).status_code == 401
    assert await api.count("users") == before
    return why(location) if location.startswith("/#") else location


async def test_an_answer_counts_only_in_the_browser_that_asked(api: Api) -> None:
    async with browser(api) as ada, browser(api) as eve:
        answer = await go(eve)
        assert why(await come_back(ada, answer)) == "stale", "nothing was begun there"
        await go(ada)
        assert why(await come_back(ada, answer)) == "stale", "login CSRF"
        forged = await go(ada)
        ada.cookies.set("kure_sign_in", "x" * 80, domain="127.0.0.1", path="/")
        assert why(await come_back(ada, forged)) == "stale"
        assert (await ada.get(ME)).status_code == 401


async def test_a_code_is_used_once_and_an_answer_as_well(api: Api, idp: IdentityProvider) -> None:
    async with browser(api) as ada, browser(api) as eve:
        answer = await go(ada)
        kept = ada.cookies["kure_sign_in"]
        assert await come_back(ada, answer) == "/"
        assert "kure_sign_in" not in ada.cookies
        assert why(await come_back(ada, answer)) == "stale"
        eve.cookies.set("kure_sign_in", kept, domain="127.0.0.1", path="/")
        assert why(await come_back(eve, answer)) == "invalid", "whatever was stolen"
        assert (await eve.get(ME)).status_code == 401


@pytest.mark.parametrize("status", ["away", "another issuer", "no endpoint"])
async def test_a_provider_that_cannot_be_asked_is_said_so(
    api: Api, idp: IdentityProvider, status: str, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = {"away": {}, "another issuer": {"issuer": "https://evil.example"}}
    idp.about = wrong.get(status, {"token_endpoint": "file:///etc/passwd"})
    idp.away = status == "away"
    answer = await api.client.get(START)
    assert why(answer.headers["location"]) == "unreachable"
    assert "alert(1)" not in caplog.text + answer.text
    login = {"name": "operator", "password": PASSWORD}
    assert (await api.client.post("/api/auth/login", json=login)).status_code == 401
    assert (await api.client.get("/api/auth/status")).json()["provider"] == "Example"


async def test_a_provider_at_an_address_that_is_never_called_is_not_called(
    database: str, temporal_address: str, data_dir: Path, idp: IdentityProvider
) -> None:
    more = {
        "public_url": "http://127.0.0.1:1",
        "oidc_issuer": idp.url,
        "oidc_client_id": CLIENT,
        "oidc_groups": {"ops": {"role": "admin"}},
        "oidc_inside": True,
    }
    async with running(settings_for(database, temporal_address, data_dir, **more)) as api:
        assert why((await api.client.get(START)).headers["location"]) == "unreachable"
    assert idp.asked == []


async def test_too_many_tries_are_throttled_as_others_are(api: Api) -> None:
    for _ in range(30):
        assert why((await api.client.get(CALLBACK)).headers["location"]) == "stale"
    assert why((await api.client.get(CALLBACK)).headers["location"]) == "throttled"
    assert (await api.client.post("/api/auth/code", json={"code": api.code})).status_code == 429


ELSEWHERE = [
    "https://evil.example/", "//evil.example/", "/\\evil.example", "\\\\evil.example", "evil",
    "/\t/evil.example", "/\n/evil.example", "javascript:alert(1)", "/api/auth/logout", "", "/" * 2,
    "/" + "a" * 1001,
]  # fmt: skip


async def test_nobody_is_sent_elsewhere_after_signing_in(api: Api) -> None:
    for path in ELSEWHERE:
        async with browser(api) as ada:
            assert await sign_in(ada, path) == "/", path


async def test_whoever_signs_in_may_do_what_the_groups_grant(
    api: Api, idp: IdentityProvider
) -> None:
    idp.groups = ["look", "shop", "everyone"]
    async with browser(api) as ada:
        assert await sign_in(ada, "/incidents?status=open") == "/incidents?status=open"
        user = (await ada.get(ME)).json()["user"]
        assert (user["name"], user["role"], user["local"]) == ("ada", "write", False)
        assert sorted(user["scopes"]) == ["*/cart", "*/shop", "prod/*"]
    done = await api.pool.fetchrow("SELECT actor, detail FROM audit_log WHERE action = 'sign-in'")
    assert done is not None
    assert (done["actor"], done["detail"]["by"]) == ("ada", "identity provider")
    stored = await api.pool.fetchval("SELECT refresh_token FROM sessions")
    assert not any(token.encode() in stored for token in idp.refresh_tokens)


async def test_a_sign_in_is_asked_for_with_pkce_and_bound_to_the_browser(
    api: Api, idp: IdentityProvider
) -> None:
    answer = await api.client.get(START)
    asked = parse_qs(urlsplit(answer.headers["location"]).query)
    assert asked["redirect_uri"] == [api.url + CALLBACK]
    assert asked["code_challenge_method"] == ["S256"]
    assert len({asked[name][0] for name in ("state", "nonce", "code_challenge")}) == 3
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert asked["state"][0] not in cookie


async def test_an_account_is_its_issuer_and_subject_whatever_it_is_called(
    api: Api, idp: IdentityProvider
) -> None:
    await make(api, "Ada", "admin")
    mail = {"email": "ada@example.com", "email_verified": True}
    names = []
    for subject, name in (("s-1", "ada"), ("s-2", "ada"), ("s-1", "grace"), ("s-3", "Ада")):
        idp.claims = {"sub": subject, "preferred_username": name} | mail
        async with browser(api) as person:
            await sign_in(person)
            user = (await person.get(ME)).json()["user"]
            assert user["role"] == "write", "that of another account"
            names.append(user["name"])
    assert names[0] == names[2]
    assert len({name.lower() for name in [*names, "Ada"]}) == 4
    assert names[3] == "user"


async def test_an_account_of_the_provider_has_no_password(api: Api, idp: IdentityProvider) -> None:
    async with browser(api) as ada:
        await sign_in(ada)
        for current in ("", PASSWORD):
            body = {"current": current, "password": "a much better one"}
            assert (await ada.post("/api/auth/password", json=body)).status_code == 403
    for password in ("", PASSWORD):
        login = {"name": "ada", "password": password}
        assert (await api.client.post("/api/auth/login", json=login)).status_code == 401


async def test_a_local_admin_is_left_and_grants_are_the_providers(
    api: Api, idp: IdentityProvider
) -> None:
    idp.groups = ["ops"]
    async with browser(api) as ada:
        await sign_in(ada)
        everyone = (await ada.get("/api/admin/users")).json()["items"]
        operator = next(user for user in everyone if user["name"] == "operator")
        path = f"/api/admin/users/{operator['id']}"
        body = {"role": "read", "scopes": ["*/*"], "version": operator["version"]}
        assert (await ada.put(path, json=body)).status_code == 409
        assert (await ada.delete(path, params={"version": operator["version"]})).status_code == 409
        me = (await ada.get(ME)).json()["user"]
        own = await ada.put(f"/api/admin/users/{me['id']}", json=body | {"version": me["version"]})
        assert own.status_code == 409
        assert "groups" in own.json()["detail"]


async def test_the_first_local_admin_can_still_be_made(api: Api, idp: IdentityProvider) -> None:
    await api.pool.execute("DELETE FROM users")
    async with browser(api) as ada:
        await sign_in(ada)
    assert (await api.client.get("/api/auth/status")).json()["setup_required"]


async def test_groups_may_come_from_userinfo(api: Api, idp: IdentityProvider) -> None:
    idp.in_userinfo = True
    async with browser(api) as ada:
        assert await sign_in(ada) == "/"
        assert (await ada.get(ME)).json()["user"]["role"] == "write"


async def test_without_a_provider_nothing_is_begun(
    database: str, temporal_address: str, data_dir: Path
) -> None:
    async with running(settings_for(database, temporal_address, data_dir)) as api:
        for path in (START, CALLBACK):
            assert (await api.client.get(path)).status_code == 404
        assert (await api.client.get("/api/auth/status")).json()["provider"] is None
