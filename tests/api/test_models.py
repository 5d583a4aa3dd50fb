"""Providers of models through the API: who may not, what is refused, what is kept and never
shown."""

from typing import Any
from uuid import UUID

import pytest

from kure.adapters.crypto import Keyring
from kure.adapters.postgres.models import settings
from kure.adapters.postgres.models.settings import ModelSettings
from kure.contracts.models import Provider
from kure.ids import new_id
from tests.api.conftest import Api
from tests.api.test_scopes import CART, SHOP, fail

PATH = "/api/admin/llm"
KEY = "sk-very-secret-key-4f2a"
OPENAI: dict[str, Any] = {"id": "main", "kind": "openai", "model": "gpt-6-luna", "key": KEY}
OWN: dict[str, Any] = {
    "id": "own", "kind": "compatible", "model": "small", "base_url": "https://93.184.215.14/v1",
    "headers": {"X-Team": "very-secret-team"},
}  # fmt: skip
EVERYWHERE = ["*/*"]


def body(*providers: dict[str, Any], version: int = 0, **rules: Any) -> dict[str, Any]:
    known = {"version": version, "outside_namespaces": EVERYWHERE, "providers": list(providers)}
    return known | rules


async def put(api: Api, *providers: dict[str, Any], version: int = 0, **rules: Any) -> Any:
    answer = await api.person("PUT", PATH, json=body(*providers, version=version, **rules))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def refused(api: Api, *providers: dict[str, Any], version: int = 0, **rules: Any) -> Any:
    """By the fields that are named, with what is said of them."""
    answer = await api.person("PUT", PATH, json=body(*providers, version=version, **rules))
    assert answer.status_code == 422, answer.text
    assert "very-secret" not in answer.text
    return {one["path"]: one["message"] for one in answer.json()["fields"]}


async def stored(api: Api) -> ModelSettings:
    return await settings.read(
        api.pool, Keyring.load(api.settings.data_dir / "key").cipher("models")
    )


async def provider(api: Api, name: str) -> Provider:
    found = (await stored(api)).provider(name)
    assert found is not None
    return found


async def test_without_a_sign_in_nobody_reads_or_changes_providers(api: Api) -> None:
    tries = (("GET", PATH), ("PUT", PATH), ("POST", f"{PATH}/test"), ("GET", f"{PATH}/preview/x"))
    for method, path in tries:
        assert (await api.client.request(method, path, json={})).status_code == 401
        assert (await api.agent(method, path, json={})).status_code == 403


REFUSED: list[tuple[dict[str, Any], str]] = [
    (OWN | {"base_url": "http://93.184.215.14/v1"}, "providers.0.base_url"),
    (OWN | {"base_url": "https://169.254.169.254/latest"}, "providers.0.base_url"),
    (OWN | {"base_url": "https://[::ffff:127.0.0.1]/"}, "providers.0.base_url"),
    (OWN | {"base_url": "http://127.0.0.1:11434/v1", "place": "inside"}, "providers.0.base_url"),
    (OWN | {"base_url": "https://10.0.0.8/"}, "providers.0.base_url"),
    (OWN | {"base_url": "https://ada:pw@93.184.215.14/"}, "providers.0.base_url"),
    (OWN | {"base_url": "https://93.184.215.14:99999/"}, "providers.0.base_url"),
    (OWN | {"base_url": "models"}, "providers.0.base_url"),
    (OWN | {"base_url": None}, "providers.0.base_url"),
    (OWN | {"headers": {"Host": "elsewhere"}}, "providers.0.headers.Host"),
    (OWN | {"headers": {"X-Team": "…"}}, "providers.0.headers.X-Team"),
    (OWN | {"headers": {"X\n": "a"}}, "providers.0.headers"),
    (OWN | {"model": "a\0b"}, "providers.0.model"),
    (OWN | {"id": "Own!"}, "providers.0.id"),
    (OWN | {"kind": "oracle"}, "providers.0.kind"),
    (OWN | {"at_once": 0}, "providers.0.at_once"),
    (OWN | {"colour": "red"}, "providers.0.colour"),
    (OPENAI | {"key": ""}, "providers.0.key"),
    (OPENAI | {"key": "…4f2a"}, "providers.0.key"),
    (OPENAI | {"place": "inside"}, "providers.0.place"),
]


@pytest.mark.parametrize(("wanted", "field"), REFUSED, ids=lambda one: str(one)[:60])
async def test_a_provider_that_cannot_be_used_is_refused_with_its_field(
    api: Api, wanted: dict[str, Any], field: str
) -> None:
    found = await refused(api, wanted)
    assert any(path.startswith(field) for path in found), found
    assert (await stored(api)).version == 0


async def test_nothing_goes_outside_before_it_is_said_of_what(api: Api) -> None:
    found = await refused(api, OWN, outside_namespaces=[])
    assert '["*/shop", "staging/*"]' in found["outside_namespaces"]
    assert await refused(api, OWN, outside_namespaces=["shop"])
    await put(api, OWN | {"enabled": False}, outside_namespaces=[])
    inside = OWN | {"place": "inside", "base_url": "http://10.0.0.8:8000/v1"}
    await put(api, inside, version=1, outside_namespaces=[])


async def test_two_providers_have_two_ids(api: Api) -> None:
    answer = await api.person("PUT", PATH, json=body(OWN, OWN))
    assert answer.status_code == 422


async def test_keys_go_in_and_do_not_come_out(api: Api) -> None:
    view = await put(api, OPENAI, OWN | {"key": "short"})
    assert (await api.person("GET", PATH)).json() == view
    first, second = view["providers"]
    assert (first["key"], first["key_set_at"] is not None) == ("…4f2a", True)
    assert (second["key"], second["headers"]) == ("…", {"X-Team": "…"})
    assert first["base_url"] == "https://api.openai.com/v1"
    assert first["price"]["output"] is not None
    assert first["health"]["breaker"] == "closed"
    assert view["spent"]["calls"] == 0
    assert {kind["kind"] for kind in view["kinds"]} >= {"openai", "anthropic", "ollama"}
    for table in ("admin_config", "audit_log", "ui_events"):
        kept = await api.pool.fetchval(f"SELECT string_agg(t::text, '') FROM {table} t")
        assert "very-secret" not in kept


async def test_the_audit_log_tells_what_was_changed_and_of_secrets_only_that(api: Api) -> None:
    await put(api, OPENAI)
    await put(api, OPENAI | {"key": "sk-another-very-secret", "at_once": 2}, version=1)
    noted = "SELECT detail FROM audit_log WHERE action = 'setting.change' ORDER BY id DESC LIMIT 1"
    assert await api.pool.fetchval(noted) == {
        "providers.main.key": "changed",
        "providers.main.at_once": {"from": 4, "to": 2},
    }


async def test_what_was_shown_may_be_sent_back_and_changes_nothing(api: Api) -> None:
    view = await put(api, OPENAI, OWN | {"key": "short"})
    before = await stored(api)
    for one in view["providers"]:
        del one["health"], one["key_set_at"]
    sent = {key: value for key, value in view.items() if key not in ("spent", "kinds")}
    answer = await api.person("PUT", PATH, json=sent)
    assert answer.status_code == 200, answer.text
    after = await stored(api)
    assert (after.version, after.providers, after.known) == (2, before.providers, before.known)
    stale = await api.person("PUT", PATH, json=sent)
    assert stale.status_code == 409


@pytest.mark.parametrize(
    "moved",
    [{"base_url": "https://93.184.215.99/v1"}, {"kind": "anthropic", "base_url": None}],
)
async def test_a_secret_does_not_go_to_another_address_by_itself(
    api: Api, moved: dict[str, Any]
) -> None:
    await put(api, OWN | {"key": KEY})
    bare = {key: value for key, value in (OWN | moved).items() if key != "headers"}
    for sent in ({}, {"key": "…4f2a", "headers": {"X-Team": "…"}}):
        found = await refused(api, bare | sent, version=1)
        assert set(found) == {"providers.0.key", "providers.0.headers.X-Team"}
    again = {"key": KEY, "headers": {"X-Team": "very-secret-team"}}
    await put(api, bare | again, version=1)
    assert (await provider(api, "own")).key == KEY


async def test_a_key_is_taken_away_by_an_empty_one(api: Api) -> None:
    await put(api, OWN | {"key": KEY})
    view = await put(api, OWN | {"key": "", "headers": {}}, version=1)
    assert (view["providers"][0]["key"], view["providers"][0]["key_set_at"]) == ("", None)
    assert (await provider(api, "own")).headers == {}


async def test_a_provider_that_is_mended_is_asked_again_at_once(api: Api) -> None:
    await put(api, OWN)
    breaker = (await stored(api)).breaker(await provider(api, "own"))
    await api.pool.execute(
        "INSERT INTO model_breakers (provider, failures, failing_since, open_until, error)"
        " VALUES ($1, 3, now(), now() + interval '1 hour', 'It answered 401.')",
        breaker,
    )
    (shown,) = (await api.person("GET", PATH)).json()["providers"]
    assert (shown["health"]["breaker"], shown["health"]["error"]) == ("open", "It answered 401.")
    parts = (await api.person("GET", "/api/admin/health")).json()["parts"]
    (part,) = (one for one in parts if one["name"] == "model own")
    assert (part["state"], part["detail"]) == ("degraded", "It answered 401.")
    (shown,) = (await put(api, OWN | {"key": "right"}, version=1))["providers"]
    assert shown["health"]["breaker"] == "closed"
    assert await api.count("model_breakers") == 0


async def test_an_unknown_provider_is_not_tested(api: Api) -> None:
    answer = await api.person("POST", f"{PATH}/test", json={"provider": "nobody"})
    assert answer.status_code == 404


CAUSE: dict[str, Any] = {
    "rule": "crash-unknown", "failure_class": "crash_loop", "container": "app",
    "title": "It ends by itself", "explanation": "It exits with code 3.", "confidence": "symptom",
    "evidence": [], "fix": "", "commands": [], "patch": None, "blames": None,
}  # fmt: skip


async def diagnosed(api: Api, namespace: str) -> str:
    """An incident with a log that was captured, and what the rules say."""
    incident = await fail(api, namespace)
    cited = await api.pool.fetchval(
        "SELECT id FROM evidence WHERE incident_id = $1", UUID(incident)
    )
    await api.pool.execute(
        "INSERT INTO diagnoses (id, incident_id, number, source, explains, causes, unavailable,"
        " evidence_ids, created_at) VALUES ($1, $2, 1, 'rules', '{}', $3, '[]', $4, now())",
        *(new_id(), UUID(incident), [CAUSE], [cited]),
    )
    return incident


async def test_the_preview_is_the_prompt_and_names_who_would_get_it(api: Api) -> None:
    incident = await diagnosed(api, SHOP)
    path = f"{PATH}/preview/{incident}"
    found = (await api.person("GET", path)).json()
    assert found["provider"] is None
    assert "no provider of models is set up" in found["why_not"]
    assert "it has ended" in found["question"]
    assert "It exits with code 3." in found["question"]
    assert found["tokens"] > 100
    assert SHOP in found["question"]
    await put(api, OPENAI, hide_names=True)
    found = (await api.person("GET", path)).json()
    assert (found["provider"], found["why_not"]) == ("main", "")
    assert 0 < float(found["usd"]) < 1
    assert f"p-{SHOP}" not in found["question"]
    assert "[redacted:name:" in found["question"]
    await put(api, OPENAI, version=1, outside_namespaces=[f"*/{CART}"])
    found = (await api.person("GET", path)).json()
    assert found["provider"] is None
    assert "main is outside" in found["why_not"]
    assert await api.count("model_calls") == 0


async def test_before_the_rules_have_spoken_there_is_no_preview(api: Api) -> None:
    incident = await fail(api, SHOP)
    assert (await api.person("GET", f"{PATH}/preview/{incident}")).status_code == 409
    assert (await api.person("GET", f"{PATH}/preview/{new_id()}")).status_code == 404


async def test_what_people_say_of_an_answer_is_kept(api: Api) -> None:
    incident = await diagnosed(api, SHOP)
    path = f"/api/incidents/{incident}/feedback"
    wrong = {"about": "rules", "right": False, "text": "It was the disk."}
    assert (await api.person("POST", path, json={"about": "people"})).status_code == 422
    assert (await api.person("POST", path, json=wrong | {"about": "model"})).status_code == 404
    assert (await api.person("POST", path, json=wrong)).status_code == 204
    assert (await api.person("POST", path, json=wrong | {"right": True})).status_code == 204
    (row,) = await api.pool.fetch("SELECT is_right, text FROM feedback")
    assert (row["is_right"], row["text"]) == (True, "It was the disk.")
    assert await api.pool.fetchval("SELECT count(*) FROM audit_log WHERE action = 'feedback'") == 2
