"""`kure rotate-key` beside a running API and worker: nobody starts again, nobody meets what it
cannot open, and an old key goes only when nothing needs it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
from temporalio.client import Client

from kure.adapters.clock import utc_now
from kure.adapters.crypto import Keyring
from kure.adapters.postgres import keys
from kure.adapters.postgres.evidence import EvidenceTable
from kure.errors import Conflict
from kure.operating.keys import drop_key, rotate, tell_keys
from kure.ports import NewEvidence
from tests.api.conftest import Api, running, settings_for
from tests.api.test_notifications import PATH, SLACK
from tests.api.test_scopes import SHOP, fail
from workers.wiring import serve
from workflows.names import KURE

BEHIND = "INSERT INTO key_holders VALUES ('api on an old machine/7', '{1}', '1', $1)"


async def stored(api: Api, count: int) -> dict[str, int]:
    """So many texts of one incident, and a channel's secret; how many are under each key."""
    incident = await fail(api, SHOP)
    ring = Keyring.load(api.settings.data_dir / "key")
    table = EvidenceTable(api.pool, ring.cipher("evidence"))
    texts = [NewEvidence("worker", f"{n}", "log", "Pod/cart", f"log {n}") for n in range(count)]
    await table.save(incident, texts, utc_now())
    body = {"version": 0, "channels": [SLACK]}
    assert (await api.person("PUT", PATH, json=body)).status_code == 200
    return await keys.sealed_texts(api.pool)


async def readable(api: Api) -> int:
    """How many texts the API can show."""
    rows = await api.pool.fetch("SELECT id, incident_id FROM evidence")
    for row in rows:
        path = f"/api/incidents/{row['incident_id']}/evidence/{row['id']}"
        assert (await api.person("GET", path)).status_code == 200
    assert (await api.person("GET", PATH)).json()["channels"][0]["address"]
    return len(rows)


async def test_what_is_stored_comes_under_the_new_key_while_all_goes_on(api: Api) -> None:
    before = await stored(api, 250)
    assert set(before) == {"1"}
    stop, lines = asyncio.Event(), list[str]()
    worker = asyncio.create_task(serve(api.settings, (KURE,), stop))
    await rotate(api.settings, lines.append, patience=30)
    for _ in range(500):
        if set(await keys.sealed_texts(api.pool)) == {"2"}:
            break
        await asyncio.sleep(0.05)
    assert await keys.sealed_texts(api.pool) == {"2": before["1"]}
    version = (await api.person("GET", PATH)).json()["version"]
    assert version == 1, "sealed anew is not changed"
    await drop_key(api.settings, "1", lines.append)
    assert await readable(api) == before["1"] - 1
    await tell_keys(api.settings, lines.append)
    assert f"key 2: encrypts, {before['1']} texts" in lines
    assert sum("knows 2, encrypts under 2" in line for line in lines) <= 2
    stop.set()
    await worker


async def test_a_key_does_not_encrypt_before_every_process_knows_it(api: Api) -> None:
    await api.pool.execute(BEHIND, utc_now())
    with pytest.raises(Conflict, match="old machine"):
        await rotate(api.settings, lambda _: None, patience=0)
    assert set(await stored(api, 1)) == {"1"}
    await api.pool.execute("DELETE FROM key_holders WHERE process LIKE '%old machine%'")
    await rotate(api.settings, lambda _: None, patience=30)
    assert Keyring.load(api.settings.data_dir / "key").writing == "2", "the one that was begun"
    with pytest.raises(Conflict, match="texts are still under key 1"):
        await drop_key(api.settings, "1", lambda _: None)
    assert await readable(api)


@pytest.fixture
async def encrypting(database: str, temporal_address: str, data_dir: Path) -> AsyncIterator[Api]:
    more = {"encrypt_payloads": True}
    async with running(settings_for(database, temporal_address, data_dir, **more)) as api:
        yield api


async def test_a_key_that_a_run_may_need_is_kept(encrypting: Api, temporal_client: Client) -> None:
    run = await temporal_client.start_workflow("Nothing", id=f"t{uuid4()}", task_queue="nobody's")
    await rotate(encrypting.settings, lambda _: None, patience=30)
    with pytest.raises(Conflict, match="runs began before key 2"):
        await drop_key(encrypting.settings, "1", lambda _: None)
    assert "1" in Keyring.load(encrypting.settings.data_dir / "key").known
    await run.terminate()
