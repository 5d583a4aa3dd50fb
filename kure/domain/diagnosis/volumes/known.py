"""What the rules of this family tell, for people: docs/failures.md is made from it."""

from kure.domain.diagnosis.known import Known
from kure.domain.diagnosis.volumes.claim_known import KNOWN as CLAIMS
from kure.domain.diagnosis.volumes.mount_known import KNOWN as MOUNTS

KNOWN: tuple[Known, ...] = (*CLAIMS, *MOUNTS)
