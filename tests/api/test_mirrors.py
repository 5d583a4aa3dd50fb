"""A fix is proved on a mirror, over HTTP: from the preview to the proof, with all that tells of
it."""

from datetime import datetime
from typing import Any

import pytest
from temporalio.client import Client

from kure.domain.diagnosis.fixes import Operation
from tests.api.conftest import Api
from tests.api.live import stream
from tests.api.mirror_stage import (
    FAILED_AGAIN,
    IMAGE,
    PASSED,
    Cluster,
    cause,
    incident,
    stored,
    until,
    working,
)
from tests.api.people import browser, make

OTHER = (Operation("replace", IMAGE, "cart:3"),)


async def post(api: Api, path: str, body: Any = None, **headers: str) -> Any:
    answer = await api.person("POST", f"/api/mirror/{path}", json=body or {}, headers=headers)
    assert answer.status_code in (200, 202), answer.text
    return answer.json()


async def test_a_fix_is_previewed_deployed_and_proved(api: Api, temporal_client: Client) -> None:
    incident_id, cluster = await incident(api, cause()), Cluster()
    async with working(api, temporal_client, cluster):
        shown = await post(api, f"preview/{incident_id}")
        assert shown["title"] == "C07 fails"
        assert shown["explanation"] == "The image is too old. Take the new one."
        assert (shown["source"], shown["dry_run"]) == ("rules", "accepted")
        assert shown["ttl"] == {"default": 300, "least": 30, "most": 3600}
        again = await post(api, "preview/u-cart")
        assert again["fix_id"] == shown["fix_id"]
        assert [pod.name for pod in cluster.planned[1].wish.pods] == ["cart-1"]
        assert cluster.planned[0].wish.ttl_seconds == 300

        started = await post(api, f"deploy/{incident_id}", {"fix_id": shown["fix_id"]})
        mirror_id = started["mirror_id"]
        active = (await api.person("GET", "/api/mirror/active")).json()
        assert [row["id"] for row in active["items"]] == [mirror_id]
        await until(api, mirror_id, "starting")
        cluster.verdict = PASSED
        proved = await until(api, mirror_id, "passed")
        assert (proved["verdict"], proved["text"]) == ("passed", "Ready for 30 s")
        assert (proved["held_seconds"], proved["needs_seconds"]) == (30, 30)
        assert proved["plan"]["diff"] == "- image: a\n+ image: 1\n"
        assert proved["run"]["workflow_id"] == f"mirror/{mirror_id}"
        assert cluster.created == {proved["pod"]}
        assert proved["pod"].startswith("cart-1-mirror-")

        detail = (await api.person("GET", f"/api/incidents/{incident_id}")).json()
        [fix] = detail["fixes"]
        assert (fix["id"], fix["proof"]["id"]) == (shown["fix_id"], mirror_id)
        assert [row["id"] for row in detail["mirrors"]] == [mirror_id]
        assert detail["run"]["workflow_type"] == "IncidentWorkflow"
        assert [e["what"] for e in detail["timeline"]][-2:] == ["testing fix", "fix passed"]

        ended = await api.person("DELETE", f"/api/mirror/{mirror_id}")
        assert ended.status_code == 202
        gone = await until(api, mirror_id, "gone")
        assert (gone["verdict"], cluster.created) == ("passed", set())
        assert (await api.person("DELETE", f"/api/mirror/{mirror_id}")).status_code == 202
        late = await api.person(
            "POST", f"/api/mirror/{mirror_id}/extend", json={"ttl_seconds": 600}
        )
        assert late.status_code == 409
    assert (await api.person("GET", "/api/mirror/active")).json()["items"] == []
    listed = await api.person("GET", f"/api/mirror?incident={incident_id}")
    assert [row["phase"] for row in listed.json()["items"]] == ["gone"]
    assert await audited(api) == ["mirror.deploy", "mirror.end"]
    entry = await api.pool.fetchrow("SELECT * FROM audit_log WHERE action = 'mirror.deploy'")
    assert entry["detail"]["diff"] == "- image: a\n+ image: 1\n"


async def audited(api: Api) -> list[str]:
    rows = await api.pool.fetch(
        "SELECT action FROM audit_log WHERE outcome = 'done' AND action LIKE 'mirror.%' ORDER BY id"
    )
    return [row["action"] for row in rows]


async def test_a_life_is_extended_and_what_cannot_be_is_told(
    api: Api, temporal_client: Client
) -> None:
    incident_id, cluster = await incident(api, cause()), Cluster(verdict=PASSED)
    async with working(api, temporal_client, cluster):
        body = {"manifest": "kind: Pod", "ttl_seconds": 120}
        mirror_id = (await post(api, f"deploy/{incident_id}", body))["mirror_id"]
        before = await until(api, mirror_id, "passed")
        extended = await post(api, f"{mirror_id}/extend", {"ttl_seconds": 600})
        after = await until(api, mirror_id, "passed")
        assert after["expires_at"] == extended["expires_at"]
        lives = moment(after["expires_at"]) - moment(after["created_at"])
        assert lives.total_seconds() == 600
        assert moment(before["expires_at"]) < moment(after["expires_at"])
        for seconds, status in ((120, 422), (3601, 422), (29, 422)):
            answer = await api.person(
                "POST", f"/api/mirror/{mirror_id}/extend", json={"ttl_seconds": seconds}
            )
            assert answer.status_code == status, answer.text
    assert await audited(api) == ["mirror.deploy", "mirror.extend"]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


async def test_what_an_admin_edits_is_tested_as_it_is_and_stored_sealed(
    api: Api, temporal_client: Client
) -> None:
    incident_id, cluster = await incident(api), Cluster()
    manifest = "kind: Pod\nspec: {token: hunter2}\n"
    async with working(api, temporal_client, cluster):
        nothing = await post(api, f"preview/{incident_id}")
        assert (nothing["fix_id"], nothing["source"]) == (None, "")
        assert "only such a fix" in nothing["explanation"]
        shown = await post(api, f"preview/{incident_id}", {"manifest": manifest})
        assert shown["source"] == "edited"
        mirror = await post(api, f"deploy/{incident_id}", {"fix_id": shown["fix_id"]})
        await until(api, mirror["mirror_id"], "starting")
    assert cluster.planned[-1].wish.edited == manifest
    for table in ("fixes", "mirrors", "audit_log", "ui_events"):
        rows = await api.pool.fetch(f"SELECT t::text AS row FROM {table} t")
        assert rows
        assert not any("hunter2" in row["row"] for row in rows), table


async def test_a_failed_one_leads_to_the_next_round(api: Api, temporal_client: Client) -> None:
    incident_id = await incident(api, cause())
    cluster = Cluster(verdict=FAILED_AGAIN, next_operations=list(OTHER))
    async with working(api, temporal_client, cluster):
        fix_id = (await post(api, f"preview/{incident_id}"))["fix_id"]
        body = {"fix_id": fix_id, "rounds": 3}
        first = (await post(api, f"deploy/{incident_id}", body))["mirror_id"]
        await until(api, first, "gone")
        rows = (await api.person("GET", f"/api/mirror?incident={incident_id}")).json()["items"]
        second = next(row for row in rows if row["round"] == 2)
        await until(api, second["id"], "failed")
    assert [row["title"] for row in rows] == ["B", "C07 fails"]
    assert second["pod"].startswith("cart-1-mirror-")


async def loop(api: Api, incident_id: str, **headers: str) -> Any:
    path = f"/api/incidents/{incident_id}/fix-loop"
    return await api.person("POST", path, json={}, headers=headers)


async def test_one_click_proposes_tests_and_learns(api: Api, temporal_client: Client) -> None:
    incident_id = await incident(api, cause())
    cluster = Cluster(verdict=FAILED_AGAIN, next_operations=list(OTHER))
    async with working(api, temporal_client, cluster):
        first, again = [
            (await loop(api, incident_id, **{"Idempotency-Key": "a click"})).json()["mirror_id"]
            for _ in range(2)
        ]
        assert first == again
        await until(api, first, "gone")
        rows = (await api.person("GET", f"/api/mirror?incident={incident_id}")).json()["items"]
    assert [(row["round"], row["title"]) for row in rows] == [(2, "B"), (1, "C07 fails")]


async def test_without_a_fix_no_loop_begins(api: Api, temporal_client: Client) -> None:
    incident_id = await incident(api)
    async with working(api, temporal_client, Cluster()):
        answer = await loop(api, incident_id)
    assert answer.status_code == 422
    assert "only such a fix can be tested" in answer.json()["detail"]
    assert (await api.person("GET", "/api/mirror")).json()["items"] == []


async def test_the_stream_tells_of_each_step_to_who_may_see_it(
    api: Api, temporal_client: Client
) -> None:
    incident_id = await incident(api, cause())
    async with working(api, temporal_client, Cluster()), stream(api) as live:
        mirror = await post(api, f"deploy/{incident_id}", {"manifest": "kind: Pod"})
        _, _, told = await live.until("mirror.updated")
        assert (told["id"], told["version"]) == (mirror["mirror_id"], 1)
        assert told["summary"]["phase"] == "planned"
        assert told["summary"]["workload_name"] == "cart"
        while told["summary"]["phase"] != "starting":
            _, _, told = await live.until("mirror.updated")
    places = await api.pool.fetch(
        "SELECT DISTINCT cluster, namespace FROM ui_events WHERE topic = 'mirror.updated'"
    )
    assert [(row["cluster"], row["namespace"]) for row in places] == [
        (api.settings.cluster, "shop")
    ]


@pytest.mark.parametrize(("scope", "seen"), [("*/shop", 1), ("*/bill", 0)])
async def test_only_mirrors_of_what_may_be_seen_are_listed(api: Api, scope: str, seen: int) -> None:
    mirror_id = await stored(api, await incident(api, cause()))
    await make(api, "ada", "write", (scope,))
    async with browser(api, "ada") as ada:
        for path in ("/api/mirror", "/api/mirror/active"):
            assert len((await ada.get(path)).json()["items"]) == seen
        status = 200 if seen else 404
        assert (await ada.get(f"/api/mirror/status/{mirror_id}")).status_code == status


async def test_pages_of_mirrors_follow_each_other(api: Api) -> None:
    incident_id = await incident(api, cause())
    made = [await stored(api, incident_id, title=f"f{n}") for n in range(3)]
    first = (await api.person("GET", "/api/mirror?limit=2")).json()
    rest = (await api.person("GET", "/api/mirror", params={"after": first["next"]})).json()
    assert [row["id"] for row in [*first["items"], *rest["items"]]] == made[::-1]
    assert rest["next"] is None
    assert (await api.person("GET", "/api/mirror?after=x")).status_code == 422
