"""What Prometheus reads of the notification channels: kept in the database, since any worker may
have sent the last message."""

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from api.state import State
from kure.adapters.postgres import deliveries


async def channels(kure: State) -> list[Metric]:
    """Whether each channel delivers, and how often it was tried."""
    up = GaugeMetricFamily(
        "kure_notification_channel_up",
        "Whether the last message of a channel got through",
        labels=["channel"],
    )
    tries = CounterMetricFamily(
        "kure_notifications", "Messages handed to receivers", labels=["channel", "outcome"]
    )
    for name, health in sorted((await deliveries.health(kure.pool)).items()):
        up.add_metric([name], health.failing_since is None)
        tries.add_metric([name, "sent"], health.sent)
        tries.add_metric([name, "failed"], health.failed)
    return [up, tries]
