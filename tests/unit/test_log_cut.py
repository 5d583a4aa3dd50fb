"""Long logs cut short. How crashes begin is in tests/cases/log_crashes.yaml: add a case there."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kure.domain.log_cut import Cut

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "log_crashes.yaml").read_text())
REMARK = "lines were left out here)"


def cut(log: str, step: int = 65_536, **limits: int) -> tuple[list[str], bool]:
    taker, raw = Cut(**limits), log.encode()
    for start in range(0, len(raw), step):
        taker.feed(raw[start : start + step])
    text, truncated = taker.text()
    return text.splitlines(), truncated


def noise(word: str, count: int) -> str:
    return "".join(f"{word} {number}\n" for number in range(count))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
@pytest.mark.parametrize("step", [100, 65_536])
def test_the_start_of_a_crash_is_kept(case: dict[str, Any], step: int) -> None:
    crash = f"{case['begins']}\n{case['log']}" + f"{case['then']}\n" * 3000
    lines, truncated = cut(noise(case["before"], 200) + crash, step)
    assert lines[0] == case["begins"]
    told = case["log"].splitlines()
    assert lines[1 : 1 + len(told)] == told
    assert len(lines) == 1000
    assert lines[100] == f"({3001 + len(told) - 999} {REMARK}"
    assert truncated


def test_of_several_crashes_the_last_is_kept() -> None:
    first = "panic: first\n" + noise("work", 5)
    lines, _ = cut(first + "panic: second\n" + noise("frame", 2000))
    assert lines[0] == "panic: second"


def test_a_crash_among_the_newest_lines_changes_nothing() -> None:
    lines, _ = cut(noise("work", 2000) + "panic: late\n" + noise("frame", 10))
    assert lines[0] == "work 1011"
    assert not any(REMARK in line for line in lines)


def test_a_crash_that_just_left_the_newest_lines_joins_them_without_a_remark() -> None:
    lines, truncated = cut("panic: x\n" + noise("frame", 999))
    assert (lines[0], len(lines), truncated) == ("panic: x", 1000, False)
    lines, truncated = cut("panic: x\n" + noise("frame", 1000))
    assert (lines[0], lines[100], truncated) == ("panic: x", f"(2 {REMARK}", True)
    assert lines[101] == "frame 101"


def test_of_a_crash_in_long_lines_at_most_a_quarter_is_kept() -> None:
    lines, _ = cut("panic: x\n" + noise("f" * 8000, 300))
    remark = next(number for number, line in enumerate(lines) if REMARK in line)
    assert sum(len(line) + 1 for line in lines[:remark]) <= 64 * 1024
    assert 200 * 1024 <= sum(len(line) + 1 for line in lines) <= 256 * 1024


def test_what_was_cut_before_is_counted_when_it_is_cut_again() -> None:
    lines, _ = cut("panic: x\n" + noise("frame", 4000))
    again, _ = cut("\n".join(lines) + "\n", most_bytes=4000)
    (remark,) = [line for line in again if REMARK in line]
    told = int(remark.split()[0].lstrip("("))
    assert again[0] == "panic: x"
    assert told + len(again) - 1 == 4001


def test_a_line_that_is_too_long_is_replaced_and_the_others_stay() -> None:
    lines, truncated = cut("one\n" + "x" * 300_000 + "\ntwo\n")
    assert (lines, truncated) == (["one", "(a line that is too long was left out)", "two"], True)


def test_the_first_line_is_dropped_where_it_may_be_half_of_one() -> None:
    taker = Cut()
    taker.feed(b"ss=swordfish\nwhole\n")
    assert taker.text(asked_lines=2) == ("whole\n", True)
    pieces = Cut()  # long lines stand in a node's file in pieces, and are counted so
    pieces.feed(b"ss=swordfish" + b"x" * 9000 + b"\nwhole\n")
    assert pieces.text(asked_lines=4) == ("whole\n", True)


WORDS = st.sampled_from(["panic: x", "\tat a.b(c)", "work", "", "x" * 50, "Traceback (most recent"])


@given(st.lists(WORDS, max_size=80), st.integers(1, 40), st.integers(8, 40), st.integers(20, 900))
def test_however_it_comes_it_is_within_its_limits_and_ends_as_the_log_does(
    lines: list[str], step: int, most_lines: int, most_bytes: int
) -> None:
    log = "".join(f"{line}\n" for line in lines)
    limits = {"most_lines": most_lines, "most_bytes": most_bytes}
    kept, truncated = cut(log, step, **limits)
    assert (kept, truncated) == cut(log, **limits)
    assert len(kept) <= most_lines
    assert sum(len(line) + 1 for line in kept) <= most_bytes + 64
    if not truncated:
        assert kept == log.splitlines()
    overlong = "(a line that is too long was left out)"
    assert set(kept) <= {*lines, overlong} | {line for line in kept if REMARK in line}
