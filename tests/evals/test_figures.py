"""What runs add up to, and which are played."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from kure.domain.globs import matches
from kure.errors import InvalidInput
from tests.cluster.live.shorthand import drawn
from tests.evals.choosing import turns_of
from tests.evals.figures import COLUMNS, Figures, Result, Run, Used
from tests.evals.judging import Judgement
from tests.evals.running import DRAWN
from tests.evals.table import document

RIGHT = Judgement(is_class=True, named=True, wrong=False)
WRONG = Judgement(is_class=False, named=False, wrong=True, why=("says nothing of C01",))
FIRST = Run(
    case="crashes: too much memory",
    family="C",
    held_out=False,
    number=1,
    end="answered",
    rules=True,
    model=RIGHT,
    used=Used(2, 1000, 400, 50, Decimal("0.002"), 4.0),
)
SECOND = replace(FIRST, number=2, model=WRONG, used=Used(4, 3000, 0, 150, Decimal("0.004"), 9.0))
OTHER = replace(FIRST, case="images: no tag", family="A", rules=False)
AWAY = replace(FIRST, number=3, end="away", model=WRONG, why="the provider is down")
USELESS = replace(OTHER, number=2, end="unusable", model=WRONG)
RESULT = Result("groq small", 3, [FIRST, SECOND, OTHER, AWAY, USELESS], Decimal("1.5"), 17, 4)


def cells(*runs: Run) -> dict[str, str]:
    return dict(zip(COLUMNS, Figures("C", runs).cells, strict=True))


def test_what_was_away_is_in_no_other_figure() -> None:
    with_it, without = cells(FIRST, SECOND, AWAY), cells(FIRST, SECOND)
    changed = {name for name in COLUMNS if with_it[name] != without[name]}
    assert changed == {"runs", "apart"}
    assert (with_it["runs"], with_it["apart"], with_it["judged"]) == ("3", "1", "2")
    assert cells(AWAY)["model"] == "none"


def test_an_answer_of_no_use_is_a_miss() -> None:
    found = cells(OTHER, USELESS)
    assert (found["rules"], found["model"], found["either"]) == ("0.0%", "50.0%", "50.0%")
    assert found["no answer"] == "1"


def test_a_case_is_steady_where_each_run_was_right() -> None:
    assert cells(FIRST, OTHER)["steady"] == "100.0%"
    assert cells(FIRST, SECOND, OTHER)["steady"] == "50.0%"


def test_costs_are_means_and_times_are_shares() -> None:
    found = cells(FIRST, SECOND)
    assert [found[name] for name in ("turns", "tokens in", "out", "USD")] == (
        ["3.0", "2000", "100", "0.0030"]
    )
    assert (found["p50 s"], found["p95 s"], found["wrong"]) == ("4.0", "9.0", "50.0%")


def test_there_is_a_row_for_each_family_and_one_for_all() -> None:
    titles = [(row[0], row[1]) for row in RESULT.rows()]
    assert titles == [("A Images", "2"), ("C Crashes", "3"), ("all", "5")]


def test_the_document_tells_misses_and_what_was_away_apart() -> None:
    text = document(RESULT, datetime(2026, 1, 2, tzinfo=UTC), "0.1.0")
    misses, away = text.split("## What was away")
    assert "02 January 2026, Kure 0.1.0, groq small" in text
    assert "17 calls cost 1.50 USD" in text
    assert "4 runs were not played" in text
    assert "- C crashes: too much memory, run 2: says nothing of C01" in misses
    assert "run 3: the provider is down" in away
    assert "run 3" not in misses.split("## What the model missed")[1]


def test_each_run_has_names_of_its_own() -> None:
    turns = turns_of(["too much memory"], "C", 3)
    assert [turn.number for turn in turns] == sorted(turn.number for turn in turns)
    assert len({turn.case.namespace for turn in turns}) == len(turns)
    assert {turn.expected.family for turn in turns} == {"C"}
    assert len(turns) == 3 * len(turns_of(["too much memory"], "C", 1))


@pytest.mark.parametrize(("names", "families"), [(["no such case"], ""), ([], "Z"), ([], "c")])
def test_a_name_that_names_none_is_refused(names: list[str], families: str) -> None:
    with pytest.raises(InvalidInput):
        turns_of(names, families, 1)


def test_only_namespaces_that_were_drawn_may_go_outside() -> None:
    cluster, pattern = DRAWN.split("/")
    assert cluster == "eval"
    assert len(DRAWN) <= 200
    assert all(matches(pattern, drawn("a", {"name": "b"}).namespace) for _ in range(50))
    assert not any(matches(pattern, name) for name in ("kube-system", "shop", "default", "_"))
