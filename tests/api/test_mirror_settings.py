"""How long mirrors live and how many there may be: what may be chosen, and that it is kept."""

from typing import Any

import pytest

from tests.api.conftest import Api

TTL, LIMITS = "/api/admin/settings/mirror-ttl", "/api/admin/settings/mirror-limits"
BOTH = {"per_cluster": 5, "per_namespace": 2, "version": 0}

REFUSED: dict[str, tuple[str, dict[str, Any]]] = {
    "half a minute less": (TTL, {"ttl_seconds": 29, "version": 0}),
    "over an hour": (TTL, {"ttl_seconds": 3601, "version": 0}),
    "no seconds": (TTL, {"version": 0}),
    "no version": (TTL, {"ttl_seconds": 60}),
    "an unknown key": (TTL, {"ttl_seconds": 60, "version": 0, "minutes": 1}),
    "none at all": (LIMITS, BOTH | {"per_cluster": 0}),
    "too many": (LIMITS, BOTH | {"per_cluster": 101}),
    "too many of a namespace": (LIMITS, BOTH | {"per_namespace": 21}),
    "one half": (LIMITS, {"per_cluster": 5, "version": 0}),
}


@pytest.mark.parametrize(("path", "body"), REFUSED.values(), ids=REFUSED)
async def test_what_cannot_be_chosen(api: Api, path: str, body: dict[str, Any]) -> None:
    answer = await api.person("PUT", path, json=body)
    assert (answer.status_code, bool(answer.json()["fields"])) == (422, True)
    assert await api.count("admin_config") == 0


async def test_a_change_is_kept_and_a_stale_one_is_not(api: Api) -> None:
    before = (await api.person("GET", TTL)).json()
    assert (before["ttl_seconds"], before["version"]) == (300, 0)
    changed = await api.person("PUT", TTL, json={"ttl_seconds": 60, "version": 0})
    assert (await api.person("GET", TTL)).json() == changed.json()
    assert (changed.json()["ttl_seconds"], changed.json()["version"]) == (60, 1)
    stale = await api.person("PUT", TTL, json={"ttl_seconds": 90, "version": 0})
    assert stale.status_code == 409
    assert (await api.person("GET", LIMITS)).json()["per_namespace"] == 3
    limits = await api.person("PUT", LIMITS, json=BOTH)
    assert (limits.json()["per_cluster"], limits.json()["version"]) == (5, 1)
