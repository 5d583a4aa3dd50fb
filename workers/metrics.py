"""What a worker counts and times, for Prometheus; off unless KURE_WORKER_METRICS_LISTEN is set."""

from datetime import timedelta
from time import perf_counter
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram
from temporalio import activity
from temporalio.exceptions import CancelledError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from kure.adapters.prometheus import new_registry
from kure.domain.retention import Record
from kure.investigating.asking import Called

QUICK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)
SLOW = (0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600)
# Around the figures that must hold: half within 0.6 s, 95 of 100 within 1.5 s.
LATENCY = (0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 1, 1.5, 2.5, 5, 10, 30, 60, 300)


class WorkerMetrics:
    """One process' own; `registry` is what is served."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry or new_registry()
        self.activity_seconds = Histogram(
            "kure_activity_duration_seconds",
            "How long activities took, by how they ended: done, failed, cancelled",
            ["activity", "outcome"],
            buckets=QUICK,
            registry=self.registry,
        )
        self.diagnosis_seconds = Histogram(
            "kure_diagnosis_latency_seconds",
            "From the newest report that a diagnosis explains until it was stored and shown",
            buckets=LATENCY,
            registry=self.registry,
        )
        self.deleted = Counter(
            "kure_retention_deleted",
            "Records that were deleted because they were old",
            ["record"],
            registry=self.registry,
        )
        self.model_calls = Counter(
            "kure_model_calls",
            "Calls of models, by what they came to: answer, tools, length, refused, or how the "
            "provider failed",
            ["provider", "outcome"],
            registry=self.registry,
        )
        self.model_seconds = Histogram(
            "kure_model_call_seconds",
            "How long models took",
            ["provider"],
            buckets=SLOW,
            registry=self.registry,
        )
        self.model_tokens = Counter(
            "kure_model_tokens",
            "Tokens that models read (input; cached: of these, from a cache) and said (output)",
            ["provider", "kind"],
            registry=self.registry,
        )
        self.model_usd = Counter(
            "kure_model_usd", "US dollars that calls cost", ["provider"], registry=self.registry
        )

    def asked(self, called: Called) -> None:
        """A model was asked."""
        self.model_calls.labels(called.provider, called.outcome).inc()
        self.model_seconds.labels(called.provider).observe(called.seconds)
        for kind in ("input", "cached", "output"):
            self.model_tokens.labels(called.provider, kind).inc(getattr(called.usage, kind))
        self.model_usd.labels(called.provider).inc(float(called.usd))

    def diagnosed(self, after: timedelta) -> None:
        """A diagnosis was stored, so long after its report."""
        self.diagnosis_seconds.observe(max(after.total_seconds(), 0))

    def gone(self, record: Record, count: int) -> None:
        """So many records were deleted."""
        self.deleted.labels(record.value).inc(count)


class MetricsInterceptor(Interceptor):
    """Times every activity."""

    def __init__(self, metrics: WorkerMetrics) -> None:
        self._metrics = metrics

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return _Inbound(next, self._metrics)


class _Inbound(ActivityInboundInterceptor):
    def __init__(self, next: ActivityInboundInterceptor, metrics: WorkerMetrics) -> None:
        super().__init__(next)
        self._metrics = metrics

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        began, outcome = perf_counter(), "failed"
        try:
            result = await super().execute_activity(input)
            outcome = "done"
        except CancelledError:
            outcome = "cancelled"
            raise
        finally:
            took = self._metrics.activity_seconds.labels(activity.info().activity_type, outcome)
            took.observe(perf_counter() - began)
        return result
