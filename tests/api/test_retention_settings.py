"""How long records are kept: who may choose, what may be chosen, what would go."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kure.domain.retention import RULES, Record
from tests.api.conftest import Api
from tests.postgres import old

HISTORY = "/api/admin/settings/history-retention"
ALL = [f"/api/admin/settings/{record.setting}" for record in Record]


@pytest.mark.parametrize("path", ALL)
async def test_without_a_token_nobody_reads_or_changes(api: Api, path: str) -> None:
    assert (await api.client.get(path)).status_code == 401
    body = {"keep_days": "off", "version": 0}
    assert (await api.client.put(path, json=body)).status_code == 401
    assert (await api.agent("PUT", path, json=body)).status_code == 403
    assert await api.count("admin_config") == 0


REFUSED: dict[str, tuple[str, dict[str, Any]]] = {
    "zero": ("history", {"keep_days": 0, "version": 0}),
    "less than nothing": ("history", {"keep_days": -1, "version": 0}),
    "more than ten years": ("history", {"keep_days": 3651, "version": 0}),
    "a number as a text": ("history", {"keep_days": "90 days", "version": 0}),
    "half a day": ("history", {"keep_days": 0.5, "version": 0}),
    "no version": ("history", {"keep_days": 30}),
    "an unknown key": ("history", {"keep_days": 30, "version": 0, "minutes": 1}),
    "an audit log of a week": ("audit", {"keep_days": 7, "version": 0}),
    "events for ever": ("event", {"keep_days": "off", "version": 0}),
    "events for a year": ("event", {"keep_days": 365, "version": 0}),
}


@pytest.mark.parametrize(("record", "body"), REFUSED.values(), ids=REFUSED)
async def test_what_cannot_be_chosen(api: Api, record: str, body: dict[str, Any]) -> None:
    answer = await api.person("PUT", f"/api/admin/settings/{record}-retention", json=body)
    assert answer.status_code == 422
    assert answer.json()["fields"]
    assert await api.count("admin_config") == 0


async def test_until_somebody_chooses_the_defaults_hold(api: Api) -> None:
    shown = {record: (await api.person("GET", path)).json() for record, path in _paths().items()}
    assert {record: one["keep_days"] for record, one in shown.items()} == {
        Record.HISTORY: 90,
        Record.IGNORED: "off",
        Record.EVIDENCE: 14,
        Record.RUN: 30,
        Record.AUDIT: 365,
        Record.EVENT: 1,
    }
    assert {one["version"] for one in shown.values()} == {0}
    assert [one["what"] for one in shown.values()] == [rule.what for rule in RULES.values()]


def _paths() -> dict[Record, str]:
    return dict(zip(Record, ALL, strict=True))


async def test_a_change_is_kept_with_who_made_it(api: Api) -> None:
    answer = await api.person("PUT", HISTORY, json={"keep_days": "off", "version": 0})
    assert answer.status_code == 200
    found = (await api.person("GET", HISTORY)).json()
    assert found == answer.json()
    assert (found["keep_days"], found["version"]) == ("off", 1)
    assert found["changed_by"]
    entry = await api.pool.fetchrow("SELECT * FROM audit_log WHERE action = 'setting.change'")
    assert entry["outcome"] == "done"
    assert entry["detail"] == {"keep_days": {"to": "off"}}
    assert entry["target"] == "setting/history-retention"


async def test_a_stale_change_changes_nothing_and_is_noted(api: Api) -> None:
    await api.person("PUT", HISTORY, json={"keep_days": 30, "version": 0})
    for version in (0, 2):
        answer = await api.person("PUT", HISTORY, json={"keep_days": 60, "version": version})
        assert answer.status_code == 409
        assert "version 1" in answer.json()["detail"]
    assert (await api.person("GET", HISTORY)).json()["keep_days"] == 30
    refused = "SELECT count(*) FROM audit_log WHERE outcome = 'refused'"
    assert await api.pool.fetchval(refused) == 2
    again = await api.person("PUT", HISTORY, json={"keep_days": 60, "version": 1})
    assert again.json()["version"] == 2


async def test_the_preview_counts_and_changes_nothing(api: Api) -> None:
    now = datetime.now(UTC)
    for days in (5, 20, 40):
        await old.incident(api.pool, "resolved", now - timedelta(days=days))
    found = (await api.person("GET", HISTORY, params={"preview": 10})).json()
    assert found["keep_days"] == 90
    assert found["preview"]["count"] == 2
    oldest = datetime.fromisoformat(found["preview"]["oldest"])
    assert abs(oldest - (now - timedelta(days=40))) < timedelta(seconds=1)
    off = (await api.person("GET", HISTORY, params={"preview": "off"})).json()
    assert off["preview"] == {"keep_days": "off", "count": 0, "oldest": None}
    assert await api.count("incidents") == 3
    refused = await api.person("GET", ALL[-1], params={"preview": "off"})
    assert refused.status_code == 422
    assert (await api.person("GET", HISTORY, params={"preview": "soon"})).status_code == 422
