"""What of a model's answer is believed: tests/cases/models/answers.yaml."""

import json
from copy import deepcopy
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kure.contracts.investigating import ModelAnswer
from kure.domain.models.answer import SCHEMA, Answer, Unusable, parse
from kure.domain.models.schema import problem
from kure.domain.models.tools import TOOLS
from kure.domain.workloads import Workload
from tests.case_files import read

CART = Workload("prod", "shop", "Deployment", "cart")
EVIDENCE = [
    ("id-1", ["Traceback (most recent call last):", "KeyError: PORT", ""]),
    ("id-2", ["spec:", "  name: PORT"]),
]
GOOD: dict[str, Any] = {
    "cause": "ConfigMap shop-config has no key PORT, which the container needs",
    "why": "The log ends with a KeyError.",
    "confidence": "high",
    "evidence": [{"evidence": 1, "line": 2}, {"evidence": 2, "line": 2}],
    "ruled_out": [{"cause": "Out of memory", "why_not": "It exits with 1."}],
    "missing": [],
    "fix": {
        "kind": "Deployment",
        "namespace": "shop",
        "name": "cart",
        "title": "Set PORT",
        "explanation": "The program reads it.",
        "risk": "None that is known.",
        "operations": [
            {
                "op": "add",
                "path": "/spec/template/spec/containers/0/env/-",
                "value": '{"name": "PORT", "value": "8080"}',
            },
            {"op": "remove", "path": "/spec/template/spec/containers/0/command", "value": ""},
        ],
    },
}


def at(value: Any, path: str) -> Any:
    """What stands at a path of keys and numbers; `length` of what holds it."""
    for key in path.split("."):
        if key == "length":
            return len(value)
        value = value[int(key)] if isinstance(value, list | tuple) else value[key]
    return value


def put(value: Any, path: str, new: Any) -> None:
    *parents, last = path.split(".")
    holder = at(value, ".".join(parents)) if parents else value
    holder[int(last) if isinstance(holder, list) else last] = new


def text_of(case: dict[str, Any]) -> str:
    if "text" in case:
        return str(case["text"])
    if "repeated" in case:
        return str(case["repeated"]) * int(case.get("times", 100_000))
    answer = deepcopy(GOOD)
    for path, new in case.get("change", {}).items():
        put(answer, path, new)
    if "long" in case:
        put(answer, case["long"], json.dumps("x" * 20_000))
    if "long_text" in case:
        put(answer, case["long_text"], "word " * 1000)
    if "many" in case:
        put(answer, case["many"], at(answer, case["many"])[:1] * 51)
    text = json.dumps(answer)
    return f"```json\n{text}\n```" if case.get("fenced") else text


@pytest.mark.parametrize("case", read("models/answers.yaml"), ids=lambda case: case["name"])
def test_an_answer_is_believed_as_far_as_it_is_checked(case: dict[str, Any]) -> None:
    found = parse(text_of(case), EVIDENCE, CART)
    if "refused" in case:
        assert isinstance(found, Unusable)
        assert case["refused"] in found.reason
        return
    assert isinstance(found, Answer), found
    kept = asdict(found)
    assert {path: at(kept, path) for path in case["kept"]} == case["kept"]


def test_a_checked_answer_is_the_message_that_people_see() -> None:
    found = parse(json.dumps(GOOD), EVIDENCE, CART)
    assert isinstance(found, Answer)
    told = ModelAnswer.model_validate(asdict(found))
    assert told.fix is not None
    assert [step.op for step in told.fix.operations] == ["add", "remove"]
    assert told.evidence[0].text == "KeyError: PORT"


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
).map(json.dumps)


@settings(deadline=None)
@given(st.text() | ANY_JSON)
def test_nothing_that_a_model_may_say_raises(text: str) -> None:
    assert isinstance(parse(text, EVIDENCE, CART), Unusable)


@settings(deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(["high", "/a", ""]),
        lambda inner: st.lists(inner, max_size=3),
        max_leaves=5,
    ),
    st.sampled_from(
        [*GOOD, *(f"fix.{key}" for key in GOOD["fix"]), "evidence.0.line", "evidence.0.evidence",
         "fix.operations.0.value", "fix.operations.0.path", "fix.operations.0.op"]
    ),
)  # fmt: skip
def test_whatever_stands_in_one_place_is_refused_or_bounded(value: Any, path: str) -> None:
    answer = deepcopy(GOOD)
    put(answer, path, value)
    found = parse(json.dumps(answer), EVIDENCE, CART)
    if isinstance(found, Answer):
        assert len(found.cause) <= 300
        assert all(line.evidence_id in ("id-1", "id-2") for line in found.evidence)
    else:
        assert "\n" not in found.reason


def schemas(schema: Any) -> list[dict[str, Any]]:
    inner = [*schema.get("properties", {}).values(), *schema.get("anyOf", ())]
    inner += [schema["items"]] if "items" in schema else []
    return [schema, *(found for each in inner for found in schemas(each))]


ALL_SCHEMAS = [SCHEMA, *(tool.parameters for tool in TOOLS)]


def test_all_schemas_are_of_the_kind_that_every_provider_takes() -> None:
    known = {"type", "properties", "required", "additionalProperties", "items", "enum", "anyOf"}
    for schema in ALL_SCHEMAS:
        assert schema["type"] == "object"
        for found in schemas(schema):
            assert set(found) <= known | {"description"}
            if found.get("type") == "object":
                assert found["required"] == list(found["properties"])
                assert found["additionalProperties"] is False


def test_they_stay_below_what_providers_allow_in_one_request() -> None:
    every = [found for schema in ALL_SCHEMAS for found in schemas(schema)]
    assert sum("anyOf" in found for found in every) <= 16
    assert sum(len(found.get("properties", ())) for found in every) <= 100
    assert len(TOOLS) <= 7


def test_the_good_answer_fits_the_schema_and_lacking_any_property_it_does_not() -> None:
    assert problem(GOOD, SCHEMA) == ""
    for name in GOOD:
        assert problem({key: GOOD[key] for key in GOOD if key != name}, SCHEMA) != ""
