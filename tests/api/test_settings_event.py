"""A change of a setting is told to admins, by its name only."""

import pytest

from tests.api.conftest import Api
from tests.api.live import crash
from tests.api.people import browser, make
from tests.api.test_scopes import told

RETENTION = "/api/admin/settings/history-retention"
CHANNELS = "/api/admin/notifications"
SLACK = {"id": "ops", "kind": "slack", "address": "https://93.184.215.14/very-secret-path"}
TOLD = "SELECT payload, version FROM ui_events WHERE topic = 'settings.changed' ORDER BY seq"


async def test_what_is_refused_is_no_change(api: Api) -> None:
    await api.person("PUT", RETENTION, json={"keep_days": 0, "version": 0})
    stale = await api.person("PUT", RETENTION, json={"keep_days": 30, "version": 7})
    assert stale.status_code == 409
    assert not await api.pool.fetch(TOLD)


@pytest.mark.parametrize(
    ("role", "scopes", "is_told"),
    [
        ("read", ("*/*",), False),
        ("write", ("*/*",), False),
        ("admin", ("*/shop",), False),
        ("admin", ("*/*",), True),
    ],
)
async def test_only_admins_of_everything_are_told(
    api: Api, role: str, scopes: tuple[str, ...], is_told: bool
) -> None:
    await make(api, "ada", role, scopes)
    async with browser(api, "ada") as ada, ada.stream("GET", "/api/events") as stream:
        await api.person("PUT", RETENTION, json={"keep_days": 30, "version": 0})
        await crash(api, 1)
        seen = await told(stream, "incident.created")
    assert ("event: settings.changed" in seen) is is_told
    assert ('data: {"key":"history-retention"}' in seen) is is_told


async def test_of_channels_only_the_name_of_the_setting_is_told(api: Api) -> None:
    answer = await api.person("PUT", CHANNELS, json={"version": 0, "channels": [SLACK]})
    assert answer.status_code == 200, answer.text
    (event,) = await api.pool.fetch(TOLD)
    assert dict(event) == {"payload": {"key": "notifications"}, "version": 1}
