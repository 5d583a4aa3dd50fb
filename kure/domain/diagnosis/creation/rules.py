"""Which rules are asked why a controller cannot create its pods."""

from kure.domain.diagnosis.creation.dead_webhooks import dead_webhooks, wants_services
from kure.domain.diagnosis.creation.failed_create import failed_create, wants
from kure.domain.diagnosis.creation.replica_failure import replica_failure
from kure.domain.diagnosis.group import Group
from kure.domain.failures.model import FailureClass

RULES = {
    FailureClass.FAILED_CREATE: Group(
        specific=(failed_create, dead_webhooks),
        general=(replica_failure,),
        wants=(wants, wants_services),
    ),
}
