"""Which rules are asked why a pod lacks its volumes or network, or a claim its volume."""

from kure.domain.diagnosis.group import Group, first_of
from kure.domain.diagnosis.volumes.absent_node import absent_node, wants_nodes
from kure.domain.diagnosis.volumes.claim_resize import not_enlarged
from kure.domain.diagnosis.volumes.claim_rules import (
    claim_lost,
    claim_pending,
    wants_of_lost,
    wants_of_pending,
)
from kure.domain.diagnosis.volumes.mount import failed_mount, wants_mount
from kure.domain.diagnosis.volumes.not_started import not_started, wants_not_started
from kure.domain.diagnosis.volumes.sandbox import no_sandbox, wants_sandbox
from kure.domain.failures.model import FailureClass

RULES = {
    FailureClass.SANDBOX: Group(specific=(no_sandbox,), wants=(wants_sandbox,)),
    FailureClass.FAILED_MOUNT: Group(specific=(failed_mount,), wants=(wants_mount,)),
    FailureClass.NOT_STARTED: Group(
        specific=(absent_node, not_started), wants=(wants_nodes, wants_not_started)
    ),
    FailureClass.CLAIM_LOST: Group(specific=(claim_lost,), wants=(wants_of_lost,)),
    FailureClass.CLAIM_PENDING: Group(
        specific=(first_of(not_enlarged, claim_pending),), wants=(wants_of_pending,)
    ),
}
