"""Refused writes of nobody, and of bodies that are none: noted, without what was sent."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.requests import HTTPConnection

from api.refusals import MOST_ADDRESSES, Refusals
from tests.api.conftest import Api
from tests.api.people import browser, make

NOBODY = "SELECT actor, target, outcome, detail FROM audit_log WHERE action = 'not-signed-in'"
IGNORE = "/api/incidents/018f0000-0000-7000-8000-000000000000/ignore"
ROUTE = "POST /api/incidents/{incident_id}/ignore"
SECRET = "hunter2-and-more"


async def refused(api: Api, count: int) -> list[Any]:
    """The entries for nobody, once so many requests are in them."""
    for _ in range(500):
        rows: list[Any] = await api.pool.fetch(NOBODY)
        if sum(n for row in rows for n in row["detail"].values()) >= count:
            return rows
        await asyncio.sleep(0.02)
    raise TimeoutError(f"the audit log has only {rows!r}")


async def test_writes_of_nobody_are_counted_by_address_and_route(api: Api) -> None:
    for _ in range(20):
        answer = await api.client.post(IGNORE, json={"until": "forever", "reason": SECRET})
        assert answer.status_code == 401
    answer = await api.client.post("/api/pods/failed", json={"name": SECRET})
    assert answer.status_code == 401
    rows = await refused(api, 21)
    counted: dict[str, int] = {}
    for row in rows:
        assert (row["actor"], row["target"], row["outcome"]) == ("", "address/127.0.0.1", "refused")
        for route, count in row["detail"].items():
            counted[route] = counted.get(route, 0) + count
    assert counted == {ROUTE: 20, "POST /api/pods/failed": 1}
    assert len(rows) <= 2, "at most one entry a minute"


@pytest.mark.parametrize(
    "told",
    [
        {"Origin": "https://evil.example"},
        {"Host": "evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
async def test_a_write_of_a_strange_page_counts_as_nobodys(api: Api, told: dict[str, str]) -> None:
    """Whoever is signed in: it was not asked."""
    await make(api, "ada", "write")
    async with browser(api, "ada") as ada:
        answer = await ada.post(IGNORE, json={"until": "forever"}, headers=told)
        assert answer.status_code == 403
        assert (
            await ada.get("/api/incidents", headers={"Host": "evil.example"})
        ).status_code == 403
    (row,) = await refused(api, 1)
    assert row["detail"] == {"POST none": 1}


async def test_reads_of_nobody_are_no_writes(api: Api) -> None:
    assert (await api.client.get("/api/incidents")).status_code == 401
    await api.client.post(IGNORE, json={"until": "forever"})
    (row,) = await refused(api, 1)
    assert row["detail"] == {ROUTE: 1}


@pytest.mark.parametrize("sent", [b'{"until": 5', b'{"until": "forever", "hunter2-and-more": 1}'])
async def test_a_bad_body_of_somebody_is_noted_without_what_was_sent(api: Api, sent: bytes) -> None:
    await make(api, "ada", "write")
    async with browser(api, "ada") as ada:
        headers = {"Content-Type": "application/json"}
        answer = await ada.post(IGNORE, content=sent, headers=headers)
    assert answer.status_code == 422
    noted = "SELECT * FROM audit_log WHERE outcome = 'refused'"
    (row,) = await api.pool.fetch(noted)
    assert (row["actor"], row["action"]) == ("ada", "ignore")
    assert row["target"] == IGNORE.removeprefix("/api/")
    assert row["detail"]["kinds"]
    assert SECRET not in str(dict(row))


async def test_a_bad_body_of_nobody_counts_as_nobodys(api: Api) -> None:
    answer = await api.client.post("/api/auth/login", json={"name": 1})
    assert answer.status_code == 422
    (row,) = await refused(api, 1)
    assert row["detail"] == {"POST /api/auth/login": 1}


async def test_however_many_addresses_there_are_the_entries_have_a_bound(api: Api) -> None:
    moment = datetime(2026, 1, 1, 12, 0, 30, tzinfo=UTC)
    asking = HTTPConnection({"type": "http", "method": "POST", "path": "/x", "headers": []})
    addresses = iter(f"10.0.{n // 250}.{n % 250}" for n in range(1000))
    refusals = Refusals(api.pool, lambda _: next(addresses), lambda: moment)
    for _ in range(2):
        for _ in range(MOST_ADDRESSES + 50):
            refusals.count(asking)
        await refusals.write()
    rows = await refused(api, 2 * (MOST_ADDRESSES + 50))
    assert len([row for row in rows if row["target"] == "address/others"]) == 1
