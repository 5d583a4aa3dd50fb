"""Every route by every kind of caller: what each gets, as tests/cases/routes.yaml says."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml

from api.auth import new_secret
from api.main import create_app
from kure.adapters.clock import utc_now
from kure.adapters.postgres.access import sessions, tokens
from kure.adapters.postgres.access.tokens import NewToken
from kure.adapters.postgres.pool import transaction
from kure.domain.access.roles import Role
from tests.api.conftest import AGENT_TOKEN, OTHER_TOKEN, Api
from tests.api.mirror_stage import stored
from tests.api.people import make
from tests.api.test_scopes import SHOP, fail

TABLE = yaml.safe_load((Path(__file__).parents[1] / "cases/routes.yaml").read_text())
CALLERS, ROUTES, BODIES = TABLE["callers"], TABLE["routes"], TABLE["bodies"]
NOWHERE = "018f0000-0000-7000-8000-000000000000"
RETENTION = {"keep_days": 30, "version": 0}
PARAMS = {"DELETE /api/admin/users/{user_id}": {"version": "1"}, "GET /api/search": {"q": "web"}}
# Not in the OpenAPI document, and open to all: there is nothing but the dashboard behind them.
BESIDE = {"GET /api/openapi.json", "GET /api/nothing"}


def test_every_route_has_its_row(api: Api) -> None:
    paths = create_app(api.settings).openapi()["paths"]
    known = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    assert set(ROUTES) == known | BESIDE
    assert all(len(row) == len(CALLERS) for row in ROUTES.values())


class Callers:
    """Each kind of caller; a session is made anew for each request, since some end it."""

    def __init__(self, api: Api, users: dict[str, UUID]) -> None:
        self._api = api
        self._users = users

    async def headers(self, caller: str) -> dict[str, str]:
        if caller == "nobody":
            return {}
        if caller in ("service", "other"):
            return {"X-Service-Token": AGENT_TOKEN if caller == "service" else OTHER_TOKEN}
        secret, now = new_secret(), utc_now()
        async with transaction(self._api.pool) as connection:
            if caller == "token":
                new = NewToken("t", Role.WRITE, ["*/*"], now + timedelta(days=1))
                await tokens.forget(connection, self._users["admin"], "t", now)
                await tokens.add(connection, self._users["admin"], new, secret, now)
                return {"Authorization": f"Bearer {secret}"}
            user_id = self._users["write" if caller == "ended" else caller]
            began = now - sessions.LIFE if caller == "ended" else now
            await sessions.begin(connection, user_id, secret, began, "127.0.0.1", "a test")
        return {"Cookie": f"kure_session={secret}"}


async def test_each_caller_gets_what_the_table_says(api: Api) -> None:
    users = {role: UUID(await make(api, role, role)) for role in ("read", "write", "admin")}
    users["elsewhere"] = UUID(await make(api, "elsewhere", "write", ("elsewhere/*",)))
    incident = await fail(api, SHOP)
    ids = {"incident_id": incident}
    for name, table in (("evidence_id", "evidence"), ("run_id", "runs")):
        ids[name] = str(await api.pool.fetchval(f"SELECT id FROM {table}"))
    ids["mirror_id"] = await stored(api, incident)
    ids["fix_id"] = str(await api.pool.fetchval("SELECT id FROM fixes"))
    ids["id"] = incident
    callers, wrong = Callers(api, users), []
    for route, row in ROUTES.items():
        for caller, expected in zip(CALLERS, row, strict=True):
            got = await ask(api, route, ids, caller, await callers.headers(caller))
            if got != expected:
                wrong.append(f"{route} as {caller}: {got} instead of {expected}")
    assert not wrong, "\n".join(wrong)


async def ask(
    api: Api, route: str, ids: dict[str, str], caller: str, headers: dict[str, str]
) -> int:
    method, path = route.split(" ")
    if method != "GET" and caller != "elsewhere":
        ids = {}
    for name in (part[1:-1] for part in path.split("/") if part.startswith("{")):
        path = path.replace(f"{{{name}}}", ids.get(name, NOWHERE))
    params = PARAMS.get(route)
    await api.pool.execute("DELETE FROM sign_in_tries")
    call = api.client.stream(method, path, json=body(route), headers=headers, params=params)
    async with call as answer:
        return answer.status_code


def body(route: str) -> Any:
    if route.endswith("-retention") and route.startswith("PUT"):
        return RETENTION
    if route.startswith("GET") or route.startswith("DELETE"):
        return None
    sent = dict(BODIES.get(route, {}))
    if sent.get("expires_at"):
        sent["expires_at"] = (utc_now() + timedelta(days=1)).isoformat()
    return sent
