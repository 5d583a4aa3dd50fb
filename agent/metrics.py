"""What an agent counts and how it is doing, for Prometheus; off unless KURE_AGENT_METRICS_LISTEN is
set. The API's metrics say the same of all agents, ten seconds later."""

from collections.abc import Callable, Iterable

from prometheus_client import Counter
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from kure.adapters.prometheus import new_registry
from kure.contracts.reports import Heartbeat

REGISTRY = new_registry()

VERDICTS = Counter(
    "kure_agent_verdicts",
    "What was decided about objects: failing, healthy, gone",
    ["health"],
    registry=REGISTRY,
)
DETECTIONS = Counter(
    "kure_agent_detections", "Failures that were seen, by class", ["class"], registry=REGISTRY
)


class Doing(Collector):
    """How the agent is doing, from what its next heartbeat would say."""

    def __init__(self, heartbeat: Callable[[], Heartbeat]) -> None:
        self._heartbeat = heartbeat

    def collect(self) -> Iterable[Metric]:
        beat = self._heartbeat()
        for name, text, value in (
            ("pods", "Pods that are watched", beat.pods),
            ("reports_waiting", "Reports that the API has not taken yet", beat.queued),
            ("spool_bytes", "What waits on disk", beat.spool_bytes),
            (
                "watch_silence_seconds",
                "How long ago the stalest watch heard from the API server",
                beat.watch_lag_seconds,
            ),
            ("leads", "Whether this one also watches what belongs to no node", beat.leads),
            ("lists_refused", "Kinds that may not be listed", len(beat.refused)),
            ("problem", "Whether something keeps it from watching or telling", bool(beat.problem)),
        ):
            yield GaugeMetricFamily(f"kure_agent_{name}", text, float(value))
