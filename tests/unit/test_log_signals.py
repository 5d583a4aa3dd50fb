"""Which lines of a log tell most, against tests/cases/diagnosis/log_signals.yaml."""

import time
from typing import Any

import pytest

from kure.domain.diagnosis.facts import Log
from kure.domain.diagnosis.log_signals import signals_of
from tests.case_files import read


@pytest.mark.parametrize("case", read("diagnosis/log_signals.yaml"), ids=lambda case: case["name"])
def test_the_lines_that_tell_most(case: dict[str, Any]) -> None:
    found = signals_of(Log("app", "previous", case["log"]))
    assert [signal.text for signal in found] == case["tells"]


@pytest.mark.parametrize(
    "piece",
    [
        "error: {[(\"'\\\n",
        "Traceback (most recent call last):\n  File x\n",
        "goroutine 1 [running]:\n",
        "x" * 4000 + "\n",
        "(" * 4000 + "\n",
        "   at x\n",
        'level=error msg="' + "a\\" * 1000 + "\n",
        '{"msg":' * 1000 + "\n",
        "A" * 300 + ".rb:1:in (((\n",
        "1 ",
        "\n",
    ],
)
def test_a_hostile_log_is_read_fast(piece: str) -> None:
    log = Log("app", "previous", piece * (256 * 1024 // len(piece)))
    signals_of(log)
    start = time.process_time()
    signals_of(log)
    assert time.process_time() - start < 0.5
