"""Jumping to anything by its name or id."""

from typing import Any
from uuid import uuid4

from tests.api.conftest import Api
from tests.api.mirror_stage import stored
from tests.api.people import browser, make
from tests.api.test_scopes import CART, SHOP, fail


async def found(api: Api, text: str, limit: int = 12) -> list[dict[str, Any]]:
    answer = await api.person("GET", "/api/search", params={"q": text, "limit": limit})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_nothing_is_found_of_nothing(api: Api) -> None:
    await fail(api, SHOP)
    for query in ("", "?q=", "?q=%00"):
        assert (await api.person("GET", f"/api/search{query}")).status_code == 422, query
    for text in (" ", "%", "_", str(uuid4()), "nobody has this name"):
        assert await found(api, text) == [], repr(text)


async def test_by_name_and_by_id(api: Api) -> None:
    incident = await fail(api, SHOP)
    mirror = await stored(api, incident)
    run = str(await api.pool.fetchval("SELECT id FROM runs WHERE incident_id = $1::uuid", incident))
    [hit] = [one for one in await found(api, f"P-{SHOP}") if one["kind"] == "incident"]
    assert (hit["id"], hit["title"], hit["state"]) == (incident, f"{SHOP}/Pod p-{SHOP}", "open")
    for kind, id_ in (("incident", incident), ("mirror", mirror), ("run", run)):
        assert [(one["kind"], one["id"]) for one in await found(api, id_)] == [(kind, id_)]
    pod = await api.pool.fetchval("SELECT pod FROM mirrors")
    assert {one["kind"] for one in await found(api, pod)} == {"mirror"}
    assert len(await found(api, "p", limit=1)) == 1


async def test_only_what_may_be_seen(api: Api) -> None:
    hidden = await fail(api, CART)
    await stored(api, hidden)
    await make(api, "ada", "read", (f"*/{SHOP}",))
    async with browser(api, "ada") as ada:
        for text in (CART, hidden, "mirror"):
            answer = await ada.get("/api/search", params={"q": text})
            assert answer.json()["items"] == [], text
