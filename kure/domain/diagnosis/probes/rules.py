"""Which rules are asked why a container that runs is not ready."""

from kure.domain.diagnosis.dependencies.rules import dependency_wants
from kure.domain.diagnosis.group import Group
from kure.domain.diagnosis.probes.gates import readiness_gate
from kure.domain.diagnosis.probes.not_ready import unready
from kure.domain.failures.model import FailureClass

RULES = {
    FailureClass.NOT_READY: Group(specific=(readiness_gate, unready), wants=(dependency_wants,)),
}
