"""Sessions and API tokens: what they may do, and when they end."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from kure.adapters.clock import utc_now
from kure.adapters.postgres.access import sessions, users
from kure.adapters.postgres.pool import transaction
from kure.domain.access.roles import Role
from tests.api.conftest import Api
from tests.api.people import PASSWORD, browser, make

ME, TOKENS = "/api/auth/me", "/api/auth/tokens"


def in_days(days: float) -> str:
    return (utc_now() + timedelta(days=days)).isoformat()


async def test_a_session_ends_after_its_life_and_after_a_pause(api: Api) -> None:
    await make(api, "ada")
    for column, age in (("expires_at", timedelta()), ("seen_at", sessions.IDLE)):
        async with browser(api, "ada") as ada:
            assert (await ada.get(ME)).status_code == 200
            await api.pool.execute(f"UPDATE sessions SET {column} = $1", utc_now() - age)
            assert (await ada.get(ME)).status_code == 401


async def test_people_end_their_own_sessions_and_nobody_elses(api: Api) -> None:
    await make(api, "ada")
    await make(api, "eve")
    async with browser(api, "ada") as ada, browser(api, "ada") as phone, browser(api, "eve") as eve:
        others = [s["id"] for s in (await ada.get(ME)).json()["sessions"] if not s["current"]]
        path = f"/api/auth/sessions/{others[0]}"
        assert (await eve.delete(path)).status_code == 404
        assert (await phone.get(ME)).status_code == 200
        assert (await ada.delete(path)).status_code == 204
        assert (await phone.get(ME)).status_code == 401
        assert (await ada.delete("/api/auth/sessions")).status_code == 204
        assert (await ada.get(ME)).status_code == 401
        assert (await eve.get(ME)).status_code == 200


async def test_another_password_needs_the_old_one_and_ends_other_sessions(api: Api) -> None:
    await make(api, "ada")
    body = {"current": "wrong", "password": "a much better one"}
    async with browser(api, "ada") as ada, browser(api, "ada") as phone:
        assert (await ada.post("/api/auth/password", json=body)).status_code == 422
        body["current"] = PASSWORD
        too_easy = await ada.post("/api/auth/password", json=body | {"password": "adaadaadaada"})
        assert too_easy.status_code == 422
        assert (await ada.post("/api/auth/password", json=body)).status_code == 204
        assert (await ada.get(ME)).status_code == 200
        assert (await phone.get(ME)).status_code == 401
        login = {"name": "ada", "password": PASSWORD}
        assert (await phone.post("/api/auth/login", json=login)).status_code == 401


async def test_a_token_does_no_more_than_its_owner_and_no_less_is_shown(api: Api) -> None:
    await make(api, "ada", "write")
    async with browser(api, "ada") as ada:
        wrong: list[tuple[dict[str, Any], int]] = [
            ({"name": "ci", "role": "admin", "expires_at": in_days(1)}, 403),
            ({"name": "ci", "expires_at": in_days(400)}, 422),
            ({"name": "ci", "expires_at": in_days(-1)}, 422),
            ({"name": "ci"}, 422),
            ({"name": "ci", "scopes": ["prod"], "expires_at": in_days(1)}, 422),
            ({"name": "ci", "scopes": [], "expires_at": in_days(1)}, 422),
        ]
        for body, status in wrong:
            assert (await ada.post(TOKENS, json=body)).status_code == status, body
        body = {"name": "ci", "role": "write", "expires_at": in_days(30)}
        made = (await ada.post(TOKENS, json=body)).json()
        assert (await ada.post(TOKENS, json=body)).status_code == 409
        listed = (await ada.get(TOKENS)).json()["items"]
        assert [(t["name"], t["used_at"]) for t in listed] == [("ci", None)]
        assert made["token"] not in str(listed)
        bearer = {"Authorization": f"Bearer {made['token']}"}
        async with httpx.AsyncClient(base_url=api.url, headers=bearer) as program:
            assert (await program.get(ME)).json()["user"]["name"] == "ada"
            assert (await program.post(TOKENS, json=body)).status_code == 403
            assert (await program.delete("/api/auth/sessions")).status_code == 403
            assert (await ada.delete(f"{TOKENS}/{made['about']['id']}")).status_code == 204
            assert (await program.get(ME)).status_code == 401


async def test_a_tokens_role_falls_with_its_owners(api: Api) -> None:
    user_id = await make(api, "ada", "write")
    async with browser(api, "ada") as ada:
        body = {"name": "ci", "role": "write", "expires_at": in_days(30)}
        made = (await ada.post(TOKENS, json=body)).json()
        await change(api, user_id, Role.READ)
        assert (await ada.get(ME)).status_code == 401
    answer = await api.client.post(
        "/api/incidents/018f0000-0000-7000-8000-000000000000/acknowledge",
        json={},
        headers={"Authorization": f"Bearer {made['token']}"},
    )
    assert answer.status_code == 403
    refused = await api.pool.fetchrow(
        "SELECT actor, action, outcome FROM audit_log ORDER BY id DESC LIMIT 1"
    )
    assert refused is not None
    assert tuple(refused) == ("ada", "acknowledge", "refused")


async def change(api: Api, user_id: str, role: Role) -> None:
    async with transaction(api.pool) as connection:
        user = next(u for u in await users.everyone(connection) if u.id == user_id)
        id_ = await connection.fetchval("SELECT id FROM users WHERE name = $1", user.name)
        await users.change(connection, id_, role, ["*/*"], user.version, utc_now())


@pytest.mark.parametrize("how", ["signed out", "role changed", "removed"])
async def test_a_stream_ends_at_once_with_its_session(api: Api, how: str) -> None:
    user_id = await make(api, "ada", "write")
    async with browser(api, "ada") as ada, ada.stream("GET", "/api/events") as stream:
        lines = stream.aiter_lines()
        assert await anext(lines) == "event: hb"
        if how == "signed out":
            await ada.post("/api/auth/logout")
        elif how == "role changed":
            await change(api, user_id, Role.READ)
        else:
            async with transaction(api.pool) as connection:
                found = await users.credentials(connection, "ada")
                assert found is not None
                await users.remove(connection, found.id, 1, utc_now())
        rest = [line async for line in lines]
    assert "event: bye" in rest
    assert "access" not in str(rest)
