"""Which rules are asked why a container ends, or an init container does not."""

from kure.domain.diagnosis.crashes.crash import exit_code_cause, log_signature, silent_crash
from kure.domain.diagnosis.crashes.ends import finishes, init_hangs, lost
from kure.domain.diagnosis.crashes.logs.rules import WANTS
from kure.domain.diagnosis.crashes.oom import killed_for_memory, oom_killed
from kure.domain.diagnosis.dependencies.rules import dependency_wants, waits_for_dependency
from kure.domain.diagnosis.ends.ended import node_lost, over_deadline, shut_down
from kure.domain.diagnosis.group import Group, Rule, first_of
from kure.domain.diagnosis.probes.killed import stopped_by_probe
from kure.domain.diagnosis.probes.not_ready import sidecar_not_started
from kure.domain.diagnosis.starts.hooks import failed_start_hook
from kure.domain.diagnosis.starts.refused import start_error
from kure.domain.failures.model import FailureClass

OF_LOGS: tuple[Rule, ...] = (failed_start_hook, start_error, log_signature)
# A probe that killed it is known by its event, which is of the newest run.
OF_RUNS: tuple[Rule, ...] = (lost, first_of(stopped_by_probe, killed_for_memory), *OF_LOGS)
OF_POD_ENDS: tuple[Rule, ...] = (lost, node_lost, shut_down, killed_for_memory, *OF_LOGS)
OF_EXITS: tuple[Rule, ...] = (silent_crash, finishes, exit_code_cause)

RULES = {
    FailureClass.INIT_STUCK: Group(
        specific=(first_of(sidecar_not_started, waits_for_dependency),),
        general=(init_hangs,),
        wants=(dependency_wants,),
    ),
    FailureClass.OOM_KILLED: Group(specific=(oom_killed,)),
    FailureClass.CRASH_LOOP: Group(specific=OF_RUNS, general=OF_EXITS, wants=WANTS),
    # The exit code is how the kubelet ended it.
    FailureClass.DEADLINE: Group(specific=(over_deadline, *OF_LOGS), wants=WANTS),
    FailureClass.POD_FAILED: Group(specific=OF_POD_ENDS, general=OF_EXITS, wants=WANTS),
}
