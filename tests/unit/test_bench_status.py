"""How `make bench` ends: 0 where every target is met, 1 on a miss, 2 where it cannot measure."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from benchmarks import __main__ as bench
from benchmarks.samples import Result as Figures
from benchmarks.samples import Row


def measured(*words: str) -> Result:
    app = typer.Typer()
    app.command()(bench.main)
    return CliRunner().invoke(app, words)


@pytest.fixture
def figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Row]:
    """What the only benchmark will find; its raw figures go to a folder of the test's."""
    rows: list[Row] = []

    async def run(_to: Path, _is_quick: bool) -> Figures:
        return Figures("some", "Some figures", rows, [])

    monkeypatch.setattr(bench, "BENCHMARKS", {"some": bench.Benchmark(run)})
    monkeypatch.setattr(bench, "RESULTS", tmp_path)
    return rows


@pytest.mark.parametrize(
    ("found", "status", "said"), [(5.0, 0, "met"), (5.1, 1, "MISSED")], ids=["met", "missed"]
)
def test_a_miss_is_shown_and_is_the_exit_status(
    figures: list[Row], tmp_path: Path, found: float, status: int, said: str
) -> None:
    figures.append(Row("told", found, 5.0, "ms"))
    ended = measured()
    assert ended.exit_code == status
    assert said in ended.output
    assert len(list(tmp_path.glob("some-*.json"))) == 1


def test_what_is_only_told_is_no_miss(figures: list[Row]) -> None:
    figures.append(Row("told", 5.0, None, "ms"))
    assert measured().exit_code == 0


def test_what_does_not_exist_is_refused_with_what_does(figures: list[Row]) -> None:
    ended = measured("other")
    assert ended.exit_code == 2
    assert "No benchmark 'other'; there are some" in ended.stderr


def test_a_commit_that_does_not_exist_is_refused_after_our_own_figures(figures: list[Row]) -> None:
    figures.append(Row("told", 5.0, 5.0, "ms"))
    ended = measured("--against", "no-such-commit")
    assert ended.exit_code == 2
    assert "met" in ended.stdout
    assert "Cannot check out 'no-such-commit'" in ended.stderr
