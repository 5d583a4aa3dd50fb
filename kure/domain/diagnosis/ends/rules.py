"""Which rules are asked why a pod ended as a whole, or does not end."""

from kure.domain.diagnosis.ends.disrupted import wanted_away
from kure.domain.diagnosis.ends.evicted import evicted
from kure.domain.diagnosis.ends.rejected import rejected, wanted_of_rejected
from kure.domain.diagnosis.ends.terminating import stuck_terminating
from kure.domain.diagnosis.group import Group
from kure.domain.failures.model import FailureClass

RULES = {
    FailureClass.REJECTED: Group(specific=(rejected,), wants=(wanted_of_rejected,)),
    FailureClass.EVICTED: Group(specific=(evicted,)),
    FailureClass.STUCK_TERMINATING: Group(specific=(stuck_terminating, wanted_away)),
}
