"""How fast a failure is seen, shown and explained: `make bench` (needs KUBECONFIG).

Makes 30 pods fail on the cluster, one a second, while `kure demo --cluster` watches it, and prints
the medians and 95th percentiles against their targets. Raw samples go to benchmarks/results/.
Exits 1 where a target is missed. Writes only to a namespace of its own, which it removes.
"""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp

from rich.console import Console
from rich.table import Table

from benchmarks.demo import demo
from benchmarks.failures import FAILURES, failing_pods
from benchmarks.samples import Row, Sample, save, score
from benchmarks.seen import Observer
from kure.errors import KureError

RESULTS = Path(__file__).parent / "results"


async def measure() -> list[Sample]:
    """One sample a failing pod."""
    folder = Path(mkdtemp(prefix="kure-bench-"))
    async with demo(folder) as running, Observer(running) as observer:
        async with failing_pods(running.settings) as names:
            await observer.until_all_are_seen(names)
        return observer.samples(names)


def show(rows: list[Row], number: int) -> None:
    """A table for people."""
    table = Table(title=f"{number} failures, from their arrival at a raw watch")
    for column in ("what", "p50", "target", "p95", "target", "max", ""):
        table.add_column(column)
    for row in rows:
        table.add_row(*row.cells())
    Console().print(table)


def main() -> int:
    """0 where every target is met."""
    try:
        samples = asyncio.run(measure())
    except KureError as error:
        sys.stderr.write(f"bench: {error}\n")
        return 2
    rows = score(samples)
    show(rows, FAILURES)
    file = save(RESULTS, samples, datetime.now(UTC))
    sys.stdout.write(f"Raw samples: {file}\n")
    return 0 if all(row.met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
