"""How a mirror is called and known: its name, its labels, and the signature that makes it Kure's.

A label alone proves nothing: anybody who may create pods may write it. An object counts as Kure's
where its signature is right, an HMAC of its namespace, name and id under the installation's key.
"""

import hmac
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from kure.domain import manifests
from kure.domain.manifests import Manifest

LABEL = "kure.dev/mirror"
ID_LABEL = "kure.dev/mirror-id"
EXPIRES = "kure.dev/expires-at"
SIGNATURE = "kure.dev/signature"

TRUE = "true"

# Between the pod's name and the id.
INFIX = "-mirror-"
OF_POD = 40
OF_ID = 10


def mirror_name(pod_name: str, mirror_id: UUID) -> str:
    """Forty characters of the pod's name, `-mirror-`, ten of the id: at most 58, a DNS label.

    The last ten: ids that begin with their time have the same first ones for a while.
    """
    stem = re.sub(r"[^a-z0-9-]+", "-", pod_name.lower())[:OF_POD].strip("-") or "pod"
    return f"{stem}{INFIX}{mirror_id.hex[-OF_ID:]}"


def signature(key: bytes, namespace: str, name: str, mirror_id: str) -> str:
    """What Kure writes into the annotation of each object that it makes for a mirror."""
    signed = json.dumps([LABEL, namespace, name, mirror_id]).encode()
    return hmac.digest(key, signed, "sha256").hex()


def is_signed(obj: Manifest, key: bytes) -> bool:
    """Whether a pod, or another object made for a mirror, is this installation's."""
    annotations = manifests.mapping(manifests.metadata(obj).get("annotations"))
    found = manifests.text(annotations.get(SIGNATURE))
    mirror_id = manifests.labels(obj).get(ID_LABEL, "")
    wanted = signature(key, manifests.namespace(obj), manifests.name(obj), mirror_id)
    return hmac.compare_digest(found.encode("utf-8", "surrogatepass"), wanted.encode())


@dataclass(frozen=True)
class Mark:
    """What makes objects the ones of a mirror: where it is, how it is called, until when it may
    live. `key` is the installation's."""

    namespace: str
    name: str
    mirror_id: UUID
    expires_at: datetime
    key: bytes

    @property
    def labels(self) -> dict[str, str]:
        """All labels that the mirror has."""
        return {LABEL: TRUE, ID_LABEL: str(self.mirror_id)}

    @property
    def selector(self) -> Manifest:
        """A label selector for this mirror and nothing else."""
        return {"matchLabels": {ID_LABEL: str(self.mirror_id)}}

    def metadata(self, name: str) -> Manifest:
        """The metadata of an object of that name, with nothing of any other object in it."""
        return {
            "name": name,
            "namespace": self.namespace,
            "labels": self.labels,
            "annotations": {
                EXPIRES: written(self.expires_at),
                SIGNATURE: signature(self.key, self.namespace, name, str(self.mirror_id)),
            },
        }


def written(time: datetime) -> str:
    """A time as the annotation has it: RFC 3339, in UTC, in whole seconds."""
    return f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
