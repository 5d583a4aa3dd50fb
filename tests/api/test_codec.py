"""The remote codec: who may not, which page may, and that Temporal's own messages go through it."""

import base64
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import json_format
from temporalio.api.common.v1 import Payload, Payloads

from kure.adapters import temporal
from tests.api.conftest import Api, running, settings_for
from tests.api.people import browser, make

DECODE, ENCODE = "/api/admin/codec/decode", "/api/admin/codec/encode"
UI = "http://temporal.example:8233"
OTHER = "http://evil.example"
PLAIN = Payload(metadata={"encoding": b"json/plain"}, data=b'"the workload"')


@pytest.fixture
async def codec(database: str, temporal_address: str, data_dir: Path) -> AsyncIterator[Api]:
    """An API that encrypts what Temporal stores, beside a Temporal UI."""
    more = {"encrypt_payloads": True, "temporal_ui_url": UI + "/ui"}
    async with running(settings_for(database, temporal_address, data_dir, **more)) as api:
        yield api


def message(*payloads: Payload) -> dict[str, Any]:
    body: dict[str, Any] = json_format.MessageToDict(Payloads(payloads=payloads))
    return body


async def sealed(api: Api) -> Payload:
    """A payload as a worker of this installation stores it."""
    codec = temporal.converter(api.settings).payload_codec
    assert codec is not None
    (payload,) = await codec.encode([PLAIN])
    return payload


async def test_whoever_sees_a_part_only_is_refused_and_noted(codec: Api) -> None:
    await make(codec, "ada", "write")
    body = message(await sealed(codec))
    assert (await codec.client.post(DECODE, json=body)).status_code == 401
    async with browser(codec, "ada") as ada:
        assert (await ada.post(DECODE, json=body)).status_code == 403
    row = await codec.pool.fetchrow("SELECT actor, outcome FROM audit_log WHERE action = 'decode'")
    assert tuple(row) == ("ada", "refused")


async def test_an_admin_reads_what_a_worker_stored_and_that_is_noted(codec: Api) -> None:
    body = message(await sealed(codec), PLAIN)
    answer = await codec.person("POST", DECODE, json=body, headers={"X-Namespace": "default"})
    assert answer.status_code == 200, answer.text
    found = json_format.ParseDict(answer.json(), Payloads())
    assert list(found.payloads) == [PLAIN, PLAIN]
    noted = "SELECT target, detail FROM audit_log WHERE action = 'codec.decode'"
    (row,) = await codec.pool.fetch(noted)
    assert tuple(row) == ("namespace/default", {"payloads": 2})


async def test_what_is_encoded_a_worker_can_read(codec: Api) -> None:
    answer = await codec.person("POST", ENCODE, json=message(PLAIN))
    assert "workload" not in base64.b64decode(answer.json()["payloads"][0]["data"]).decode("latin1")
    worker = temporal.converter(codec.settings).payload_codec
    assert worker is not None
    given = json_format.ParseDict(answer.json(), Payloads())
    assert await worker.decode(list(given.payloads)) == [PLAIN]


ENCODED = base64.b64encode(temporal.ENCODING).decode()
NONE_OF_OURS = [
    {"metadata": {"encoding": ENCODED}, "data": base64.b64encode(data).decode()}
    for data in (b"", b"1:short", b"1:" + b"x" * 60, b"9:" + b"x" * 60, b"\xff:" + b"x" * 60)
]


@pytest.mark.parametrize("payload", [*NONE_OF_OURS, {"data": "a"}, {"data": 1}])
async def test_what_is_no_payload_of_ours_is_refused_in_words(
    codec: Api, payload: dict[str, Any]
) -> None:
    answer = await codec.person("POST", DECODE, json={"payloads": [payload]})
    assert answer.status_code == 422, answer.text
    assert "Traceback" not in answer.text


class TestPages:
    async def test_only_the_uis_page_may_ask_and_only_for_this(self, codec: Api) -> None:
        for path, origin in ((DECODE, OTHER), ("/api/incidents", UI), ("/api/admin/users", UI)):
            for method in ("OPTIONS", "POST"):
                headers = {"Origin": origin, "Sec-Fetch-Site": "cross-site"}
                answer = await codec.person(method, path, headers=headers, json={})
                assert answer.status_code == 403, (method, path, origin)
                assert "access-control-allow-origin" not in answer.headers

    async def test_a_browser_is_told_that_the_ui_may(self, codec: Api) -> None:
        asked = {"Origin": UI, "Access-Control-Request-Method": "POST"}
        answer = await codec.client.options(DECODE, headers=asked)
        assert answer.status_code == 204
        assert answer.headers["access-control-allow-origin"] == UI
        assert answer.headers["access-control-allow-credentials"] == "true"
        assert "x-namespace" in answer.headers["access-control-allow-headers"]

    async def test_the_ui_reads_with_the_admins_cookie(self, codec: Api) -> None:
        await make(codec, "ada", "admin")
        headers = {"Origin": UI, "Sec-Fetch-Site": "same-site"}
        async with browser(codec, "ada") as ada:
            body = message(await sealed(codec))
            answer = await ada.post(DECODE, json=body, headers=headers)
        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == UI
        assert answer.headers["vary"] == "Origin"

    async def test_where_no_ui_is_set_no_page_may(self, api: Api) -> None:
        headers = {"Origin": UI, "Sec-Fetch-Site": "cross-site"}
        answer = await api.person("POST", DECODE, json={}, headers=headers)
        assert answer.status_code == 403
