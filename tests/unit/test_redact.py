"""Redaction by cases: text, Kubernetes objects, whole files, and what one tells of another."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from kure.domain.redact import PLACEHOLDER, Redactor, redact_document

CASES = Path(__file__).parents[1] / "cases" / "redact"
KEY = bytes(range(32))
REDACTOR = Redactor(KEY)
SHORT = re.compile(r"\[redacted:([a-z-]+):[0-9a-f]{8}\]")


def cases(file: str) -> list[Any]:
    found = yaml.safe_load((CASES / file).read_text())
    return [pytest.param(case, id=case["name"]) for case in found]


def short(value: Any) -> Any:
    """The value with `<kind>` for each placeholder."""
    return json.loads(SHORT.sub(r"<\1>", json.dumps(value)))


@pytest.mark.parametrize("case", cases("text.yaml"))
def test_text(case: dict[str, str]) -> None:
    assert short(REDACTOR.text(case["input"])) == case.get("expect", case["input"])


@pytest.mark.parametrize("case", cases("manifests.yaml"))
def test_manifest(case: dict[str, Any]) -> None:
    assert short(REDACTOR.manifest(case["input"])) == case.get("expect", case["input"])


@pytest.mark.parametrize("case", cases("documents.yaml"))
def test_document(case: dict[str, str]) -> None:
    redacted = redact_document(case["input"], REDACTOR)
    assert short(redacted) == case["expect"]
    assert redacted.count("\n") == case["input"].count("\n")
    assert redact_document(redacted, REDACTOR) == redacted


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_key_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="has 32 bytes"):
        Redactor(bytes(length))


def test_the_key_and_known_values_are_not_shown() -> None:
    shown = repr(Redactor(b"k" * 32).known(["swordfish"]))
    assert "kkk" not in shown
    assert "swordfish" not in shown


def test_the_same_value_has_the_same_digits_in_every_kind_and_place() -> None:
    text = REDACTOR.text("password=swordfish redis://:swordfish@r token: swordfish")
    assert len({found[0][-9:] for found in PLACEHOLDER.finditer(text)}) == 1
    assert len(PLACEHOLDER.findall(text)) == 3


def test_another_cluster_gives_other_placeholders() -> None:
    other = Redactor(bytes(32))
    assert other.text("password: swordfish") != REDACTOR.text("password: swordfish")


def test_a_forged_placeholder_does_not_shield_what_stands_beside_it() -> None:
    assert "swordfish" not in REDACTOR.text("password=[redacted:env:0a1b2c3d]swordfish")
    assert "swordfish" not in REDACTOR.text("password=[redacted:env:nothex!!]swordfish")
    assert "swordfish" not in REDACTOR.text("password=\ufdd0\ufdd1\ufddbswordfish")


def test_further_variables_may_be_allowed() -> None:
    manifest = {"env": [{"name": "FLAVOUR", "value": "vanilla"}]}
    allowing = Redactor(KEY, allowed=frozenset({"flavour"}))
    assert allowing.manifest(manifest) == manifest
    assert allowing.text("FLAVOUR=vanilla") == "FLAVOUR=vanilla"
    assert REDACTOR.manifest(manifest) != manifest


def pod(*env: tuple[str, str], name: str = "cart-0") -> dict[str, Any]:
    variables = [{"name": key, "value": value} for key, value in env]
    return {
        "kind": "Pod",
        "metadata": {
            "name": name,
            "namespace": "shop",
            "labels": {"app": "cart"},
            "ownerReferences": [{"kind": "StatefulSet", "name": "cart"}],
        },
        "spec": {"nodeName": "node-7", "containers": [{"name": "app", "env": variables}]},
    }


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("swordfish", "said swordfish."),
        ("swordfish", "in base64 c3dvcmRmaXNo here"),
        ("sword fish!", "in a URL sword%20fish%21 here"),
        ('sword"fish', 'in JSON sword\\"fish here'),
        ("first-one\nsecond-one", "only second-one here"),
        ("k9Qm2xVw", "inside xk9Qm2xVwx too"),
        ("13371337", "code 13371337"),
    ],
)
def test_what_a_pod_gives_away_is_hidden_in_its_log(value: str, line: str) -> None:
    knowing = REDACTOR.with_secrets_of(pod(("DB_PASSWORD", value)))
    assert PLACEHOLDER.search(knowing.text(line))


@pytest.mark.parametrize(
    ("variable", "value", "line"),
    [
        ("STAGE", "production", "in production now"),
        ("GREETING", "swordfish", "a swordfishes' tale"),
        ("PEER", "kafka.shop:9092", "dial kafka.shop:9092 failed"),
        ("PLACE", "/var/lib/app", "no space in /var/lib/app"),
        ("WORD", "cat", "a cat"),
        ("DB_PASSWORD", "1234", "port 1234"),
        ("DB_PASSWORD", "cart", "cart is down"),
    ],
)
def test_words_that_every_log_is_full_of_stay(variable: str, value: str, line: str) -> None:
    assert REDACTOR.with_secrets_of(pod((variable, value))).text(line) == line


def test_an_object_that_gives_nothing_away_changes_nothing() -> None:
    assert REDACTOR.with_secrets_of(pod(("PORT", "80"))) is REDACTOR


def test_the_data_of_a_secret_is_known_in_clear() -> None:
    secret = {"kind": "Secret", "data": {"password": "c3dvcmRmaXNo"}}
    assert "swordfish" not in REDACTOR.with_secrets_of(secret).text("said swordfish")


def test_known_values_are_hidden_by_the_kind_they_are_given() -> None:
    knowing = REDACTOR.known(["swordfish", " "], kind="password")
    assert short(knowing.text("a swordfish b")) == "a <password> b"


def test_names_are_hidden_if_asked_for() -> None:
    naming = Redactor(KEY, names=True)
    log = "cart-0 of cart in shop on node-7: dial db"
    expected = "<name> of <name> in <name> on <name>: dial db"
    assert short(naming.with_secrets_of(pod()).text(log)) == expected
    assert REDACTOR.with_secrets_of(pod()).text(log) == log
    metadata = naming.manifest(pod())["metadata"]
    assert short(metadata["name"]) == "<name>"
    assert short(metadata["ownerReferences"][0]["name"]) == "<name>"


def test_names_in_lists_and_events_are_hidden_too() -> None:
    naming = Redactor(KEY, names=True)
    event = {"kind": "Event", "involvedObject": {"name": "till-0", "namespace": "default"}}
    knowing = naming.with_secrets_of({"kind": "List", "items": [event, pod(name="web-1")]})
    assert short(knowing.text("till-0 web-1 default")) == "<name> <name> default"


@pytest.mark.parametrize("broken", [None, "x", [], 5])
def test_objects_with_fields_of_the_wrong_type_are_redacted_all_the_same(broken: Any) -> None:
    manifest = {
        "kind": "Pod",
        "metadata": {"name": broken, "labels": broken, "ownerReferences": broken},
        "spec": broken,
        "items": broken,
        "data": broken,
        "env": [broken, {"name": broken, "value": broken}],
        "args": [broken],
        "password": broken,
    }
    naming = Redactor(KEY, names=True)
    assert naming.manifest(manifest).keys() == manifest.keys()
    assert naming.manifest({**manifest, "metadata": broken})["kind"] == "Pod"


def test_an_object_too_deep_to_be_one_is_hidden_whole() -> None:
    deep: Any = "swordfish"
    for _ in range(200):
        deep = {"a": [deep]}
    assert "swordfish" not in json.dumps(REDACTOR.manifest(deep))


def test_json_too_deep_for_the_parser_is_text() -> None:
    deep = "[" * 100_000 + '{"password":"swordfish"}'
    assert "swordfish" not in redact_document(deep, REDACTOR)


def test_the_rest_of_a_longer_secret_goes_with_its_known_beginning() -> None:
    knowing = REDACTOR.known(["x7Kq2Zp9Lw4v"])
    assert short(knowing.text("key/x7Kq2Zp9Lw4vR7tLpZnYbT6c said no")) == "key/<secret> said no"
