"""How fast a failure is seen, shown, explained and told: pods fail, one a second."""

from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path

from benchmarks.demo import demo
from benchmarks.failures import failing_pods
from benchmarks.models_away import models_away
from benchmarks.samples import Result, score
from benchmarks.seen import Observer
from benchmarks.told import receiver
from kure.adapters.postgres.notifications import STORM
from kure.demo.process import wait_until

TOLD_SECONDS = 10.0


async def latency(folder: Path, failures: int, *, without_models: bool = False) -> Result:
    """Writes the demo's files to the folder. `without_models`: they are to be asked, and none
    answers."""
    async with (
        demo(folder) as running,
        Observer(running) as observer,
        receiver(running) as told,
        models_away(running) if without_models else nullcontext(),
    ):
        async with failing_pods(running, failures) as names:
            await observer.until_all_are_seen(names)
            await wait_until(lambda: len(told) >= min(len(names), STORM), TOLD_SECONDS)
        samples = observer.samples(names, told)
        where = "the recorded cluster" if running.is_recorded else "a real cluster"
    name, meanwhile = ("outage", ", all models away") if without_models else ("latency", "")
    return Result(
        name,
        f"{failures} failures on {where}{meanwhile}, from their arrival at a raw watch",
        score(samples),
        [asdict(sample) for sample in samples],
    )
