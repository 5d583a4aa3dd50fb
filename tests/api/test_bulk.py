"""The same action on many incidents."""

from uuid import uuid4

import pytest
from temporalio.client import Client

from tests.api.conftest import Api
from tests.api.people import browser, make
from tests.api.test_incidents import crash
from tests.workflows.world import World

BULK = "/api/incidents/bulk"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"action": "resolve", "ids": []},
        {"action": "resolve", "ids": ["p1"]},
        {"action": "delete", "ids": [str(uuid4())]},
        {"action": "ignore", "ids": [str(uuid4())]},
        {"action": "ignore", "ids": [str(uuid4())], "until": "2020-01-01T00:00:00Z"},
        {"action": "resolve", "ids": [str(uuid4())], "version": 1},
        {"action": "resolve", "ids": [str(uuid4()) for _ in range(201)]},
    ],
)
async def test_what_cannot_be_done_changes_nothing(api: Api, body: dict[str, object]) -> None:
    await crash(api, 1)
    assert (await api.person("POST", BULK, json=body)).status_code == 422
    assert await api.count("changes") == 0


async def test_one_that_is_refused_holds_up_no_other(api: Api, temporal_client: Client) -> None:
    world = World(temporal_client, api.pool, cluster_name=api.settings.cluster)
    one, other, hidden = [await crash(api, number, namespace=f"ns{number}") for number in (1, 2, 3)]
    nobody = str(uuid4())
    await make(api, "ada", "write", ("*/ns1", "*/ns2"))
    body = {"action": "resolve", "ids": [one, nobody, other, hidden, one], "reason": "all well"}
    async with world.working(), browser(api, "ada") as ada:
        for incident_id in (one, other):
            await world.until(incident_id, lambda row: not row.diagnosing)
        again = [
            await ada.post(BULK, json=body, headers={"Idempotency-Key": "k", "Origin": api.url})
            for _ in range(2)
        ]
    first, second = (answer.json() for answer in again)
    assert first == second
    assert (first["done"], first["refused"]) == (2, 2)
    outcomes = {item["id"]: item for item in first["items"]}
    assert list(outcomes) == [one, nobody, other, hidden]
    assert outcomes[one]["changed"]["status"] == outcomes[other]["changed"]["status"] == "resolved"
    for missing in (nobody, hidden):
        assert (outcomes[missing]["changed"], "no incident" in outcomes[missing]["error"]) == (
            None,
            True,
        )
    stored = await api.pool.fetch("SELECT by, text FROM timeline WHERE what = 'resolved'")
    assert [tuple(row) for row in stored] == [("ada", "all well")] * 2
