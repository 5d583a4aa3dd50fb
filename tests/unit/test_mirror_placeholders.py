"""A placeholder stands for its value only where it was shown."""

import re
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kure.domain.capture import as_yaml
from kure.domain.diagnosis.fixes import Operation
from kure.domain.mirrors.documents import edited
from kure.domain.mirrors.placeholders import resolve, resolved_operations
from kure.domain.redact import PLACEHOLDER, Redactor
from kure.errors import InvalidInput
from tests.case_files import read
from tests.unit.mirrors_asked import value_at, wanted

REDACTOR = Redactor(bytes(range(32)))
LIVE = read("mirrors/placeholders.yaml")["live"]
SHOWN = REDACTOR.manifest(LIVE)
QUOTED = re.compile(r"<(/[^>]+)>")


def filled(value: Any) -> Any:
    """The value with what is shown at the paths it names."""
    if isinstance(value, dict):
        return {key: filled(each) for key, each in value.items()}
    if isinstance(value, list):
        return [filled(each) for each in value]
    if isinstance(value, str):
        return QUOTED.sub(lambda found: str(value_at(SHOWN, found[1])), value)
    return value


def cases(which: str, part: str) -> pytest.MarkDecorator:
    found = [case for case in read("mirrors/placeholders.yaml")[which] if part in case]
    return pytest.mark.parametrize("case", found, ids=[case["name"] for case in found])


def test_what_is_shown_tells_no_secret() -> None:
    assert "swordfish" not in as_yaml(SHOWN)
    assert len(PLACEHOLDER.findall(as_yaml(SHOWN))) == 8


@cases("edits", "wrong")
def test_a_placeholder_elsewhere_is_refused_with_its_path(case: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        resolve(wanted(SHOWN, filled(case)), SHOWN, LIVE)
    assert sorted(path for path, _ in refused.value.fields) == sorted(case["wrong"])
    assert all(path in str(refused.value) for path in case["wrong"])
    assert "swordfish" not in str(refused.value)


@cases("edits", "becomes")
def test_an_unchanged_placeholder_becomes_the_live_value(case: dict[str, Any]) -> None:
    read_again = edited(as_yaml(wanted(SHOWN, filled(case))))
    found = resolve(read_again, SHOWN, LIVE)
    assert {path: value_at(found, path) for path in case["becomes"]} == case["becomes"]
    assert not PLACEHOLDER.search(as_yaml(found))


def steps_of(case: dict[str, Any]) -> list[Operation]:
    return [
        Operation(
            step["op"],
            step["path"],
            value_at(SHOWN, step["shown"]) if "shown" in step else filled(step.get("value")),
        )
        for step in case["steps"]
    ]


@cases("steps", "wrong")
def test_a_step_with_a_placeholder_of_elsewhere_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        resolved_operations(LIVE, steps_of(case), REDACTOR)
    assert [path for path, _ in refused.value.fields] == case["wrong"]


@cases("steps", "values")
def test_steps_get_the_live_values(case: dict[str, Any]) -> None:
    before = deepcopy(LIVE)
    found = resolved_operations(LIVE, steps_of(case), REDACTOR)
    assert [step.value for step in found] == case["values"]
    assert [(step.op, step.path) for step in found] == [
        (step["op"], step["path"]) for step in case["steps"]
    ]
    assert before == LIVE


def test_a_step_that_quotes_a_text_as_a_text_is_redacted_is_understood() -> None:
    """Fixes are redacted as texts: their placeholder may be of another kind."""
    told = REDACTOR.with_secrets_of(LIVE).text("--password=first-swordfish")
    step = Operation("test", "/spec/containers/0/command/1", told)
    [found] = resolved_operations(LIVE, [step], REDACTOR)
    assert found.value == "--password=first-swordfish"


def test_a_fix_of_an_object_that_has_changed_since_says_so() -> None:
    steps = [Operation("test", "/spec/containers/0/image", "registry.example/app:0")]
    with pytest.raises(InvalidInput, match="does not apply to the live object"):
        resolved_operations(LIVE, steps, REDACTOR)


def test_a_live_object_that_has_changed_since_is_not_filled_with_what_was_hidden_before() -> None:
    now = wanted(LIVE, {"set": {"/spec/containers/app/env/DB_PASSWORD/value": "new-swordfish"}})
    with pytest.raises(InvalidInput) as refused:
        resolve(SHOWN, REDACTOR.manifest(now), now)
    assert [path for path, _ in refused.value.fields] == [
        "spec.containers[app].env[DB_PASSWORD].value"
    ]


def test_a_number_that_is_hidden_becomes_a_number_again() -> None:
    live = {"kind": "Pod", "spec": {"password": 12345678, "containers": []}}
    shown = REDACTOR.manifest(live)
    assert isinstance(shown["spec"]["password"], str)
    assert resolve(shown, shown, live) == live


def test_a_status_that_has_changed_since_is_left_out() -> None:
    edit = SHOWN | {"status": {"message": "[redacted:password:00000000]"}}
    assert resolve(edit, SHOWN, LIVE) == LIVE


def test_what_a_live_object_itself_calls_redacted_stays() -> None:
    live = {"kind": "Pod", "metadata": {"annotations": {"a": "[redacted:env:00000000]"}}}
    assert resolve(REDACTOR.manifest(live), REDACTOR.manifest(live), live) == live


def test_a_long_list_takes_no_time() -> None:
    words = [f"--flag-{index % 7}" for index in range(5000)]
    live = {"spec": {"containers": [{"name": "app", "args": [*words, "--password=swordfish"]}]}}
    shown = REDACTOR.manifest(live)
    assert resolve(shown, shown, live) == live
    fewer = wanted(shown, {"drop": ["/spec/containers/app/args/0"]})
    with pytest.raises(InvalidInput, match=r"args\[4999\]"):
        resolve(fewer, shown, live)


KEYS = st.sampled_from("name value env password args containers a b".split())
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["x", "swordfish-1", "y"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=15,
)
OBJECTS = st.dictionaries(KEYS, VALUES, max_size=4)


@given(OBJECTS)
def test_what_was_not_edited_is_the_live_object(live: dict[str, Any]) -> None:
    shown = REDACTOR.manifest(live)
    assert resolve(shown, shown, live) == live


@settings(max_examples=300)
@given(OBJECTS, OBJECTS, OBJECTS)
def test_any_edit_is_resolved_or_refused(
    one: dict[str, Any], other: dict[str, Any], live: dict[str, Any]
) -> None:
    try:
        found = resolve(one, other, live)
    except InvalidInput:
        return
    assert found.keys() == one.keys()
