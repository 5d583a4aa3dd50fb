"""A PersistentVolumeClaim that no volume is found for, that has lost its own, or whose own does not
grow as it should."""

from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.failures.around import Around
from kure.domain.failures.match import Events, Match
from kure.domain.failures.model import Failure, FailureClass, Graces
from kure.domain.failures.objects.claim_resize import CONDITIONS, claim_resize
from kure.domain.failures.objects.keeping import kept, kept_conditions, picked
from kure.domain.manifests import Manifest

WAITS = ("WaitForFirstConsumer", "WaitForPodScheduled")
# https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/controller/volume/events/event.go
ERRORS = ("ProvisioningFailed", "FailedBinding")
TELLING = (*WAITS, *ERRORS, "ExternalProvisioning")


def keep_claim(obj: Manifest) -> Manifest:
    return kept(
        *("v1", "PersistentVolumeClaim", obj),
        spec=picked(obj.get("spec"), ("storageClassName", "volumeName")),
        status=picked(obj.get("status"), ("phase",))
        | {"conditions": kept_conditions(obj, *CONDITIONS)},
    )


def keep_unscheduled_pod(obj: Manifest) -> Manifest:
    """Of a pod that no node has taken, as a claim's neighbour, only the claims."""
    volumes = manifests.mappings(manifests.spec(obj).get("volumes"))
    of_claims = [picked(v, ("name", "persistentVolumeClaim", "ephemeral")) for v in volumes]
    for volume in of_claims:
        if "ephemeral" in volume:
            volume["ephemeral"] = {}
    spec = {"volumes": [volume for volume in of_claims if len(volume) > 1]}
    return kept("v1", "Pod", obj, spec=spec, status={})


def claim(obj: Manifest, around: Around, graces: Graces) -> Iterator[Match]:
    """A claim that is not bound has no times but that of its creation.

    One that an unscheduled pod waits for is that pod's failure. One that waits for its first
    consumer is as it should be; only its events tell.
    """
    made = manifests.created_at(obj)
    if made is None:
        return
    if manifests.phase(obj) == "Lost":
        text = "the volume that it was bound to is gone"
        yield Match(Failure(FailureClass.CLAIM_LOST, "", made, "ClaimLost", text, "status.phase"))
    elif manifests.phase(obj) == "Bound":
        yield from claim_resize(obj, around, graces)
    elif manifests.phase(obj) == "Pending" and not _is_awaited(obj, around):
        told = _told(around.events)
        if told.get("reason") not in WAITS:
            yield Match(
                Failure(
                    failure_class=FailureClass.CLAIM_PENDING,
                    container="",
                    since=made,
                    reason=manifests.text(told.get("reason")) or "Pending",
                    message=manifests.text(told.get("message")),
                    field="status.phase",
                ),
                begins=made + graces.claim,
                needs_events=around.events is None,
            )


def claim_is_well(obj: Manifest, around: Around) -> bool:
    bound = manifests.phase(obj) == "Bound"
    return bound or (
        manifests.phase(obj) == "Pending" and _told(around.events).get("reason") in WAITS
    )


def _told(events: Events) -> Manifest:
    """The newest event that says why it waits; an error before that a provisioner is at work."""
    telling = [event for event in events or () if event.get("reason") in TELLING]
    found = manifests.newest_first(telling)
    if not found or found[0].get("reason") in WAITS:
        return found[0] if found else {}
    return next((event for event in found if event.get("reason") in ERRORS), found[0])


def _is_awaited(obj: Manifest, around: Around) -> bool:
    return any(manifests.name(obj) in _claims(pod) for pod in around.of("Pod") or ())


def _claims(pod: Manifest) -> Iterator[str]:
    """An ephemeral volume's claim is called after its pod:
    https://kubernetes.io/docs/concepts/storage/ephemeral-volumes/#persistentvolumeclaim-naming"""
    for volume in manifests.mappings(manifests.spec(pod).get("volumes")):
        yield manifests.text(
            manifests.mapping(volume.get("persistentVolumeClaim")).get("claimName")
        )
        if isinstance(volume.get("ephemeral"), dict):
            yield f"{manifests.name(pod)}-{manifests.text(volume.get('name'))}"
