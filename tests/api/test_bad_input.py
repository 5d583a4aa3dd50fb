"""What no route should have to think of: bodies too large or too deep, filters that are none."""

import asyncio

import pytest

from tests.api.conftest import AGENT_TOKEN, Api
from tests.api.test_reports import FAILED, stored

MIB = 1024 * 1024
ROUTES = [FAILED, "/api/auth/login", "/api/incidents/018f0000-0000-7000-8000-000000000000/ignore"]
DEEP = {
    "100 levels of lists": b"[" * 100 + b"]" * 100,
    "100 levels of objects": b'{"a":' * 100 + b"1" + b"}" * 100,
    "100,000 levels": b"[" * 100_000 + b"]" * 100_000,
    "100 levels, where an object belongs": b'{"name": ' + b'{"a":' * 100 + b"1" + b"}" * 101,
    "100,000 levels that do not end": b'{"a":' * 100_000,
    "not text": b"\xff\xfe\x00",
    "half a surrogate": b'{"name": "\\ud800", "password": "\\ud800"}',
    "a NUL": b'{"name": "\\u0000", "password": "x"}',
    "no JSON": b"name=x",
    "a number that is none": b'{"name": NaN}',
}


@pytest.mark.parametrize("path", ROUTES)
async def test_a_body_that_is_no_message_is_a_problem(api: Api, path: str) -> None:
    before = await stored(api)
    headers = {"Content-Type": "application/json", "X-Service-Token": AGENT_TOKEN}
    for name, body in DEEP.items():
        answer = await api.person("POST", path, content=body, headers=headers)
        assert answer.status_code in (400, 401, 422), (name, answer.text)
        assert answer.headers["content-type"] == "application/problem+json", name
        assert len(answer.content) < 10_000, f"{name}: what was sent does not come back"
    assert await stored(api) == before


async def test_a_body_of_50_mib_is_refused_before_it_is_read(api: Api) -> None:
    for path in (*ROUTES, "/api/events", "/nothing"):
        await refused_at_once(api, path)


async def refused_at_once(api: Api, path: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", api.settings.port)
    lines = [f"POST {path} HTTP/1.1", f"Host: 127.0.0.1:{api.settings.port}"]
    lines += [f"Content-Length: {50 * MIB}", f"X-Service-Token: {AGENT_TOKEN}"]
    writer.write("\r\n".join([*lines, "", ""]).encode() + b"x" * 1000)
    async with asyncio.timeout(10):
        status = await reader.readline()
    writer.close()
    assert int(status.split()[1]) == 413


@pytest.mark.parametrize("path", ROUTES)
async def test_a_body_of_50_mib_without_a_length_is_refused_where_it_is_too_much(
    api: Api, path: str
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", api.settings.port)
    lines = [f"POST {path} HTTP/1.1", f"Host: 127.0.0.1:{api.settings.port}"]
    lines += ["Transfer-Encoding: chunked", "Content-Type: application/json"]
    lines += [f"X-Service-Token: {AGENT_TOKEN}", f"Authorization: Bearer {api.token}"]
    writer.write("\r\n".join([*lines, "", ""]).encode())
    answered = asyncio.create_task(reader.readline())
    sent = 0
    async with asyncio.timeout(20):
        while not answered.done() and sent < 50 * MIB:
            writer.write(b"%x\r\n" % MIB + b"1" * MIB + b"\r\n")
            await writer.drain()
            sent += MIB
            await asyncio.sleep(0)
        status = await answered
    writer.transport.abort()
    assert int(status.split()[1]) == 413
    assert sent < 50 * MIB


UNKNOWN = [
    "/api/incidents?colour=red",
    "/api/incidents?status=open&stauts=open",
    "/api/runs?colour=red",
    "/api/events?sicne=1",
]


async def test_a_filter_that_is_none_is_named(api: Api) -> None:
    for path in UNKNOWN:
        answer = await api.person("GET", path)
        assert answer.status_code == 422, path
        [field] = answer.json()["fields"]
        assert field["path"] in path


async def test_an_address_with_a_nul_is_refused(api: Api) -> None:
    for path in ("/api/incidents?namespace=%00", "/api/admin/audit?action=a%00b", "/api/runs/%00"):
        answer = await api.person("GET", path)
        assert answer.status_code == 422, path
        assert "NUL" in answer.json()["detail"]


async def test_a_place_in_the_stream_that_is_none_is_named(api: Api) -> None:
    for number in ("-1", "x", str(2**63), "1" * 5000, "1e3", ""):
        answer = await api.person("GET", f"/api/events?since={number}")
        assert answer.status_code == 422, number
        assert answer.json()["fields"][0]["path"] == "since"


async def test_a_version_that_no_setting_has_is_a_stale_one(api: Api) -> None:
    body = {"keep_days": 7, "version": 10**30}
    answer = await api.person("PUT", "/api/admin/settings/history-retention", json=body)
    assert answer.status_code == 409, answer.text


async def test_figures_of_an_agent_that_cannot_be_are_named(api: Api) -> None:
    """They would be more than the database has room for."""
    figures = {"queued": 2**31, "pods": -1, "spool_bytes": 2**63, "watch_lag_seconds": -1}
    for name, figure in figures.items():
        beat = {"version": "1", name: figure}
        answer = await api.agent("POST", "/api/agent/heartbeat", json=beat)
        assert answer.status_code == 422, name
        assert answer.json()["fields"][0]["path"] == name
