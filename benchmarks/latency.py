"""How fast a failure is seen, shown and explained: 30 pods fail, one a second."""

from dataclasses import asdict
from pathlib import Path

from benchmarks.demo import demo
from benchmarks.failures import FAILURES, failing_pods
from benchmarks.samples import Result, score
from benchmarks.seen import Observer


async def latency(folder: Path) -> Result:
    """Writes the demo's files to the folder."""
    async with demo(folder) as running, Observer(running) as observer:
        async with failing_pods(running.settings) as names:
            await observer.until_all_are_seen(names)
        samples = observer.samples(names)
    return Result(
        "latency",
        f"{FAILURES} failures, from their arrival at a raw watch",
        score(samples),
        [asdict(sample) for sample in samples],
    )
