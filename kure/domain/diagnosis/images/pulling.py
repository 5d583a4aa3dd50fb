"""An image that is on its way: A16, no failure as such."""

from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.model import Cause, Confidence

STILL = "the image is still being pulled"


def still_pulling(case: Case) -> Iterator[Cause]:
    """Where the kubelet's newest word is that it pulls."""
    if not case.failure.message.startswith(STILL):
        return
    events = list(case.events("Pulling"))[:1]
    image = manifests.text(case.container.spec.get("image")) if case.container else ""
    node = manifests.node_name(case.pod) or "(unknown)"
    evidence = [case.from_event(event) for event in events]
    yield Cause(
        rule="A16",
        failure_class=case.failure.failure_class,
        container=case.failure.container,
        title=case.quote(
            f"Image {image or 'of the pod'} is still being pulled on node {node}", 200
        ),
        explanation=f"Nothing has failed: the kubelet on node {node} began to pull it at "
        f"{case.failure.since:%H:%M:%S} UTC or later and has not finished. The image is large, or "
        "the way to its registry is slow.",
        confidence=Confidence.LIKELY,
        evidence=tuple(evidence) or (case.from_pod(case.failure.field, case.failure.message),),
        fix="Wait. Where it happens often: make the image smaller, use a registry nearby, or pull "
        "it on the nodes beforehand.",
    )
