"""Settings: what cannot work is refused by name, never with its value; secrets print as stars."""

from pathlib import Path
from typing import Any

import pytest

from api.oidc import check as check_oidc
from kure import settings
from kure.adapters.temporal import tls
from kure.errors import Misconfigured
from kure.settings import Settings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KURE_PORT", "no-number"),
        ("KURE_PORT", "70000"),
        ("KURE_CLUSTER", "Not A Label"),
        ("KURE_GRACES__PENDING", "soon"),
        ("KURE_LOG_LEVEL", "LOUD"),
        ("KURE_SERVICE_TOKENS", "{"),
        ("KURE_OIDC_ISSUER", "sso.example.com"),
        ("KURE_OIDC_GROUPS", '{"ops": {"role": "owner"}}'),
    ],
)
def test_a_setting_that_cannot_work_is_named_without_its_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(Misconfigured, match=name) as refused:
        settings.load()
    assert value not in str(refused.value).replace(name, "")


def test_secrets_print_as_stars() -> None:
    known = Settings(
        database_url="postgresql://kure:rosebud@db/kure",
        temporal_api_key="rosebud",
        service_token="rosebud",
        service_tokens={"prod": "rosebud"},
        oidc_client_secret="rosebud",
    )
    assert "rosebud" not in repr(known)


def test_a_local_temporal_is_spoken_to_plainly() -> None:
    assert tls(Settings()) is False


@pytest.mark.parametrize("given", [{"temporal_api_key": "k"}, {"temporal_tls": True}])
def test_a_key_or_a_wish_means_tls(given: dict[str, object]) -> None:
    assert tls(Settings(**given)) is not False  # type: ignore[arg-type]  # by field name


def test_both_halves_of_a_certificate_are_sent(tmp_path: Path) -> None:
    cert, key, ca = (tmp_path / name for name in ("cert", "key", "ca"))
    for file in (cert, key, ca):
        file.write_bytes(file.name.encode())
    found = tls(Settings(temporal_tls_cert=cert, temporal_tls_key=key, temporal_tls_ca=ca))
    assert not isinstance(found, bool)
    assert (found.client_cert, found.client_private_key) == (b"cert", b"key")
    assert found.server_root_ca_cert == b"ca"


def test_half_a_certificate_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="go together"):
        tls(Settings(temporal_tls_cert=tmp_path / "cert"))


def test_a_certificate_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    missing = tmp_path / "absent"
    with pytest.raises(Misconfigured, match="absent"):
        tls(Settings(temporal_tls_ca=missing))


OIDC: dict[str, Any] = {
    "oidc_issuer": "https://sso.example.com/realms/example",
    "oidc_client_id": "kure",
    "oidc_groups": {"ops": {"role": "admin"}, "shop": {"role": "read", "scopes": ["*/shop"]}},
    "public_url": "https://kure.example.com",
}


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"oidc_client_id": ""}, "KURE_OIDC_CLIENT_ID"),
        ({"oidc_groups": {}}, "KURE_OIDC_GROUPS"),
        ({"public_url": None}, "KURE_PUBLIC_URL"),
        ({"oidc_scope": "profile email"}, "openid"),
        ({"oidc_groups": {"ops": {"role": "admin", "scopes": ["prod/*"]}}}, "'ops'"),
        ({"oidc_groups": {"ops": {"role": "read", "scopes": ["prod"]}}}, "prod"),
        ({"oidc_groups": {"ops": {"role": "read", "scopes": []}}}, "at least one"),
    ],
)
def test_a_provider_that_nobody_could_sign_in_through_is_refused(
    given: dict[str, object], named: str
) -> None:
    check_oidc(Settings())
    check_oidc(Settings(**OIDC))
    with pytest.raises(Misconfigured, match=named):
        check_oidc(Settings(**OIDC | given))
