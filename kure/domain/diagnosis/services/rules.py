"""Which rules are asked why nobody answers behind a Service or an Ingress."""

from kure.domain.diagnosis.group import Group
from kure.domain.diagnosis.services.ingresses import (
    missing_class,
    missing_port,
    missing_secret,
    missing_service,
    wants_backends,
)
from kure.domain.diagnosis.services.load_balancers import no_load_balancer
from kure.domain.diagnosis.services.routes import not_accepted, wants_parents_and_backends
from kure.domain.diagnosis.services.selectors import nobody_behind, wants_bearers
from kure.domain.failures.model import FailureClass

RULES = {
    FailureClass.NO_ENDPOINTS: Group(
        specific=(nobody_behind, no_load_balancer), wants=(wants_bearers,)
    ),
    FailureClass.INGRESS_BACKEND: Group(
        specific=(missing_class, missing_service, missing_port, missing_secret),
        wants=(wants_backends,),
    ),
    FailureClass.NOT_ACCEPTED: Group(specific=(not_accepted,), wants=(wants_parents_and_backends,)),
}
