"""An edited manifest says one thing, to every reader."""

import json
import re
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kure.domain.capture import as_yaml
from kure.domain.mirrors.documents import DEEPEST, MOST_BYTES, edited
from kure.errors import InvalidInput, KureError, TooLarge
from tests.case_files import read

REFUSED = read("mirrors/documents.yaml")
HEAD = "apiVersion: v1\nkind: Pod\n"


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case["name"])
def test_a_manifest_that_says_more_or_less_than_one_pod_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match=re.escape(case["says"])):
        edited(case["text"])


def test_too_large_a_manifest_is_refused_unread() -> None:
    with pytest.raises(TooLarge, match=f"at most {MOST_BYTES}"):
        edited(HEAD + "x: " + "é" * (MOST_BYTES // 2))


def test_too_deep_a_manifest_is_refused() -> None:
    edited(HEAD + "x: " + "[" * (DEEPEST - 1) + "]" * (DEEPEST - 1))
    with pytest.raises(InvalidInput, match=f"more than {DEEPEST} levels \\(line 3\\)"):
        edited(HEAD + "x: " + "[" * DEEPEST + "]" * DEEPEST)
    with pytest.raises(InvalidInput, match="levels"):
        edited(HEAD + "x: " + "[" * 100_000)


def test_a_refusal_quotes_no_value() -> None:
    with pytest.raises(InvalidInput) as refused:
        edited("kind: Pod\npassword: swordfish\npassword: [swordfish\n")
    assert "swordfish" not in str(refused.value)


def test_a_merge_is_a_key_like_others_which_no_pod_has() -> None:
    assert edited(HEAD + "spec:\n  <<: {hostPID: true}\n")["spec"] == {"<<": {"hostPID": True}}


def test_times_stay_as_they_are_written() -> None:
    found = edited(HEAD + "metadata: {creationTimestamp: 2026-11-29T10:00:00Z}\n")
    assert found["metadata"] == {"creationTimestamp": "2026-11-29T10:00:00Z"}


def test_json_is_read_too() -> None:
    for original in read("mirrors/originals.yaml").values():
        assert edited(json.dumps(original)) == original
        assert edited(json.dumps(original, indent=2)) == original


def test_another_kind_is_read_where_it_is_asked_for() -> None:
    text = "apiVersion: batch/v1\nkind: Job\n"
    assert edited(text, "Job", "batch/v1") == {"apiVersion": "batch/v1", "kind": "Job"}


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=12,
)


@given(VALUES)
def test_what_is_shown_is_read_as_it_was(value: Any) -> None:
    pod = {"apiVersion": "v1", "kind": "Pod", "spec": value}
    assert edited(as_yaml(pod)) == pod


@given(
    st.text(max_size=60)
    | st.lists(
        st.sampled_from("a: - [ ] { } , \n & * ! | > ' \" # % @ ? ~ 1 . << --- ... \t".split(" ")),
        max_size=30,
    ).map("".join)
)
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = edited(HEAD + text)
    except KureError:
        return
    json.dumps(found, allow_nan=False)
    assert yaml.safe_load(as_yaml(found)) is not None
