"""A watch must survive any object of any kind, and what is kept of one must say what it said."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from kure.domain.failures.around import Around
from kure.domain.failures.model import Health
from kure.domain.failures.objects.detect import detect_object
from kure.domain.failures.objects.kinds import KINDS

NOW = datetime(2026, 1, 1, tzinfo=UTC)

ANYTHING: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.just([None, {}, 7])
)
TIMES = st.sampled_from(
    [
        *("2025-12-31T23:59:00Z", "2025-12-31T20:00:00Z", "2026-01-01T00:00:00+09:00"),
        *("1970-01-01T00:00:00Z", "9998-12-31T23:59:59Z", "soon", ""),
    ]
)
STATUSES = st.sampled_from(["True", "False", "Unknown"])
REASONS = st.sampled_from(
    [
        *("FailedCreate", "SuccessfulCreate", "WaitForFirstConsumer", "ProvisioningFailed"),
        *("ProgressDeadlineExceeded", "ReplicaSetCreateError", "TooManyReplicas", ""),
        *("ScalingDisabled", "ExternalProvisioning", "SyncLoadBalancerFailed"),
    ]
)
TYPES = st.sampled_from(
    [
        *("Ready", "DiskPressure", "Progressing", "ReplicaFailure", "Complete", "Failed"),
        *("FailureTarget", "AbleToScale", "ScalingActive", "ScalingLimited", "Other"),
    ]
)
NAMES = st.sampled_from(["api", "web", ""])
COUNTS = st.integers(-1, 3)


def field(value: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(value, value, value, ANYTHING)


def fields(**known: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries({}, optional={key: field(known[key]) for key in known})


def many(value: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(field(value), max_size=2)


labels = st.dictionaries(st.sampled_from(["app", "kubernetes.io/service-name"]), field(NAMES))
backend = fields(service=fields(name=NAMES, port=fields(number=COUNTS, name=NAMES)))
metadata = fields(
    name=NAMES,
    namespace=NAMES,
    labels=labels,
    generation=COUNTS,
    creationTimestamp=TIMES,
    deletionTimestamp=st.none(),
    managedFields=many(fields(time=TIMES, subresource=st.just("status"))),
    annotations=fields(**{"endpoints.kubernetes.io/last-change-trigger-time": TIMES}),
    ownerReferences=many(
        fields(kind=st.just("CronJob"), name=NAMES, controller=st.booleans(), uid=NAMES)
    ),
)
container = fields(
    env=many(fields(name=st.just("API_HOST"), value=st.sampled_from(["api", "http://web.api:80"]))),
    args=many(st.sampled_from(["--host", "api", "--url=http://web"])),
)
spec = fields(
    replicas=COUNTS,
    parallelism=COUNTS,
    completions=COUNTS,
    maxReplicas=COUNTS,
    paused=st.booleans(),
    suspend=st.booleans(),
    schedule=st.sampled_from(["* * * * *", "@hourly", "@every 1h", "never", "0 0 31 2 *"]),
    timeZone=st.sampled_from(["", "Europe/Berlin", "Mars/Base"]),
    concurrencyPolicy=st.just("Forbid"),
    startingDeadlineSeconds=COUNTS,
    selector=labels,
    type=st.sampled_from(["ExternalName", "LoadBalancer"]),
    ports=many(fields(name=NAMES, port=COUNTS)),
    template=fields(metadata=fields(labels=labels), spec=fields(containers=many(container))),
    defaultBackend=backend,
    ingressClassName=NAMES,
    rules=many(fields(http=fields(paths=many(fields(backend=backend))))),
    volumes=many(fields(name=NAMES, persistentVolumeClaim=fields(claimName=NAMES))),
)
status = fields(
    phase=st.sampled_from(["Pending", "Bound", "Lost"]),
    conditions=many(
        fields(type=TYPES, status=STATUSES, reason=REASONS, message=NAMES, lastTransitionTime=TIMES)
    ),
    active=st.one_of(COUNTS, many(fields(name=NAMES))),
    lastScheduleTime=TIMES,
    loadBalancer=fields(ingress=many(fields(ip=NAMES))),
    lastSuccessfulTime=TIMES,
    startTime=TIMES,
    **{
        key: COUNTS
        for key in (
            *("replicas", "observedGeneration", "desiredNumberScheduled", "failed", "succeeded"),
            *("currentNumberScheduled", "currentReplicas", "terminating"),
        )
    },
)
objects = fields(
    metadata=metadata,
    spec=spec,
    status=status,
    endpoints=many(fields(conditions=fields(ready=st.booleans()))),
).filter(lambda obj: isinstance(obj, dict))
events = st.none() | st.lists(
    fields(reason=REASONS, message=NAMES, lastTimestamp=TIMES, firstTimestamp=TIMES).filter(
        lambda event: isinstance(event, dict)
    ),
    max_size=3,
)
neighbours = st.fixed_dictionaries(
    {}, optional={name: st.lists(objects, max_size=2) for name in KINDS}
)
kinds = st.sampled_from([kind for kind in KINDS.values() if kind.rule])


@given(kinds, objects, events, neighbours)
def test_any_object_gets_a_verdict_whatever_the_order_of_what_is_around(
    kind: Any, obj: Any, seen: Any, near: Any
) -> None:
    verdict = detect_object(kind, obj, Around(seen, near), NOW)
    assert (verdict.health is Health.FAILING) == bool(verdict.failures)
    assert verdict.recheck_at is None or verdict.recheck_at > NOW
    classes = [(failure.failure_class, failure.container) for failure in verdict.failures]
    assert len(classes) == len(set(classes))
    turned = {name: found[::-1] for name, found in near.items()}
    backwards = Around(seen if seen is None else seen[::-1], turned)
    if _named_once(near):
        assert detect_object(kind, obj, backwards, NOW) == verdict


@given(kinds, objects, events, neighbours)
@example(KINDS["Deployment"], {"status": {"desiredNumberScheduled": [7]}}, None, {})
def test_what_is_kept_of_any_object_says_what_the_object_said(
    kind: Any, obj: Any, seen: Any, near: Any
) -> None:
    kept_near = {name: [KINDS[name].keep(one) for one in found] for name, found in near.items()}
    kept = kind.keep(obj)
    assert kind.keep(kept) == kept
    whole = detect_object(kind, obj, Around(seen, near), NOW)
    assert detect_object(kind, kept, Around(seen, kept_near), NOW) == whole


def _named_once(near: dict[str, Any]) -> bool:
    """The API server has no two of a kind with one name."""
    for found in near.values():
        names = [
            str((one.get("metadata") or {}).get("name"))
            if isinstance(one.get("metadata"), dict)
            else ""
            for one in found
        ]
        if len(names) != len(set(names)):
            return False
    return True
