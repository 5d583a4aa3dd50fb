"""Failed pods as clients of Kure Monitor ask for them."""

from typing import Any

from tests.api.conftest import Api
from tests.api.mirror_stage import cause, incident
from tests.api.people import browser, make
from tests.api.test_incidents import crash


async def listed(api: Api, which: str, query: str = "") -> dict[str, Any]:
    answer = await api.person("GET", f"/api/pods/{which}{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def names(api: Api, which: str) -> list[str]:
    return [row["name"] for row in (await listed(api, which))["items"]]


async def test_a_foreign_cursor_is_refused(api: Api) -> None:
    assert (await api.person("GET", "/api/pods/failed?after=x")).status_code == 422
    assert (await api.person("GET", "/api/pods/failed?limit=0")).status_code == 422


async def test_a_row_says_what_fails_and_what_mends_it(api: Api) -> None:
    incident_id = await incident(api, cause())
    [row] = (await listed(api, "failed"))["items"]
    assert row["incident_id"] == incident_id
    assert (row["status"], row["reason"]) == ("new", "CrashLoopBackOff")
    assert row["solution"].startswith(cause().title)
    await api.pool.execute("UPDATE incidents SET acknowledged_by = 'ada', acknowledged_at = now()")
    assert (await listed(api, "failed"))["items"][0]["status"] == "investigating"


async def test_each_list_has_its_own(api: Api) -> None:
    for number in (1, 2, 3, 4):
        await crash(api, number)
    for name, status in (("p2", "resolved"), ("p3", "ignored")):
        await api.pool.execute(
            "UPDATE incidents SET status = $2, resolution = CASE WHEN $2 = 'resolved' THEN "
            "'gone' END, resolved_at = CASE WHEN $2 = 'resolved' THEN now() END, "
            "ignored_by = CASE WHEN $2 = 'ignored' THEN 'ada' END WHERE name = $1",
            name,
            status,
        )
    await api.pool.execute("UPDATE failed_pods SET state = 'healthy' WHERE name = 'p4'")
    assert await names(api, "failed") == ["p1"]
    assert await names(api, "history") == ["p2"]
    assert await names(api, "ignored") == ["p3"]


async def test_pages_follow_one_another(api: Api) -> None:
    for number in range(5):
        await crash(api, number)
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        page = await listed(api, "failed", f"?limit=2&after={after}")
        seen += [row["name"] for row in page["items"]]
        after = page["next"]
    assert sorted(seen) == [f"p{number}" for number in range(5)]


async def test_only_what_may_be_seen(api: Api) -> None:
    await crash(api, 1, namespace="shop")
    await crash(api, 2, namespace="cart")
    await make(api, "ada", "read", ("*/shop",))
    async with browser(api, "ada") as ada:
        rows = (await ada.get("/api/pods/failed")).json()["items"]
    assert [row["namespace"] for row in rows] == ["shop"]
