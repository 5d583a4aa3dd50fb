"""The same figures of another commit, measured in the same run on the same machine, as ratios."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from benchmarks.samples import Result
from kure.errors import InvalidInput, Unavailable

ROOT = Path(__file__).parents[1]


def compare(commit: str, own: Sequence[Result], words: Sequence[str]) -> None:
    """Measure the commit with the same words, and show both with their ratios: below 1, ours is the
    smaller one. InvalidInput where there is no such commit, Unavailable where it cannot be
    measured."""
    with _checked_out(commit) as folder:
        theirs = _measured(folder, commit, words)
    table = Table(title=f"This tree against {commit}")
    for column in ("what", commit, "this tree", "ratio"):
        table.add_column(column)
    for result in own:
        for row in result.rows:
            before = theirs.get((result.name, row.what))
            if before is None:
                table.add_row(escape(row.what), "not measured", f"{row.measured:.4g} {row.unit}")
                continue
            ratio = f"{row.measured / before:.2f}" if before else ""
            then, now = (f"{figure:.4g} {row.unit}" for figure in (before, row.measured))
            table.add_row(escape(row.what), then, now, ratio)
    Console().print(table)


@contextmanager
def _checked_out(commit: str) -> Iterator[Path]:
    folder = Path(mkdtemp(prefix="kure-bench-against-")) / "tree"
    made = _git("worktree", "add", "--detach", str(folder), commit)
    if made.returncode:
        folder.parent.rmdir()
        raise InvalidInput(f"Cannot check out {commit!r}: {made.stderr.strip()}")
    try:
        yield folder
    finally:
        _git("worktree", "remove", "--force", str(folder))
        folder.parent.rmdir()


def _git(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)


def _measured(folder: Path, commit: str, words: Sequence[str]) -> dict[tuple[str, str], float]:
    """The figures of the other tree, with this one's packages."""
    ended = subprocess.run(
        [sys.executable, "-m", "benchmarks", *words],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder)},
        check=False,
    )
    files = sorted((folder / "benchmarks" / "results").glob("*.json"))
    if ended.returncode not in (0, 1) or not files:
        raise Unavailable(f"Cannot measure {commit}: its benchmarks ended with {ended.returncode}")
    found: dict[tuple[str, str], float] = {}
    for file in files:
        told: dict[str, Any] = json.loads(file.read_text())
        name = file.name.rpartition("-")[0]
        found |= {(name, row["what"]): row["measured"] for row in told["rows"]}
    return found
