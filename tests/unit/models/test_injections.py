"""What the cluster says stays data: tests/cases/models/injections.yaml."""

import json
import re
import unicodedata
from copy import deepcopy
from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kure.domain.capture import as_yaml
from kure.domain.models.answer import Unusable, parse
from kure.domain.models.conversation import ToolCall
from kure.domain.models.prompt import BUDGET, TITLES, correction, question, refused, told
from kure.domain.models.rules_of_game import SYSTEM
from kure.domain.models.subject import Item, Subject
from kure.domain.models.tools import Refusal, checked
from tests.case_files import read
from tests.unit.models.asked import CART, cause, events, log, owner, subject
from tests.unit.models.test_answer import EVIDENCE, GOOD, put

TRIES = read("models/injections.yaml")
QUOTED = re.compile(r"(?:E\d+(?::\d+)?|R\d+|W|U)\| ")
OURS = {
    *TITLES.values(),
    "",
    "(more was found than there is room for)",
    "Nothing was read:",
    "Your answer cannot be used:",
    "Answer again, mending only that.",
}
LEFT_OUT = re.compile(r"\(\d+ lines left out\)")
# What a reader would not see, or see elsewhere.
UNSEEN = ("Cc", "Cf", "Zl", "Zp", "Cs")


def planted(where: str, text: str) -> Subject:
    """The failing workload with the text in one place."""
    if where == "log":
        return subject(evidence=(log(f"{text}\nKeyError: 'PORT'\n"), owner()))
    if where == "events":
        return subject(evidence=(events(text), log()))
    if where == "annotation":
        obj = {"kind": "Pod", "metadata": {"name": "a", "annotations": {"note": text}}}
        return subject(evidence=(Item("m", "manifest", "Pod/a", as_yaml(obj)), log()))
    if where == "subject":
        return subject(evidence=(replace(log(), subject=text, container=text, stream=text),))
    if where == "image":
        return subject(evidence=(owner(image=text), log()))
    if where == "cause":
        line = replace(cause().evidence[0], subject=text, field=text, text=text)
        told = {key: text for key in ("rule", "container", "title", "explanation", "fix")}
        return subject(causes=(cause(**told, evidence=(line,)),))
    if where == "unavailable":
        return subject(unavailable=(text,))
    return subject(evidence=(Item("r", "read", "Pod/a", text), log()))


def texts(where: str, text: str) -> list[str]:
    """Every text that a model is told with it."""
    about = planted(where, text)
    named = replace(about, workload=replace(CART, name=text, namespace=text, cluster=text))
    read_for_it = Item("r", "read", text, text, container=text, stream=text)
    asked = (question(each, BUDGET).text for each in (about, named))
    return [*asked, told(7, read_for_it), refused(text), correction(text)]


def lines_that_are_not_data(text: str) -> list[str]:
    return [
        line
        for line in re.split(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]", text)
        if not QUOTED.match(line) and not LEFT_OUT.fullmatch(line) and line not in OURS
    ]


@pytest.mark.parametrize("case", TRIES, ids=lambda case: case["name"])
def test_it_stands_in_the_question_as_quoted_data_only(case: dict[str, Any]) -> None:
    for text in texts(case["where"], case["text"]):
        assert lines_that_are_not_data(text) == []
        odd = {c for c in text if c not in "\n\t" and unicodedata.category(c) in UNSEEN}
        assert odd == set()
        assert not re.search("[\ufe00-\ufe0f\U000e0100-\U000e01ef]", text)


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8")), st.sampled_from([case["where"] for case in TRIES]))
def test_so_does_any_text(text: str, where: str) -> None:
    for each in texts(where, text):
        assert lines_that_are_not_data(each) == []


@pytest.mark.parametrize(
    "case", [case for case in TRIES if "wish" in case], ids=lambda case: case["name"]
)
def test_a_wish_that_obeys_is_refused(case: dict[str, Any]) -> None:
    wish = case["wish"]
    found = checked(ToolCall("call_1_1", wish["tool"], wish["ask"]), CART)
    assert isinstance(found, Refusal)


@pytest.mark.parametrize(
    "case", [case for case in TRIES if "answer" in case], ids=lambda case: case["name"]
)
def test_an_answer_that_obeys_is_refused_or_is_text_that_does_no_harm(
    case: dict[str, Any],
) -> None:
    answer = deepcopy(GOOD)
    for path, value in case["answer"].items():
        put(answer, path, value)
    found = parse(json.dumps(answer), EVIDENCE, CART)
    if not isinstance(found, Unusable):
        assert set(case["answer"]) <= {"cause", "why"}
        assert {key: asdict(found)[key] for key in case["answer"]} == case["answer"]


def test_the_corpus_is_as_large_as_promised() -> None:
    assert len(TRIES) >= 50
    assert len({case["text"] for case in TRIES}) == len(TRIES)
    assert {case["where"] for case in TRIES} >= {
        *("log", "events", "annotation", "subject", "image", "read")
    }


def test_the_rules_of_the_game_are_the_same_whatever_is_planted() -> None:
    assert {question(planted(case["where"], case["text"]), BUDGET).system for case in TRIES} == {
        SYSTEM
    }
