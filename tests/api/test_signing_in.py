"""Signing in: by password, by code, by invitation; and how often one may try."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from kure.adapters.clock import utc_now
from kure.adapters.postgres.access import codes, tries
from kure.adapters.postgres.access.codes import make_code
from kure.adapters.postgres.pool import transaction
from kure.errors import Conflict
from tests.api.conftest import Api
from tests.api.people import PASSWORD, browser, make

LOGIN, CODE, SIGNUP = "/api/auth/login", "/api/auth/code", "/api/auth/signup"


async def code_for_an_admin(api: Api, age: timedelta = timedelta()) -> str:
    async with transaction(api.pool) as connection:
        return await codes.make(connection, utc_now() - age)


async def test_a_wrong_password_and_an_unknown_name_get_one_answer(api: Api) -> None:
    await make(api, "ada")
    told = []
    for name, password in (("ada", "not the password"), ("nobody", PASSWORD), ("operator", "")):
        answer = await api.client.post(LOGIN, json={"name": name, "password": password})
        assert answer.status_code == 401
        assert "set-cookie" not in answer.headers
        told.append(answer.json()["detail"])
    assert len(set(told)) == 1
    counted = await api.pool.fetch("SELECT detail FROM audit_log WHERE action = 'sign-in'")
    assert sum(row["detail"]["wrong"] for row in counted) == 3


async def test_a_password_opens_a_session_whose_cookie_scripts_cannot_read(api: Api) -> None:
    await make(api, "Ada", "write")
    answer = await api.client.post(LOGIN, json={"name": "ada", "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    me = (await api.client.get("/api/auth/me")).json()
    assert (me["user"]["name"], me["user"]["role"]) == ("Ada", "write")
    assert [session["current"] for session in me["sessions"]] == [True]
    stored = await api.pool.fetchval("SELECT string_agg(encode(hash, 'escape'), '') FROM sessions")
    assert api.client.cookies["kure_session"] not in stored
    await api.client.post("/api/auth/logout")
    assert (await api.client.get("/api/auth/me")).status_code == 401


async def test_a_code_signs_in_once(api: Api) -> None:
    for code in ("", "AAAAA-AAAAA-AAAAA-AAAAA-AAAAA", api.token):
        assert (await api.client.post(CODE, json={"code": code})).status_code == 401
    async with browser(api) as first, browser(api) as second:
        assert (await first.post(CODE, json={"code": api.code.lower()})).status_code == 204
        assert (await first.get("/api/auth/me")).json()["user"]["name"] == "operator"
        assert (await second.post(CODE, json={"code": api.code})).status_code == 401


async def test_of_many_who_use_a_code_at_once_one_signs_in(api: Api) -> None:
    answers = await asyncio.gather(
        *[api.client.post(CODE, json={"code": api.code}) for _ in "12345"]
    )
    assert sorted(answer.status_code for answer in answers) == [204, 401, 401, 401, 401]


async def test_the_first_admin_signs_up_with_a_code(api: Api) -> None:
    code = await code_for_an_admin(api)
    body = {"name": "grace", "password": PASSWORD, "code": code}
    refused = [
        ({"code": code}, CODE, 409),
        (body | {"code": "wrong"}, SIGNUP, 401),
        (body | {"password": "short"}, SIGNUP, 422),
        (body | {"name": "a b"}, SIGNUP, 422),
        (body | {"invitation": "too"}, SIGNUP, 422),
        (body | {"name": "operator"}, SIGNUP, 409),
        (body | {"code": api.code}, SIGNUP, 409),
    ]
    for wrong, path, status in refused:
        answer = await api.client.post(path, json=wrong)
        assert answer.status_code == status, wrong
    assert (await api.client.post(SIGNUP, json=body)).status_code == 204
    user = (await api.client.get("/api/auth/me")).json()["user"]
    assert (user["role"], user["scopes"]) == ("admin", ["*/*"])
    again = await api.client.post(SIGNUP, json=body | {"name": "eve"})
    assert again.status_code == 401


async def test_a_code_is_good_for_an_hour_and_stored_as_a_hash(api: Api) -> None:
    code = await code_for_an_admin(api, timedelta(minutes=61))
    body = {"name": "grace", "password": PASSWORD, "code": code}
    assert (await api.client.post(SIGNUP, json=body)).status_code == 401
    stored = await api.pool.fetch("SELECT * FROM one_time_codes")
    assert api.code.replace("-", "") not in str(stored)


async def test_a_shell_makes_a_code_only_where_nobody_is_left_out(api: Api) -> None:
    url = str(api.settings.database_url.get_secret_value()) if api.settings.database_url else ""
    with pytest.raises(Conflict, match="--again"):
        await make_code(url, utc_now(), again=False)
    assert len(await make_code(url, utc_now(), again=True)) == 29


async def test_status_says_whether_the_first_account_is_missing(api: Api) -> None:
    assert (await api.client.get("/api/auth/status")).json() == {
        "setup_required": False,
        "provider": None,
        "signed_in": False,
        "user": None,
    }
    signed_in = (await api.person("GET", "/api/auth/status")).json()
    assert signed_in["user"]["name"] == "operator"
    await api.pool.execute("DELETE FROM users")
    assert (await api.client.get("/api/auth/status")).json()["setup_required"]


async def test_tries_for_one_account_are_limited_even_at_once(api: Api) -> None:
    await make(api, "ada")
    wrong = {"name": "Ada", "password": "not the password"}
    answers = await asyncio.gather(*[api.client.post(LOGIN, json=wrong) for _ in range(14)])
    assert sorted(a.status_code for a in answers) == [401] * 10 + [429] * 4
    right = await api.client.post(LOGIN, json={"name": "ada", "password": PASSWORD})
    assert right.status_code == 429
    assert 0 < int(right.headers["Retry-After"]) <= 300


async def test_tries_from_one_address_are_limited_and_add_nothing_elsewhere(api: Api) -> None:
    for n in range(tries.MOST["address"]):
        answer = await api.client.post(CODE, json={"code": f"wrong-{n}"})
        assert answer.status_code == 401
    assert (await api.client.post(CODE, json={"code": api.code})).status_code == 429
    await api.client.post(LOGIN, json={"name": "ada", "password": "x"})
    assert await api.pool.fetchval("SELECT count(*) FROM sign_in_tries") == 1
    entries = await api.pool.fetch("SELECT detail FROM audit_log WHERE action = 'sign-in'")
    assert len(entries) <= 2
    assert sum(row["detail"].get("throttled", 0) for row in entries) == 2


async def test_a_right_password_takes_its_try_back(api: Api) -> None:
    await make(api, "ada")
    for _ in range(tries.MOST["account"] + 3):
        answer = await api.client.post(LOGIN, json={"name": "ada", "password": PASSWORD})
        assert answer.status_code == 204


@pytest.mark.long
async def test_twenty_thousand_tries_are_refused_and_leave_little_behind(api: Api) -> None:
    places, counted = asyncio.Semaphore(50), Counter[int]()

    async def one(number: int) -> None:
        body = {"name": f"name-{number % 500}", "password": "not the password"}
        async with places:
            answer = await api.client.post(LOGIN, json=body, timeout=300)
        counted[answer.status_code] += 1
        assert answer.status_code == 401 or int(answer.headers["Retry-After"]) > 0

    await asyncio.gather(*map(one, range(20_000)))
    assert set(counted) == {401, 429}
    assert counted[401] <= tries.MOST["address"] * 2  # a window may end meanwhile
    assert await api.count("sign_in_tries") < 100
    entries = await api.pool.fetch("SELECT detail FROM audit_log WHERE action = 'sign-in'")
    assert len(entries) < 10
    assert sum(sum(row["detail"].values()) for row in entries) == 20_000
