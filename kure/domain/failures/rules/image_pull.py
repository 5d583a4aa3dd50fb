"""A container's image cannot be had."""

import re
from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.failures import waiting as waits
from kure.domain.failures.match import Events, Match, is_finished, unready_since
from kure.domain.failures.model import Failure, FailureClass, Graces
from kure.domain.manifests import Container, Manifest

# Kubelets before 1.31 say only this while they wait; later ones add the error behind a colon.
ONLY_BACK_OFF = re.compile(r'Back-off pulling image "[^"]*"\.?')

# What the kubelet's Failed events say when they only repeat the reason.
UNTOLD = re.compile(r"Error: \w+")


def image_pull(pod: Manifest, events: Events, graces: Graces) -> Iterator[Match]:
    """ErrImagePull and ImagePullBackOff alternate every few seconds, so `since` is when the pod
    became unready: class and since stay the same while the reason flips."""
    if is_finished(pod):
        return
    for container in manifests.containers(pod):
        waiting = container.state("waiting")
        reason = manifests.text(waiting.get("reason"))
        if reason in waits.PULL and (since := unready_since(pod)):
            yield Match(
                Failure(
                    failure_class=FailureClass.IMAGE_PULL,
                    container=container.name,
                    since=since,
                    reason=reason,
                    message=_message(container, manifests.text(waiting.get("message")), events),
                    field=f"{container.path}.state.waiting",
                )
            )


def _message(container: Container, waiting: str, events: Events) -> str:
    """The waiting message, or, where that is only the back-off, the newest event that tells the
    error."""
    if waiting and not ONLY_BACK_OFF.fullmatch(waiting):
        return waiting
    for event in manifests.newest_first(events or ()):
        told = manifests.text(event.get("message"))
        if (
            event.get("reason") == "Failed"
            and told
            and not UNTOLD.fullmatch(told)
            and manifests.is_about(event, container.name)
        ):
            return told
    return waiting
