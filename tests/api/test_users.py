"""What admins do with accounts and invitations, and the record of it."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from kure.adapters.clock import utc_now
from tests.api.conftest import Api
from tests.api.people import PASSWORD, browser, make

USERS, INVITATIONS, AUDIT = "/api/admin/users", "/api/admin/invitations", "/api/admin/audit"


async def invite(api: Api, **body: Any) -> httpx.Response:
    return await api.person("POST", INVITATIONS, json=body)


async def sign_up(api: Api, token: str, name: str = "grace") -> httpx.Response:
    body = {"name": name, "password": PASSWORD, "invitation": token}
    async with browser(api) as somebody:
        return await somebody.post("/api/auth/signup", json=body)


@pytest.mark.parametrize("role", ["read", "write"])
async def test_only_admins_see_and_change_accounts(api: Api, role: str) -> None:
    user_id = await make(api, "ada", role)
    grant = {"role": "admin", "scopes": ["*/*"], "version": 1}
    async with browser(api, "ada") as ada:
        for method, path, body in (
            ("GET", USERS, None),
            ("PUT", f"{USERS}/{user_id}", grant),
            ("DELETE", f"{USERS}/{user_id}?version=1", None),
            ("GET", INVITATIONS, None),
            ("POST", INVITATIONS, {"role": "admin"}),
            ("GET", AUDIT, None),
        ):
            assert (await ada.request(method, path, json=body)).status_code == 403, path
    assert await api.pool.fetchval("SELECT role FROM users WHERE name = 'ada'") == role
    refused = await api.pool.fetchval("SELECT count(*) FROM audit_log WHERE outcome = 'refused'")
    assert refused == 3


async def test_a_stale_version_changes_nothing(api: Api) -> None:
    path = f"{USERS}/{await make(api, 'ada')}"
    grant = {"role": "write", "scopes": ["prod/*"], "version": 1}
    changed = await api.person("PUT", path, json=grant)
    assert (changed.json()["role"], changed.json()["version"]) == ("write", 2)
    assert (await api.person("PUT", path, json=grant)).status_code == 409
    assert (await api.person("DELETE", f"{path}?version=1")).status_code == 409
    assert (await api.person("DELETE", f"{path}?version=2")).status_code == 204
    assert (await api.person("DELETE", f"{path}?version=2")).status_code == 404


async def test_an_admin_without_everything_is_refused(api: Api) -> None:
    path = f"{USERS}/{await make(api, 'ada')}"
    grant = {"role": "admin", "scopes": ["prod/*"], "version": 1}
    assert (await api.person("PUT", path, json=grant)).status_code == 422
    assert (await invite(api, role="admin", scopes=["prod/*"])).status_code == 422


async def test_the_last_admin_stays_though_two_leave_at_once(api: Api) -> None:
    await make(api, "ada", "admin")
    users = (await api.person("GET", USERS)).json()["items"]
    async with browser(api, "ada") as ada:
        answers = await asyncio.gather(
            *[ada.delete(f"{USERS}/{user['id']}?version=1") for user in users],
        )
    assert sorted(answer.status_code for answer in answers) in ([204, 401], [204, 409])
    assert await api.pool.fetchval("SELECT count(*) FROM users WHERE role = 'admin'") == 1


async def test_the_last_admin_cannot_be_lowered(api: Api) -> None:
    operator = (await api.person("GET", USERS)).json()["items"][0]
    grant = {"role": "read", "scopes": ["*/*"], "version": 1}
    answer = await api.person("PUT", f"{USERS}/{operator['id']}", json=grant)
    assert answer.status_code == 409
    assert "last admin" in answer.json()["detail"]


async def test_an_invitation_makes_one_account_with_what_it_says(api: Api) -> None:
    made = (await invite(api, note="Grace", role="write", scopes=["prod/*"])).json()
    assert made["token"] not in str((await api.person("GET", INVITATIONS)).json())
    assert (await sign_up(api, "wrong")).status_code == 401
    assert (await sign_up(api, made["token"], "operator")).status_code == 409
    assert (await sign_up(api, made["token"])).status_code == 204
    assert (await sign_up(api, made["token"], "eve")).status_code == 401
    users = (await api.person("GET", USERS)).json()["items"]
    grace = next(user for user in users if user["name"] == "grace")
    assert (grace["role"], grace["scopes"]) == ("write", ["prod/*"])
    used = (await api.person("GET", INVITATIONS)).json()["items"][0]
    assert used["used_by"] == "grace"


async def test_an_invitation_ends_and_can_be_withdrawn(api: Api) -> None:
    late = (utc_now() + timedelta(days=400)).isoformat()
    assert (await invite(api, expires_at=late)).status_code == 422
    soon = (utc_now() + timedelta(hours=1)).isoformat()
    old, withdrawn = (await invite(api, expires_at=soon)).json(), (await invite(api)).json()
    await api.pool.execute("UPDATE invitations SET expires_at = $1", utc_now())
    path = f"{INVITATIONS}/{withdrawn['about']['id']}"
    assert (await api.person("DELETE", path)).status_code == 204
    assert (await api.person("DELETE", path)).status_code == 404
    for made in (old, withdrawn):
        assert (await sign_up(api, made["token"])).status_code == 401


async def test_the_audit_log_is_read_in_pages_and_filtered(api: Api) -> None:
    for note in "abc":
        await invite(api, note=note)
    await make(api, "ada", "read")
    async with browser(api, "ada") as ada:
        await ada.post(INVITATIONS, json={})
    first = (await api.person("GET", AUDIT, params={"limit": 2, "action": "invite"})).json()
    assert [(entry["actor"], entry["outcome"]) for entry in first["items"]] == [
        ("ada", "refused"),
        ("operator", "done"),
    ]
    params = {"limit": 2, "action": "invite", "after": first["next"]}
    second = (await api.person("GET", AUDIT, params=params)).json()
    assert [entry["detail"]["note"] for entry in second["items"]] == ["b", "a"]
    assert second["next"] is None
    for wanted, count in (({"outcome": "refused"}, 1), ({"target": "invitation/"}, 3)):
        assert len((await api.person("GET", AUDIT, params=wanted)).json()["items"]) == count
    for wrong in ({"colour": "red"}, {"after": "nonsense"}, {"outcome": "odd"}):
        assert (await api.person("GET", AUDIT, params=wrong)).status_code == 422
    assert "kure_" not in str((await api.person("GET", AUDIT)).json())
