"""What Prometheus reads of the providers of models: kept in the database, since all workers share a
breaker and the budget."""

from decimal import Decimal

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from api.state import State
from kure.adapters.postgres.models import breakers, budget, settings
from kure.contracts.models import BreakerState


async def models(kure: State) -> list[Metric]:
    """Whether each provider is asked, and how much of the day's budget is used."""
    known, now = await settings.public(kure.pool), kure.clock()
    is_open = GaugeMetricFamily(
        "kure_model_breaker_open",
        "Whether a provider is left alone since it failed",
        labels=["provider"],
    )
    for name, how in (await breakers.health(kure.pool, known.breakers, now)).items():
        is_open.add_metric([name], how.breaker is not BreakerState.CLOSED)
    used = GaugeMetricFamily(
        "kure_model_budget_used_ratio",
        "How much of the day's budget is used, from midnight UTC",
        labels=["of"],
    )
    spent, most = await budget.spent(kure.pool, now), known.rules.budget
    if most.calls is not None:
        used.add_metric(["calls"], _part(spent.calls, most.calls))
    if most.usd is not None:
        used.add_metric(["usd"], _part(spent.usd, most.usd))
    return [is_open, used]


def _part(used: Decimal | int, most: Decimal | int) -> float:
    """Nothing may be spent: all is spent."""
    return float(used / most) if most else 1.0
