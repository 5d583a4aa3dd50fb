"""How long the rules take over a large cluster that is in memory already: one core, no I/O."""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import cycle, islice

from benchmarks.samples import Result, Row
from kure.demo.cluster import SHOP
from kure.domain import manifests
from kure.domain.diagnosis.diagnose import diagnose, wanted
from kure.domain.diagnosis.facts import PREVIOUS, Facts, Log, PodFacts
from kure.domain.failures.detect import detect
from kure.domain.failures.model import Health
from kure.domain.manifests import Manifest
from kure.recording.format import Gone, Recording, read
from kure.recording.kinds import EVENTS
from kure.recording.kinds import PODS as POD_KIND

PODS = 10_000
FAILING = 1_000
MOST_SECONDS = 2.0
RUNS = 3
LATER = timedelta(minutes=30)

Cluster = list[tuple[Manifest, tuple[Manifest, ...]]]


async def rules() -> Result:
    """Every pod is judged, every failing one diagnosed with its events and a log of its own; the
    pods are those of the recorded shop, repeated, a tenth of them failing."""
    shop = read(SHOP)
    now = shop.end.began + timedelta(seconds=shop.end.at) + LATER
    pods, log = _pods(shop, now), _longest_log(shop)
    logs = [f"pod {number} begins\n{log}" for number in range(FAILING)]
    took, found = zip(*(_run(pods, now, logs) for _ in range(RUNS)), strict=True)
    row = Row(f"{PODS:,} pods, {found[0]:,} of them failing", min(took), MOST_SECONDS, "s")
    return Result("rules", "Judging and diagnosing what is in memory", [row], list(took))


def _pods(shop: Recording, now: datetime) -> Cluster:
    there: dict[str, dict[str, Manifest]] = {}
    for entry in shop.story:
        if isinstance(entry, Gone):
            there.get(entry.path, {}).pop(entry.uid, None)
        else:
            there.setdefault(entry.path, {})[manifests.uid(entry.object)] = entry.object
    events = there.get(EVENTS.path, {}).values()
    well: Cluster = []
    fails: Cluster = []
    for uid, pod in there[POD_KIND.path].items():
        own = tuple(e for e in events if manifests.mapping(e["involvedObject"]).get("uid") == uid)
        failing = detect(pod, own, now).health is Health.FAILING
        (fails if failing else well).append((pod, own))
    return [*islice(cycle(well), PODS - FAILING), *islice(cycle(fails), FAILING)]


def _longest_log(shop: Recording) -> str:
    logs: Sequence[Sequence[tuple[float, str]]] = [*shop.logs.values()]
    return "\n".join(line for _, line in max(logs, key=len, default=()))


def _run(pods: Cluster, now: datetime, texts: Sequence[str]) -> tuple[float, int]:
    """Seconds, and how many failed."""
    began = time.process_time()
    failed = 0
    for pod, events in pods:
        failures = detect(pod, events, now).failures
        if not failures:
            continue
        text = texts[failed]
        failed += 1
        logs = tuple(Log(f.container, PREVIOUS, text) for f in failures if f.container)
        facts = Facts((PodFacts(pod, failures, events, logs),))
        wanted(facts)
        diagnose(facts)
    return time.process_time() - began, failed
