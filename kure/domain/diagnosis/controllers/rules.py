"""Which rules are asked why a workload does not get where it should."""

from kure.domain.diagnosis.controllers.autoscalers import autoscaler, wants_target
from kure.domain.diagnosis.controllers.cron_jobs import blocked, missed, wants_jobs
from kure.domain.diagnosis.controllers.jobs import failed_job
from kure.domain.diagnosis.controllers.rollout import held_back, rollout, wants_replica_sets
from kure.domain.diagnosis.controllers.stateful_sets import (
    governing_service,
    ordinal,
    wants_governing_service,
)
from kure.domain.diagnosis.crashes.restarts import restarts_now_and_then
from kure.domain.diagnosis.group import Group
from kure.domain.diagnosis.nodes.draining import blocked_drain, wanted_budgets
from kure.domain.failures.model import FailureClass

RULES = {
    FailureClass.JOB_FAILED: Group(specific=(failed_job,)),
    FailureClass.JOB_BLOCKED: Group(specific=(blocked,), wants=(wants_jobs,)),
    FailureClass.MISSED_SCHEDULE: Group(specific=(missed,)),
    FailureClass.ROLLOUT_STUCK: Group(specific=(rollout,), wants=(wants_replica_sets,)),
    FailureClass.SCALING: Group(specific=(autoscaler,), wants=(wants_target,)),
}

# Asked of whatever fails, whatever its class: what comes before its own causes, and after.
BEFORE = Group(specific=(governing_service,), wants=(wants_governing_service,))
AFTER = Group(
    specific=(ordinal, held_back, restarts_now_and_then, blocked_drain), wants=(wanted_budgets,)
)
