"""No planted secret survives; what only looks like one stays readable."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from kure.domain.redact import Redactor

CASES = Path(__file__).parents[1] / "cases" / "redact"
REDACTOR = Redactor(bytes(range(32)))
MOST_INNOCENT_MASKED = 0.02

GROUPS = yaml.safe_load((CASES / "secrets.yaml").read_text())
PLANTS = [plant for group in GROUPS for plant in group["plants"]]
NAMES = [f"{group['kind']} {nth}" for group in GROUPS for nth in range(len(group["plants"]))]


def fill(value: Any, secret: str) -> Any:
    if isinstance(value, str):
        return value.replace("¦", "").replace("§", secret)
    if isinstance(value, list):
        return [fill(item, secret) for item in value]
    if isinstance(value, dict):
        return {key: fill(inner, secret) for key, inner in value.items()}
    return value


def container(**fields: Any) -> dict[str, Any]:
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "cart-0"}}
    return {**pod, "spec": {"containers": [{"name": "app", **fields}]}}


def manifest_of(plant: dict[str, Any], form: str) -> dict[str, Any]:
    """The object in which the secret is planted."""
    plant = fill(plant, form)
    if "object" in plant:
        return dict(plant["object"])
    if "config" in plant:
        data = {plant["config"]["key"]: plant["config"]["value"]}
        return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": data}
    if "env" in plant:
        return container(env=[{"value": form, **plant["env"]}])
    return container(**{key: plant[key] for key in ("command", "args") if key in plant})


def planted_and_redacted(plant: dict[str, Any], form: str) -> tuple[str, str]:
    if "text" in plant:
        text = fill(plant["text"], form)
        return text, REDACTOR.text(text)
    manifest = manifest_of(plant, form)
    if "log" in plant:
        line = fill(plant["log"], form)
        return line, REDACTOR.with_secrets_of(manifest).text(line)
    redacted = REDACTOR.manifest(manifest)
    return json.dumps(manifest, ensure_ascii=False), json.dumps(redacted, ensure_ascii=False)


@pytest.mark.parametrize("plant", PLANTS, ids=NAMES)
def test_a_planted_secret_does_not_survive(plant: dict[str, Any]) -> None:
    secret = str(plant["secret"]).replace("¦", "")
    form = base64.b64encode(secret.encode()).decode() if plant.get("as") == "base64" else secret
    before, after = planted_and_redacted(plant, form)
    escaped = json.dumps(form, ensure_ascii=False)[1:-1]
    assert form in before or escaped in before
    for lost in (secret, form, escaped):
        assert lost not in after


def test_the_corpus_is_as_large_and_as_mixed_as_promised() -> None:
    assert len(GROUPS) >= 25
    assert len(PLANTS) >= 200
    words = [str(each["secret"]) for each in PLANTS]
    assert sum(word.isalpha() and word.islower() for word in words) >= len(words) / 2


def innocents() -> list[Any]:
    """Texts, and objects for arguments and variables that only look like secrets."""
    found = yaml.safe_load((CASES / "innocent.yaml").read_text())
    variables = [
        [{"name": name, "value": value} for name, value in each.items()] for each in found["env"]
    ]
    return [
        *found["texts"],
        *(container(args=each) for each in found["args"]),
        *(container(env=each) for each in variables),
        *found["objects"],
    ]


def test_at_most_two_in_a_hundred_innocents_are_masked() -> None:
    values = innocents()
    assert len(values) >= 200
    masked = [
        value
        for value in values
        if value != (REDACTOR.text(value) if isinstance(value, str) else REDACTOR.manifest(value))
    ]
    assert len(masked) <= MOST_INNOCENT_MASKED * len(values), masked
