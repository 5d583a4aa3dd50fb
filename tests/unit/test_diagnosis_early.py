"""A diagnosis that was made before the kubelet's events were there."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from kure.domain.diagnosis.diagnose import diagnose
from kure.domain.diagnosis.facts import Facts, PodFacts
from kure.domain.failures.model import Failure, FailureClass
from kure.domain.manifests import Manifest

MADE = datetime.fromisoformat("2026-11-23T20:30:00Z")
SCHEDULED: Manifest = {"reason": "Scheduled", "reportingComponent": "default-scheduler"}
PULLING: Manifest = {"reason": "Pulling", "source": {"component": "kubelet"}}
POD: Manifest = {
    "metadata": {"name": "web-1", "creationTimestamp": "2026-11-23T20:30:00Z"},
    "spec": {"nodeName": "node-1", "containers": [{"name": "app", "image": "web:1"}]},
    "status": {"startTime": "2026-11-23T20:30:01Z"},
}
DENIED = Failure(FailureClass.IMAGE_PULL, "app", MADE, "ErrImagePull", "401 Unauthorized", "status")


def facts(events: tuple[Manifest, ...] | None, **change: Any) -> Facts:
    now = change.pop("now", MADE + timedelta(seconds=30))
    return Facts((PodFacts(POD | change, (DENIED,), events),), now=now)


def test_without_a_word_of_the_kubelet_it_may_change() -> None:
    found = diagnose(facts((SCHEDULED,)))
    assert found.early
    assert found.may_change
    assert "No events of the kubelet about Pod/web-1 yet: they are late" in found.unavailable


@pytest.mark.parametrize(
    "known",
    [
        facts((SCHEDULED, PULLING)),
        facts((SCHEDULED, {"reason": "Failed", "reportingComponent": "kubelet"})),
        facts((SCHEDULED,), now=MADE + timedelta(hours=2)),
        facts((SCHEDULED,), now=None),
        facts((SCHEDULED,), spec={}),
        facts((SCHEDULED,), status={}),
        facts(None),
    ],
    ids=["pulling", "newer events", "dropped", "a dump", "no node", "not taken up", "refused"],
)
def test_what_was_told_or_cannot_come_any_more_is_not_waited_for(known: Facts) -> None:
    assert not diagnose(known).early
