"""Channels through the API: who may not, what is refused, what is kept and never shown."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from kure.adapters.crypto import Keyring
from kure.adapters.postgres import channels
from tests.api.conftest import Api, running, settings_for
from tests.notify.receiver import receiving
from workers.wiring import serve
from workflows.names import NOTIFY

PATH = "/api/admin/notifications"
HOOK = "https://93.184.215.14/services/T0/B0/very-secret-path"
SLACK: dict[str, Any] = {"id": "ops", "kind": "slack", "address": HOOK}


async def test_without_a_sign_in_nobody_reads_or_changes_channels(api: Api) -> None:
    for method, path in (("GET", PATH), ("PUT", PATH), ("POST", f"{PATH}/test")):
        assert (await api.client.request(method, path, json={})).status_code == 401
        assert (await api.agent(method, path, json={})).status_code == 403


REFUSED: list[tuple[dict[str, Any], str]] = [
    (SLACK | {"address": "http://93.184.215.14/x"}, "channels.0.address"),
    (SLACK | {"address": "https://169.254.169.254/latest"}, "channels.0.address"),
    (SLACK | {"address": "https://[::ffff:127.0.0.1]/"}, "channels.0.address"),
    (SLACK | {"address": "https://127.1/"}, "channels.0.address"),
    (SLACK | {"address": "https://10.0.0.8/"}, "channels.0.address"),
    (SLACK | {"address": "https://10.0.0.8:6443/", "inside": True}, "channels.0.address"),
    (SLACK | {"address": "https://ada:pw@93.184.215.14/"}, "channels.0.address"),
    (SLACK | {"address": "slack"}, "channels.0.address"),
    ({"id": "ops", "kind": "slack"}, "channels.0.address"),
    ({"id": "ops", "kind": "slack", "token": "xoxb"}, "channels.0.room"),
    ({"id": "ops", "kind": "pagerduty"}, "channels.0.token"),
    ({"id": "ops", "kind": "webhook", "address": HOOK}, "channels.0.token"),
    (SLACK | {"id": "Ops!"}, "channels.0.id"),
    (SLACK | {"id": "dead-man"}, "channels.0.id"),
    (SLACK | {"kind": "pigeon"}, "channels.0.kind"),
    (SLACK | {"severity": "mild"}, "channels.0.severity"),
    (SLACK | {"quiet": {"start": "22:00", "end": "25:00"}}, "channels.0.quiet.end"),
    (
        SLACK | {"quiet": {"start": "22:00", "end": "06:00", "zone": "Mars"}},
        "channels.0.quiet.zone",
    ),
    (SLACK | {"namespaces": ["shop\0"]}, "channels.0.namespaces.0"),
    (SLACK | {"address": "https://93.184.215.14:99999/"}, "channels.0.address"),
    (SLACK | {"colour": "red"}, "channels.0.colour"),
    ({"id": "ops", "kind": "apprise"}, "channels.0.address"),
    ({"id": "ops", "kind": "apprise", "address": HOOK}, "channels.0.address"),
    ({"id": "ops", "kind": "apprise", "address": "json://example.com/x"}, "channels.0.address"),
    ({"id": "ops", "kind": "apprise", "address": "mailtos://a:b@x.com"}, "channels.0.address"),
    ({"id": "ops", "kind": "slack", "address": "discord://123/abc"}, "channels.0.address"),
]


@pytest.mark.parametrize(("channel", "field"), REFUSED, ids=lambda one: str(one)[:60])
async def test_a_channel_that_cannot_be_used_is_refused_with_its_field(
    api: Api, channel: dict[str, Any], field: str
) -> None:
    answer = await api.person("PUT", PATH, json={"version": 0, "channels": [channel]})
    assert answer.status_code == 422, answer.text
    assert field in [one["path"] for one in answer.json()["fields"]]
    assert "very-secret" not in answer.text
    assert (await api.person("GET", PATH)).json()["version"] == 0


async def test_two_channels_have_two_ids(api: Api) -> None:
    answer = await api.person("PUT", PATH, json={"version": 0, "channels": [SLACK, SLACK]})
    assert answer.status_code == 422


async def test_secrets_go_in_and_do_not_come_out(api: Api) -> None:
    pager = {"id": "pager", "kind": "pagerduty", "token": "routing-key-of-32-letters"}
    dead_man = {"address": "https://93.184.215.14/ping/uuid-secret", "every_seconds": 60}
    body = {"version": 0, "channels": [SLACK, pager], "dead_man": dead_man}
    answer = await api.person("PUT", PATH, json=body)
    assert answer.status_code == 200, answer.text
    read = (await api.person("GET", PATH)).json()
    assert read == answer.json()
    assert [one["address"] for one in read["channels"]] == ["https://93.184.215.14/…", ""]
    assert [one["token"] for one in read["channels"]] == ["", "…"]
    assert read["dead_man"]["address"] == "https://93.184.215.14/…"
    for table in ("admin_config", "audit_log"):
        kept = await api.pool.fetchval(f"SELECT string_agg(t::text, '') FROM {table} t")
        for secret in ("very-secret-path", "routing-key", "uuid-secret"):
            assert secret not in kept


async def test_the_audit_log_tells_what_was_changed_and_no_secret_not_even_sealed(api: Api) -> None:
    await api.person("PUT", PATH, json={"version": 0, "channels": [SLACK]})
    changed = SLACK | {"severity": "high", "address": HOOK + "-2"}
    await api.person("PUT", PATH, json={"version": 1, "channels": [changed]})
    noted = "SELECT detail FROM audit_log WHERE action = 'setting.change' ORDER BY id"
    first, second = [row["detail"] for row in await api.pool.fetch(noted)]
    assert first[f"channels.{SLACK['id']}.address"] == "set"
    assert second == {
        f"channels.{SLACK['id']}.severity": {"from": SLACK.get("severity", "low"), "to": "high"},
        f"channels.{SLACK['id']}.address": "changed",
    }
    assert "sealed" not in str(first) + str(second)


async def test_what_was_shown_may_be_sent_back_and_changes_nothing(api: Api) -> None:
    await api.person("PUT", PATH, json={"version": 0, "channels": [SLACK]})
    read = (await api.person("GET", PATH)).json()
    for one in read["channels"]:
        del one["health"]
    read["channels"][0]["severity"] = "high"
    answer = await api.person("PUT", PATH, json=read)
    assert answer.status_code == 200, answer.text
    assert answer.json()["version"] == 2
    cipher = Keyring.load(api.settings.data_dir / "key").cipher("notifications")
    (stored,) = (await channels.read(api.pool, cipher)).channels
    assert stored.address == HOOK
    stale = await api.person("PUT", PATH, json=read)
    assert stale.status_code == 409


async def test_of_an_address_of_apprises_only_the_service_is_shown(api: Api) -> None:
    address = "discord://123456789012345678/very-secret-path"
    chat = {"id": "chat", "kind": "apprise", "address": address}
    answer = await api.person("PUT", PATH, json={"version": 0, "channels": [chat]})
    assert answer.status_code == 200, answer.text
    (shown,) = answer.json()["channels"]
    assert shown["address"] == "discord://…"
    chat["address"] = shown["address"]
    assert (
        await api.person("PUT", PATH, json={"version": 1, "channels": [chat]})
    ).status_code == 200
    cipher = Keyring.load(api.settings.data_dir / "key").cipher("notifications")
    (stored,) = (await channels.read(api.pool, cipher)).channels
    assert stored.address == address


async def test_a_token_does_not_go_to_another_address_by_itself(api: Api) -> None:
    own = {"id": "own", "kind": "webhook", "address": HOOK, "token": "secret-of-ours"}
    await api.person("PUT", PATH, json={"version": 0, "channels": [own]})
    moved = {"id": "own", "kind": "webhook", "address": "https://93.184.215.99/", "token": "…"}
    answer = await api.person("PUT", PATH, json={"version": 1, "channels": [moved]})
    assert answer.status_code == 422
    assert answer.json()["fields"][0]["path"] == "channels.0.token"


async def test_an_unknown_channel_is_not_tested(api: Api) -> None:
    answer = await api.person("POST", f"{PATH}/test", json={"channel": "nobody"})
    assert answer.status_code == 404


async def test_a_test_message_goes_out_from_a_worker_and_its_outcome_is_shown(
    database: str, temporal_address: str, data_dir: Path
) -> None:
    known = settings_for(database, temporal_address, data_dir, outgoing_loopback=True)
    stop = asyncio.Event()
    async with running(known) as api, receiving() as receiver:
        pager = {
            "id": "pager", "kind": "pagerduty", "token": "r" * 32, "address": f"{receiver.url}/pd",
        }  # fmt: skip
        answer = await api.person("PUT", PATH, json={"version": 0, "channels": [pager]})
        assert answer.status_code == 200, answer.text
        working = asyncio.create_task(serve(known, (NOTIFY,), stop))
        try:
            body = {"channel": "pager"}
            tested = (await api.person("POST", f"{PATH}/test", json=body, timeout=30)).json()
            assert tested == {"ok": True, "detail": ""}
            receiver.status = 500
            failed = (await api.person("POST", f"{PATH}/test", json=body, timeout=30)).json()
        finally:
            stop.set()
            await working
        assert failed["ok"] is False
        assert "500" in failed["detail"]
        (channel,) = (await api.person("GET", PATH)).json()["channels"]
    assert channel["health"]["failing_since"]
    assert [page["event_action"] for page in receiver.of("/pd")] == ["trigger", "resolve"]
