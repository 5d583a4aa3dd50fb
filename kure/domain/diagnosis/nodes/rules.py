"""Which rules are asked what ails a node."""

from kure.domain.diagnosis.group import Group
from kure.domain.diagnosis.nodes.happenings import beside
from kure.domain.diagnosis.nodes.pressure import pressures
from kure.domain.diagnosis.nodes.ready import not_ready
from kure.domain.diagnosis.nodes.told import wanted_pods
from kure.domain.failures.model import FailureClass

RULES = {
    FailureClass.NODE_NOT_READY: Group(specific=(not_ready, beside), wants=(wanted_pods,)),
    FailureClass.NODE_PRESSURE: Group(specific=(pressures, beside), wants=(wanted_pods,)),
}
