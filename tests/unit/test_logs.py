"""Log lines as JSON: with the ids, and with nothing that a library attached."""

import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from kure import logs


@pytest.fixture
def written(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """What went to stderr; pytest's own handlers come back afterwards."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield lambda: capsys.readouterr().err
    root.handlers = before
    root.setLevel(level)


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_line_has_its_time_level_part_text_and_ids(written: Callable[[], str]) -> None:
    logs.configure("INFO", "json")
    log = logging.getLogger("kure.api")
    with logs.about(request_id="r1", incident_id=""), logs.about(run_id="run1"):
        log.info('it said "%s"\nand more', "no")
    log.info("later")
    first, later = lines(written())
    assert first["ts"].endswith("+00:00")
    first.pop("ts")
    assert first == {
        "level": "INFO",
        "part": "kure.api",
        "text": 'it said "no"\nand more',
        "request_id": "r1",
        "run_id": "run1",
    }
    assert "request_id" not in later


def test_what_is_attached_to_a_record_is_left_out(written: Callable[[], str]) -> None:
    logs.configure("INFO", "json")
    logging.getLogger("kure").warning("no", extra={"headers": {"authorization": "hunter2"}})
    text = written()
    assert '"text": "no"' in text
    assert "hunter2" not in text


def test_an_error_has_its_traceback_in_the_same_line(written: Callable[[], str]) -> None:
    logs.configure("INFO", "json")
    try:
        raise ValueError("no number")
    except ValueError:
        logging.getLogger("kure").exception("unforeseen")
    (line,) = lines(written())
    assert line["text"] == "unforeseen"
    assert "ValueError: no number" in line["traceback"]


def test_text_stays_text(written: Callable[[], str]) -> None:
    logs.configure("INFO")
    logging.getLogger("kure").info("hello")
    assert written().endswith("INFO    kure hello\n")


@pytest.mark.parametrize("library", ["openai", "anthropic", "httpx2", "httpcore2"])
def test_no_level_makes_a_library_tell_what_it_sends(
    written: Callable[[], str], library: str
) -> None:
    logs.configure("DEBUG", "text")
    logging.getLogger(f"{library}._base_client").debug("Request options: %s", "the question")
    assert "the question" not in written()
