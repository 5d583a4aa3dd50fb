"""Measures Kure against its targets on the cluster of KUBECONFIG: `make bench`.

`make bench ARGS=latency` (or crowd, or quiet) runs one of them; `ARGS="quiet --minutes 1"` a short
one. Each starts a `kure demo --cluster` of its own; crowd and quiet need kwok. Raw figures go to
benchmarks/results/. Exits 1 where a target is missed. Writes only to a namespace of its own and,
for the crowd, makes Nodes of its own; all of it is removed at the end.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.demo import kubeconfig
from benchmarks.kwok import program
from benchmarks.latency import latency
from benchmarks.quiet import quiet
from benchmarks.samples import Result, save
from benchmarks.storm import storm
from kure.errors import KureError

RESULTS = Path(__file__).parent / "results"
MINUTES = 5.0

Benchmark = Callable[[Path], Awaitable[Result]]

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)


def run(*benchmarks: Benchmark, needs_kwok: bool = True) -> None:
    """One after another, each in a folder of its own; ends with 0 where every target is met, with
    2 where something cannot be measured."""
    met = True
    try:
        _check(needs_kwok=needs_kwok)
        for benchmark in benchmarks:
            result = asyncio.run(_measured(benchmark))
            _show(result)
            sys.stdout.write(f"Raw figures: {save(RESULTS, result, datetime.now(UTC))}\n")
            met = met and all(row.met for row in result.rows)
    except KureError as error:
        sys.stderr.write(f"bench: {error}\n")
        raise typer.Exit(2) from None
    raise typer.Exit(0 if met else 1)


def _check(*, needs_kwok: bool) -> None:
    kubeconfig()
    if needs_kwok:
        program()


async def _measured(benchmark: Benchmark) -> Result:
    return await benchmark(Path(mkdtemp(prefix="kure-bench-")))


def _show(result: Result) -> None:
    table = Table(title=result.title)
    for column in ("what", "measured", "target", ""):
        table.add_column(column)
    for row in result.rows:
        table.add_row(*row.cells())
    Console().print(table)


@app.callback(invoke_without_command=True)
def everything(context: typer.Context) -> None:
    """All of them."""
    if context.invoked_subcommand is None:
        run(latency, storm, lambda folder: quiet(folder, MINUTES))


@app.command("latency")
def run_latency() -> None:
    """How fast a failure is seen, shown and explained."""
    run(latency, needs_kwok=False)


@app.command("crowd")
def run_crowd() -> None:
    """Memory with 5,000 pods; 500 Deployments that fail in the same second."""
    run(storm)


@app.command("quiet")
def run_quiet(
    minutes: Annotated[float, typer.Option(help="How long nothing happens.", min=0.1)] = MINUTES,
) -> None:
    """What is asked of the API server while nothing happens."""
    run(lambda folder: quiet(folder, minutes))


if __name__ == "__main__":
    app()
