"""Which claims a pod mounts."""

from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.manifests import Manifest


def claims_of(pod: Manifest) -> set[str]:
    """The names of the claims that a pod mounts; an ephemeral volume's is called after the pod.

    https://kubernetes.io/docs/concepts/storage/ephemeral-volumes/#persistentvolumeclaim-naming
    """
    return set(_names(pod))


def _names(pod: Manifest) -> Iterator[str]:
    for volume in manifests.mappings(manifests.spec(pod).get("volumes")):
        named = manifests.mapping(volume.get("persistentVolumeClaim")).get("claimName")
        if manifests.text(named):
            yield manifests.text(named)
        if isinstance(volume.get("ephemeral"), dict):
            yield f"{manifests.name(pod)}-{manifests.text(volume.get('name'))}"
