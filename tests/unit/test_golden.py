"""What Kure says of every case is as it was recorded, word for word."""

import json
import re

import pytest

from tests import golden

# A sentence that ends twice, or two spaces where a part is missing.
SLIP = re.compile(r"\?\.|(?<!\.)\.\.(?![./])|\S {2}\S")


@pytest.mark.parametrize("file", golden.files())
def test_every_answer_is_as_it_was_recorded(file: str) -> None:
    if changed := golden.difference(file):
        pytest.fail(f"Is it better? Then `make golden`.\n{changed}", False)


def test_nothing_else_is_recorded() -> None:
    recorded = set(golden.RECORDED.glob("**/*.json"))
    assert recorded == {golden.recording_of(file) for file in golden.files()}


@pytest.mark.parametrize("file", [file for file in golden.files() if file.startswith("diagnosis/")])
def test_what_is_told_is_well_formed_sentences(file: str) -> None:
    answers = json.loads(golden.recording_of(file).read_text()).values()
    texts = [
        cause[part]
        for answer in answers
        for cause in answer.get("causes", ())
        for part in ("title", "explanation", "fix")
    ]
    assert [text for text in texts if SLIP.search(text)] == []
