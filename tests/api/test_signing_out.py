"""Signing out: here at once, and then at the identity provider, where that has a page for it."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.api.conftest import Api, free_port, serving
from tests.api.identity_provider import IdentityProvider
from tests.api.people import browser, make
from tests.api.signing_on import sign_in

LOGOUT, ME = "/api/auth/logout", "/api/auth/me"


@pytest.fixture
def api(with_idp: Api) -> Api:
    return with_idp


NOWHERE: dict[str, dict[str, Any]] = {
    "no page for it": {"end_session_endpoint": None},
    "a script": {"end_session_endpoint": "javascript:alert(1)"},
    "no address": {"end_session_endpoint": ["https://sso.example.com/logout"]},
}


@pytest.mark.parametrize("case", NOWHERE)
async def test_nobody_is_sent_where_the_provider_has_no_page_for_it(
    api: Api, idp: IdentityProvider, case: str
) -> None:
    idp.about = NOWHERE[case]
    async with browser(api) as ada:
        await sign_in(ada)
        assert (await ada.post(LOGOUT)).status_code == 204
        assert (await ada.get(ME)).status_code == 401


async def test_whoever_signed_in_here_is_signed_out_here_only(api: Api) -> None:
    await make(api, "grace")
    async with browser(api, "grace") as grace, browser(api) as nobody:
        for person in (nobody, grace):
            answer = await person.post(LOGOUT)
            assert (answer.status_code, answer.content) == (204, b"")
        assert (await grace.get(ME)).status_code == 401


async def test_a_provider_that_is_away_keeps_nobody_signed_in(
    api: Api, idp: IdentityProvider
) -> None:
    async with browser(api) as ada:
        await sign_in(ada)
        idp.away = True
        # One that was started meanwhile: it has not asked the provider yet.
        other = api.settings.model_copy(update={"port": free_port()})
        async with serving(other):
            answer = await ada.post(f"http://127.0.0.1:{other.port}{LOGOUT}")
        assert answer.status_code == 204
        assert (await ada.get(ME)).status_code == 401
    assert idp.asked[-1] == "openid-configuration"


async def test_who_runs_kure_may_leave_the_providers_session_alone(
    api: Api, idp: IdentityProvider
) -> None:
    async with browser(api) as ada:
        await sign_in(ada)
        other = api.settings.model_copy(update={"port": free_port(), "oidc_sign_out": False})
        async with serving(other):
            assert (await ada.post(f"http://127.0.0.1:{other.port}{LOGOUT}")).status_code == 204
        assert (await ada.get(ME)).status_code == 401


SignOut = Callable[[httpx.AsyncClient], Any]
WAYS: dict[str, SignOut] = {
    "here": lambda person: person.post(LOGOUT),
    "everywhere": lambda person: person.delete("/api/auth/sessions"),
}


@pytest.mark.parametrize("way", WAYS)
async def test_whoever_came_from_the_provider_is_sent_to_sign_out_there_and_comes_back(
    api: Api, idp: IdentityProvider, way: str
) -> None:
    async with browser(api) as ada:
        await sign_in(ada)
        answer = await WAYS[way](ada)
        assert answer.status_code == 200
        assert "kure_session" not in ada.cookies
        assert (await ada.get(ME)).status_code == 401, "before it goes there"
        back = await ada.get(answer.json()["provider_url"])
    assert back.headers["location"] == f"{api.url}/"
    (asked,) = idp.signed_out
    assert asked == {
        "realm": "kure",
        "client_id": "kure",
        "post_logout_redirect_uri": f"{api.url}/",
    }
