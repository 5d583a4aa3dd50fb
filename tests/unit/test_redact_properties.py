"""What redaction keeps whatever it is given: lines, keys, structure, and its own output."""

import json
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kure.domain.redact import Redactor, redact_document

REDACTOR = Redactor(bytes(range(32)))

PIECES = st.sampled_from(
    (
        "password", "PASSWORD", "token", "apiKey", "secret", "Authorization", "Cookie", "auth",
        "DB_HOST", "--password", "-p", "mysql", "export ", "kind: Secret", "data:", "Environment:",
        "name", "value", "Bearer ", "Basic ", "https://", "user", "swordfish", "k9Qm2xVwR7tLpZnYb",
        "AKIAQ3EGRZWX7DLTMPNB", "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----",
        "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC", "cGFzc3dvcmQ9c3dvcmRmaXNoCg==", "a@example.com",
        "[redacted:password:0a1b2c3d]", "[redacted:", "\ufdd0\ufdd1\ufddb", "\u0130", "\\n", "\\\"",
        ":", ": ", "=", " = ", "\n", "\n  ", "\n- ", " ", "  ", "\t", '"', "'", "`", "\\", ",", ";",
        "&", "?", "@", "/", "|", "{", "}", "[", "]", "(", ")", "<", ">", "$", "is", "not", "1", "-",
    )
)  # fmt: skip
TEXTS = st.lists(PIECES | st.text(max_size=8), max_size=24).map("".join)

KEYS = st.sampled_from(
    "kind name value env args command data stringData annotations metadata password token secrets"
    " spec containers image message".split()
)
SCALARS = st.none() | st.booleans() | st.integers() | TEXTS | st.just("Secret")
OBJECTS = st.dictionaries(
    KEYS,
    st.recursive(
        SCALARS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
        max_leaves=12,
    ),
    max_size=5,
)


def shape(value: Any) -> Any:
    """The structure without its values."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape(inner) for inner in value]
    return None


@given(TEXTS)
def test_text_keeps_its_lines(text: str) -> None:
    assert REDACTOR.text(text).count("\n") == text.count("\n")


@given(TEXTS)
def test_redacted_text_goes_through_unchanged(text: str) -> None:
    once = REDACTOR.text(text)
    assert REDACTOR.text(once) == once


@given(TEXTS, st.lists(st.text(min_size=4, max_size=8), max_size=3))
def test_what_an_agent_redacted_with_more_knowledge_goes_through_unchanged(
    text: str, known: list[str]
) -> None:
    once = REDACTOR.known(known).text(text)
    assert REDACTOR.text(once) == once


@settings(deadline=None)
@given(OBJECTS)
def test_manifests_keep_their_keys_and_structure(manifest: dict[str, Any]) -> None:
    assume(manifest.get("kind") != "Secret")  # each of its values is hidden whole, whatever it is
    before = json.dumps(manifest)
    assert shape(REDACTOR.manifest(manifest)) == shape(manifest)
    assert json.dumps(manifest) == before


@settings(deadline=None)
@given(OBJECTS)
def test_redacted_manifests_go_through_unchanged(manifest: dict[str, Any]) -> None:
    once = REDACTOR.manifest(manifest)
    assert REDACTOR.manifest(once) == once


@settings(deadline=None)
@given(OBJECTS)
def test_documents_keep_their_structure(manifest: dict[str, Any]) -> None:
    redacted = redact_document(json.dumps(manifest), REDACTOR)
    assert shape(json.loads(redacted)) == shape(manifest)
