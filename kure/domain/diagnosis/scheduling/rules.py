"""Which rules are asked why no node takes a pod."""

from kure.domain.diagnosis.group import Group
from kure.domain.diagnosis.scheduling.unschedulable import scheduling, wants
from kure.domain.failures.model import FailureClass

RULES = {
    FailureClass.UNSCHEDULABLE: Group(specific=(scheduling,), wants=(wants,)),
}
