"""Pods of which their kubelet's events are still to come: on a busy node they are late.

A kubelet writes several events about every pod that it starts, whatever comes of it, so that none
at all of a young pod says that those which tell why it fails are not there yet either.
"""

from datetime import timedelta

from kure.domain import manifests
from kure.domain.diagnosis.facts import Facts, PodFacts
from kure.domain.manifests import Manifest

# How long an API server keeps events, unless told otherwise.
KEPT = timedelta(hours=1)


def events_to_come(facts: Facts) -> list[PodFacts]:
    """The failing pods whose node has them and has not written anything about them."""
    return [pod for pod in facts.pods if not pod.gone and _awaits_events(pod, facts)]


def _awaits_events(pod: PodFacts, facts: Facts) -> bool:
    made = manifests.created_at(pod.pod)
    if pod.events is None or facts.now is None or made is None or not pod.failures:
        return False
    taken = bool(manifests.node_name(pod.pod)) and bool(manifests.status(pod.pod).get("startTime"))
    return taken and facts.now - made < KEPT and not any(map(_is_of_kubelet, pod.events))


def _is_of_kubelet(event: Manifest) -> bool:
    source = manifests.mapping(event.get("source")).get("component")
    return "kubelet" in (source, event.get("reportingComponent"))
