"""What the provider says of an account is read again; the time is an argument."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import httpx
import pytest

from api.oidc import Oidc
from api.rereading import Rereading
from kure.adapters.clock import utc_now
from kure.adapters.crypto import Keyring
from kure.adapters.key_file import add_next, drop, switch
from kure.adapters.oidc.provider import Provider
from kure.adapters.postgres import keys
from kure.adapters.postgres.access import sessions, tokens
from kure.domain.access.person import Person
from kure.errors import NotSignedIn
from tests.api.conftest import Api
from tests.api.identity_provider import IdentityProvider, another_key
from tests.api.people import browser
from tests.api.signing_on import sign_in, why

ME, HOUR, MINUTE = "/api/auth/me", timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def api(with_idp: Api) -> Api:
    return with_idp


@pytest.fixture
async def oidc(api: Api) -> AsyncIterator[Oidc]:
    oidc = Oidc.of(api.settings, Keyring.load(api.settings.data_dir / "key"))
    assert oidc is not None
    yield oidc
    await oidc.aclose()


@pytest.fixture
def again(api: Api, oidc: Oidc) -> Rereading:
    return Rereading(api.pool, oidc, utc_now)


async def read(again: Rereading, idp: IdentityProvider, after: timedelta) -> int:
    """Read again what is due so long from now, by Kure's clock and the provider's."""
    idp.ahead = after
    count = await again.read(utc_now() + after)
    idp.ahead = timedelta()
    return count


async def person_at(api: Api, browser: httpx.AsyncClient, now: datetime) -> Person | None:
    secret = browser.cookies["kure_session"]
    return await sessions.person(api.pool, secret, now, "127.0.0.1")


async def token_of(browser: httpx.AsyncClient) -> str:
    end = (utc_now() + timedelta(days=1)).isoformat()
    body = {"name": "ci", "role": "read", "expires_at": end}
    return str((await browser.post("/api/auth/tokens", json=body)).json()["token"])


async def test_nothing_is_read_before_it_is_due_and_hourly_from_then_on(
    api: Api, again: Rereading, idp: IdentityProvider
) -> None:
    async with browser(api) as ada:
        await sign_in(ada)
        assert await read(again, idp, HOUR - MINUTE) == 0
        for hours in (1, 2, 3):
            assert await read(again, idp, hours * HOUR + MINUTE) == 1
            assert await read(again, idp, hours * HOUR + MINUTE) == 0
            assert await person_at(api, ada, utc_now() + hours * HOUR + 2 * HOUR)
        assert len(idp.refresh_tokens) == 1, "each is used once"


async def test_a_refresh_token_is_used_before_it_ends(
    api: Api, again: Rereading, idp: IdentityProvider
) -> None:
    idp.lasts = 1800
    async with browser(api) as ada:
        await sign_in(ada)
        assert await read(again, idp, timedelta(minutes=14)) == 0
        assert await read(again, idp, timedelta(minutes=16)) == 1


@pytest.mark.parametrize("id_token", [True, False])
async def test_a_role_that_was_lowered_there_ends_an_admins_rights(
    api: Api, again: Rereading, idp: IdentityProvider, id_token: bool
) -> None:
    idp.groups, idp.id_token_on_refresh = ["ops"], id_token
    async with browser(api) as ada:
        await sign_in(ada)
        assert (await ada.get("/api/admin/users")).status_code == 200
        token = await token_of(ada)
        idp.groups = ["shop"]
        await read(again, idp, HOUR + MINUTE)
        assert (await ada.get("/api/admin/users")).status_code == 401
        by_token = await tokens.person(api.pool, token, utc_now())
        assert by_token is not None
        assert not by_token.scopes.everything
        await sign_in(ada)
        assert (await ada.get("/api/admin/users")).status_code == 403
    changed = await api.pool.fetchrow("SELECT * FROM audit_log WHERE action = 'change_user'")
    assert changed is not None
    assert changed["actor"] == "identity provider"
    assert (changed["detail"]["from"]["role"], changed["detail"]["to"]["role"]) == (
        "admin",
        "write",
    )


async def test_whoever_is_in_no_group_any_more_is_out_with_streams_and_tokens(
    api: Api, again: Rereading, idp: IdentityProvider
) -> None:
    async with browser(api) as ada, browser(api) as phone:
        await sign_in(phone)
        await sign_in(ada)
        token = await token_of(ada)
        async with ada.stream("GET", "/api/events") as stream:
            lines = stream.aiter_lines()
            assert await anext(lines) == "event: hb"
            idp.groups = ["everyone"]
            await read(again, idp, HOUR + MINUTE)
            rest = [line async for line in lines]
        assert "event: bye" in rest
        assert [(await one.get(ME)).status_code for one in (ada, phone)] == [401, 401]
        assert await tokens.person(api.pool, token, utc_now()) is None
        assert why(await sign_in(ada)) == "no_group"
        idp.groups = ["look"]
        assert await sign_in(ada) == "/"
        assert await tokens.person(api.pool, token, utc_now()) is not None


async def test_a_no_ends_that_session_and_in_the_end_the_tokens(
    api: Api, again: Rereading, idp: IdentityProvider
) -> None:
    async with browser(api) as ada:
        await sign_in(ada)
        token = await token_of(ada)
        idp.end_all()
        await read(again, idp, HOUR + MINUTE)
        assert (await ada.get(ME)).status_code == 401
        assert await tokens.person(api.pool, token, utc_now() + 2 * HOUR - MINUTE)
        assert await tokens.person(api.pool, token, utc_now() + 2 * HOUR) is None


async def test_an_answer_about_another_account_is_a_no(
    api: Api, again: Rereading, idp: IdentityProvider
) -> None:
    for id_token in (True, False):
        idp.reset()
        idp.id_token_on_refresh = id_token
        async with browser(api) as ada:
            await sign_in(ada)
            idp.claims = {"sub": "s-eve"}
            await read(again, idp, HOUR + MINUTE)
            assert (await ada.get(ME)).status_code == 401, id_token


@pytest.mark.parametrize("how", ["away", "takes the secret no more"])
async def test_while_it_cannot_be_asked_what_it_said_is_believed_for_an_hour_more(
    api: Api, again: Rereading, idp: IdentityProvider, how: str
) -> None:
    async with browser(api) as ada:
        await sign_in(ada)
        token, now = await token_of(ada), utc_now()
        if how == "away":
            idp.away = True
        else:
            idp.secret = "another"
        assert await read(again, idp, HOUR + MINUTE) == 1
        assert await read(again, idp, HOUR + 2 * MINUTE) == 0, "not at once again"
        assert await read(again, idp, HOUR + 4 * MINUTE) == 1
        almost, over = now + 2 * HOUR - MINUTE, now + 2 * HOUR + MINUTE
        assert await person_at(api, ada, almost)
        assert await tokens.person(api.pool, token, almost)
        assert await person_at(api, ada, over) is None
        assert await tokens.person(api.pool, token, over) is None
        idp.away, idp.secret = False, IdentityProvider().secret
        assert await read(again, idp, 5 * HOUR) == 1
        assert await person_at(api, ada, now + 5 * HOUR), "it goes on where it was"


async def test_a_refresh_token_comes_under_a_new_key(
    api: Api, again: Rereading, idp: IdentityProvider
) -> None:
    path = api.settings.data_dir / "key"
    async with browser(api) as ada:
        await sign_in(ada)
        add_next(path)
        switch(path)
        ring = Keyring.load(path)
        assert await keys.sealed_texts(api.pool) == {"1": 1}
        assert await keys.seal_anew(api.pool, ring) == 1
        assert await keys.seal_anew(api.pool, ring) == 0
        assert await keys.sealed_texts(api.pool) == {"2": 1}
        drop(path, "1")
        await read(again, idp, HOUR + MINUTE)
        assert await person_at(api, ada, utc_now() + 2 * HOUR + MINUTE)


async def test_without_a_refresh_token_a_session_lasts_an_hour(
    api: Api, idp: IdentityProvider
) -> None:
    idp.refreshes = False
    async with browser(api) as ada:
        await sign_in(ada)
        assert await person_at(api, ada, utc_now() + HOUR - MINUTE)
        assert await person_at(api, ada, utc_now() + HOUR) is None


async def test_sessions_of_another_provider_are_not_asked_of_this_one(
    api: Api, again: Rereading, idp: IdentityProvider
) -> None:
    async with browser(api) as ada:
        await sign_in(ada)
        await api.pool.execute(
            "UPDATE users SET issuer = 'https://before.example' WHERE name = 'ada'"
        )
        assert await read(again, idp, HOUR + MINUTE) == 0


async def test_a_new_key_is_looked_for_once_a_minute(oidc: Oidc, idp: IdentityProvider) -> None:
    provider: Provider = oidc.provider
    now = utc_now()

    async def ask(at: datetime) -> None:
        idp.refresh_tokens["r"] = {}
        await provider.refresh("r", "s-ada", at)

    await ask(now)
    idp.key, idp.alg = another_key("k2"), "ES256"
    idp.asked.clear()
    for _ in range(3):
        with pytest.raises(NotSignedIn):
            await ask(now + MINUTE / 2)
    assert "keys" not in idp.asked
    await ask(now + MINUTE)
    await ask(now + MINUTE)
    assert idp.asked.count("keys") == 1
