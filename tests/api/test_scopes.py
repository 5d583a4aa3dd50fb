"""What lies outside of somebody's scopes is not there: in lists, counts, pages, evidence, runs and
the live stream; nor can it be changed."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from kure.adapters.clock import utc_now
from kure.adapters.postgres import nodes
from kure.adapters.postgres.events import emit
from kure.adapters.postgres.pool import transaction
from kure.adapters.postgres.rows import updated
from tests.api.conftest import Api
from tests.api.people import browser, make
from tests.api.test_reports import CRASH, FAILED

SHOP, CART = "shop", "cart"


async def fail(api: Api, namespace: str) -> str:
    """An incident with evidence and a run; returns its id."""
    names = {"namespace": namespace, "name": f"p-{namespace}", "uid": f"u-{namespace}"}
    pod = CRASH | names | {"logs": "it has ended"}
    incident_id = str((await api.agent("POST", FAILED, json=pod)).json()["incident_id"])
    await api.pool.execute(
        "INSERT INTO runs (id, incident_id, cluster, workflow_id, workflow_type, state, started_at)"
        " VALUES ($1, $2, 'c', 'w' || $3, 'IncidentWorkflow', 'running', $4)",
        uuid4(), UUID(incident_id), namespace, utc_now(),
    )  # fmt: skip
    return incident_id


async def listed(client: httpx.AsyncClient, **params: Any) -> dict[str, Any]:
    answer = await client.get("/api/incidents", params=params)
    assert answer.status_code == 200
    page: dict[str, Any] = answer.json()
    return page


@pytest.mark.parametrize("scope", [f"*/{SHOP}", "{cluster}/sho?", "{cluster}/s*"])
async def test_lists_and_counts_are_of_what_may_be_seen(api: Api, scope: str) -> None:
    await fail(api, SHOP)
    await fail(api, CART)
    await make(api, "ada", "read", (scope.format(cluster=api.settings.cluster),))
    async with browser(api, "ada") as ada:
        page = await listed(ada)
        assert [row["namespace"] for row in page["items"]] == [SHOP]
        assert (page["total"], page["counts"]["all"]) == (1, 1)
        assert (await listed(ada, q="p-cart"))["total"] == 0
        assert (await listed(ada, namespace=CART))["counts"]["all"] == 0
        runs = (await ada.get("/api/runs")).json()["items"]
        assert len(runs) == 1


async def test_an_id_outside_is_not_found_whatever_is_asked_of_it(api: Api) -> None:
    inside, outside = await fail(api, SHOP), await fail(api, CART)
    await make(api, "ada", "write", (f"*/{SHOP}",))
    evidence = await api.pool.fetchval(
        "SELECT id FROM evidence WHERE incident_id = $1 LIMIT 1", UUID(outside)
    )
    run = await api.pool.fetchval("SELECT id FROM runs WHERE incident_id = $1", UUID(outside))
    async with browser(api, "ada") as ada:
        assert (await ada.get(f"/api/incidents/{inside}")).status_code == 200
        for path in (
            f"/api/incidents/{outside}",
            f"/api/incidents/{outside}/evidence",
            f"/api/incidents/{outside}/evidence/{evidence}",
            f"/api/incidents/{inside}/evidence/{evidence}",
            f"/api/runs/{run}",
        ):
            assert (await ada.get(path)).status_code == 404, path
        for action in ("acknowledge", "ignore", "restore", "resolve", "retry", "investigate"):
            body = {"until": "forever"} if action == "ignore" else {}
            answer = await ada.post(f"/api/incidents/{outside}/{action}", json=body)
            assert answer.status_code == 404, action


async def test_who_sees_nothing_gets_empty_lists(api: Api) -> None:
    await fail(api, SHOP)
    await make(api, "ada", "read", ("elsewhere/*",))
    async with browser(api, "ada") as ada:
        assert (await listed(ada))["counts"]["all"] == 0
        assert (await ada.get("/api/runs")).json()["items"] == []
        watching = (await ada.get("/api/config")).json()["watching"]
        assert (watching["agents"], watching["nodes_total"]) == ([], 0)


async def test_a_token_sees_what_both_it_and_its_owner_may(api: Api) -> None:
    await fail(api, SHOP)
    await fail(api, CART)
    await make(api, "ada", "read", (f"*/{SHOP}",))
    async with browser(api, "ada") as ada:
        for scopes, seen in ((["*/*"], 1), ([f"*/{CART}"], 0), (["*/s*"], 1)):
            until = (utc_now() + timedelta(days=1)).isoformat()
            body = {"name": str(scopes), "scopes": scopes, "expires_at": until}
            token = (await ada.post("/api/auth/tokens", json=body)).json()["token"]
            bearer = {"Authorization": f"Bearer {token}"}
            async with httpx.AsyncClient(base_url=api.url, headers=bearer) as program:
                assert (await listed(program))["total"] == seen, scopes


async def test_the_stream_tells_only_of_what_may_be_seen(api: Api) -> None:
    await make(api, "ada", "read", (f"*/{SHOP}",))
    async with browser(api, "ada") as ada, ada.stream("GET", "/api/events") as stream:
        lines = stream.aiter_lines()
        assert await anext(lines) == "event: hb"
        await fail(api, CART)
        await fail(api, SHOP)
        seen = []
        async for line in lines:
            seen.append(line)
            if "p-shop" in line:
                break
    assert "cart" not in str(seen)


async def told(stream: httpx.Response, last: str) -> list[str]:
    """What the stream tells until a line with `last`."""
    seen = []
    async for line in stream.aiter_lines():
        seen.append(line)
        if last in line:
            break
    return seen


async def test_who_watches_a_cluster_is_told_to_all_who_see_a_part_of_it(api: Api) -> None:
    cluster = api.settings.cluster
    await make(api, "ada", "read", (f"{cluster}/{SHOP}",))
    async with browser(api, "ada") as ada, ada.stream("GET", "/api/events") as stream:
        for of in ("elsewhere", cluster):
            await nodes.named(api.pool, of, ["n1"], utc_now() - timedelta(hours=1))
        await nodes.handle_silence(api.pool, utc_now())
        seen = await told(stream, f'"cluster":"{cluster}"')
    assert "event: watching.changed" in seen
    assert "elsewhere" not in str(seen)


@pytest.mark.parametrize(("scope", "shown"), [(f"*/{SHOP}", False), ("*/*", True)])
async def test_which_node_explains_it_is_told_only_to_who_may_see_that_nodes_incident(
    api: Api, scope: str, shown: bool
) -> None:
    node, incident = await fail(api, CART), await fail(api, SHOP)
    turned = "UPDATE incidents SET kind = 'Node', namespace = '_', name = 'n1' WHERE id = $1"
    await api.pool.execute(turned, UUID(node))
    blame = "UPDATE incidents SET on_node = 'n1' WHERE id = $1"
    await api.pool.execute(blame, UUID(incident))
    await make(api, "ada", "read", (scope,))
    async with browser(api, "ada") as ada, ada.stream("GET", "/api/events") as stream:
        async with transaction(api.pool) as connection:
            event = await updated(connection, UUID(incident))
            assert node in str(event.payload)
            await emit(connection, utc_now(), event)
        seen = await told(stream, "p-shop")
        assert (node in str(seen)) is shown
        page = (await ada.get(f"/api/incidents/{incident}")).json()
        assert page["folded_into"] == (node if shown else None)
