"""The provider that is evaluated: what is refused, and that its key is told to nobody."""

from pathlib import Path

import pytest

from kure.errors import InvalidInput
from tests.evals.provider import is_loopback, provider_of

OPENAI = {"KURE_EVAL_KIND": "openai", "KURE_EVAL_KEY": "sk-secret"}
LOCAL = {
    "KURE_EVAL_KIND": "compatible",
    "KURE_EVAL_MODEL": "llama",
    "KURE_EVAL_BASE_URL": "http://127.0.0.1:8000/v1",
    "KURE_EVAL_PLACE": "inside",
}


@pytest.mark.parametrize(
    ("env", "why"),
    [
        ({}, "set KURE_EVAL_KIND"),
        ({"KURE_EVAL_KIND": "openai"}, "needs its key in KURE_EVAL_KEY"),
        (OPENAI | {"KURE_EVAL_KIND": "sk-secret"}, "The provider cannot be used: kind"),
        (OPENAI | {"KURE_EVAL_MODEL": "unheard-of"}, "no limit of money would hold"),
        (LOCAL | {"KURE_EVAL_BASE_URL": ""}, "needs KURE_EVAL_BASE_URL"),
        (LOCAL | {"KURE_EVAL_PLACE": "outside"}, "no limit of money would hold"),
        (LOCAL | {"KURE_EVAL_MODEL": ""}, "model"),
    ],
)
def test_what_cannot_be_asked_is_refused(env: dict[str, str], why: str) -> None:
    with pytest.raises(InvalidInput, match=why) as refused:
        provider_of(None, env)
    assert "sk-secret" not in str(refused.value)


@pytest.mark.parametrize("text", ["kind: [", "- kind", "kind: openai\nkey: sk-secret", ""])
def test_a_file_that_is_none_or_has_a_key_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "provider.yaml"
    file.write_text(text)
    with pytest.raises(InvalidInput, match=r"provider\.yaml") as refused:
        provider_of(file, OPENAI)
    assert "sk-secret" not in str(refused.value)


def test_the_environment_stands_above_the_file(tmp_path: Path) -> None:
    file = tmp_path / "provider.yaml"
    file.write_text("{kind: openai, model: mine, price: {input: 1, output: 2, cached: 0}}")
    found = provider_of(file, OPENAI | {"KURE_EVAL_MODEL": "other"})
    assert (found.model, found.place, found.key) == ("other", "outside", "sk-secret")
    assert found.price is not None


def test_a_kind_proposes_its_first_model() -> None:
    assert provider_of(None, OPENAI).model.startswith("gpt-")


def test_a_model_on_this_machine_needs_neither_key_nor_price() -> None:
    found = provider_of(None, LOCAL)
    assert is_loopback(found)
    assert found.key is None
    assert not is_loopback(provider_of(None, OPENAI))
