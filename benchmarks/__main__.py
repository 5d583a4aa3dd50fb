"""Measures Kure against its targets: `make bench`, or `python -m benchmarks latency` for one part.

On the cluster of KUBECONFIG, on which pods are made to fail; without one, on the recorded shop, as
far as that can tell.
"""

import asyncio
import shutil
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import Annotated

import typer

from benchmarks.asking import ASKED, QUICK_ASKED, asking
from benchmarks.audience import audience
from benchmarks.checks import checks
from benchmarks.compare import compare
from benchmarks.demo import kubeconfig
from benchmarks.excluding import exclusions
from benchmarks.kwok import program
from benchmarks.latency import latency
from benchmarks.listing import listing
from benchmarks.prompt import prompt
from benchmarks.quiet import quiet
from benchmarks.rules import rules
from benchmarks.samples import Result, save, show
from benchmarks.signing_in import signing_in
from benchmarks.storm import storm
from kure.errors import InvalidInput, KureError, Misconfigured

RESULTS = Path(__file__).parent / "results"
FAILURES, QUICK_FAILURES = 30, 12
QUIET_MINUTES = 5.0


@dataclass(frozen=True)
class Benchmark:
    """`run` is given a folder of its own and whether it shall be quick."""

    run: Callable[[Path, bool], Awaitable[Result]]
    needs_crowd: bool = False


BENCHMARKS = {
    "latency": Benchmark(
        lambda to, is_quick: latency(to, QUICK_FAILURES if is_quick else FAILURES)
    ),
    "outage": Benchmark(
        lambda to, is_quick: latency(
            to, QUICK_FAILURES if is_quick else FAILURES, without_models=True
        )
    ),
    "rules": Benchmark(lambda _to, _is_quick: rules()),
    "prompt": Benchmark(lambda _to, _is_quick: prompt()),
    "checks": Benchmark(lambda to, _: checks(to)),
    "listing": Benchmark(lambda to, _: listing(to)),
    "signing-in": Benchmark(lambda to, _: signing_in(to)),
    "exclusions": Benchmark(lambda to, _: exclusions(to)),
    "audience": Benchmark(lambda to, _: audience(to)),
    "asking": Benchmark(lambda to, is_quick: asking(to, QUICK_ASKED if is_quick else ASKED)),
    "crowd": Benchmark(lambda to, _: storm(to), needs_crowd=True),
    "quiet": Benchmark(lambda to, _: quiet(to, QUIET_MINUTES), needs_crowd=True),
}


def main(
    names: Annotated[
        list[str] | None, typer.Argument(help=f"Of {', '.join(BENCHMARKS)}; else all.")
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Fewer samples and no crowds: under two minutes.")
    ] = False,
    against: Annotated[
        str | None, typer.Option(help="Measure this commit or branch as well: main, say.")
    ] = None,
) -> None:
    """Measure, save the raw figures, show them in one table. Ends with 1 where a target is missed,
    with 2 where something that was asked for cannot be measured."""
    try:
        chosen, left_out = _chosen(names or [], is_quick=quick)
        results = [_measured(name, is_quick=quick) for name in chosen]
        show(results)
        if against:
            compare(against, results, [*chosen, *(["--quick"] if quick else [])])
    except KureError as error:
        sys.stderr.write(f"bench: {error}\n")
        raise typer.Exit(2) from None
    for name, why in left_out.items():
        sys.stdout.write(f"Not measured: {name}: {why}\n")
    raise typer.Exit(0 if all(row.met for result in results for row in result.rows) else 1)


def _chosen(names: Sequence[str], *, is_quick: bool) -> tuple[list[str], dict[str, str]]:
    """What to measure, and of the rest why not. What was asked for by name must be possible."""
    if unknown := [name for name in names if name not in BENCHMARKS]:
        raise InvalidInput(f"No benchmark {unknown[0]!r}; there are {', '.join(BENCHMARKS)}")
    chosen, left_out = [], {}
    for name in names or BENCHMARKS:
        try:
            if BENCHMARKS[name].needs_crowd:
                _may_make_a_crowd(is_quick=is_quick)
            chosen.append(name)
        except Misconfigured as error:
            if names:
                raise
            left_out[name] = str(error)
    return chosen, left_out


def _may_make_a_crowd(*, is_quick: bool) -> None:
    if is_quick:
        raise Misconfigured("it takes minutes; leave --quick out")
    if kubeconfig() is None:
        raise Misconfigured("set KUBECONFIG to a cluster on which pods may be made to fail")
    program()


def _measured(name: str, *, is_quick: bool) -> Result:
    sys.stderr.write(f"Measuring {name}\n")
    folder = Path(mkdtemp(prefix="kure-bench-"))
    result: Result = asyncio.run(_run(BENCHMARKS[name], folder, is_quick=is_quick))
    shutil.rmtree(folder)  # kept where it failed: its logs say why
    sys.stderr.write(f"Raw figures: {save(RESULTS, result, datetime.now(UTC))}\n")
    return result


async def _run(benchmark: Benchmark, folder: Path, *, is_quick: bool) -> Result:
    return await benchmark.run(folder, is_quick)


if __name__ == "__main__":
    typer.run(main)
