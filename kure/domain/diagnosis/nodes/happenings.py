"""What a node's events and other conditions tell beside what ails it: M07 to M10."""

import re
from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.messages import MessageRule, cause_from, first_match
from kure.domain.diagnosis.model import Cause
from kure.domain.diagnosis.nodes.told import from_condition, of_node, since_of

# https://github.com/kubernetes/node-problem-detector/tree/v0.8.20/config
EVENTS = (
    MessageRule(
        rule="M07",
        pattern=r"^(?:SystemOOM|OOMKilling): .{0,400}?"
        r"(?:victim process: |Kill(?:ed)? process \d{1,10} \(?)"
        r"(?P<victim>[\w./-]{1,60})",
        title='The kernel of node "{name}" killed "{victim}" for want of memory',
        explanation="The node as a whole ran out of memory, not one container at its limit: pods "
        "use more than they asked for, or too little is reserved for the system.",
        fix="Set the memory requests and limits of its pods to what they use, and reserve memory "
        "for the system (kubeReserved, systemReserved).",
    ),
    MessageRule(
        rule="M07",
        pattern=r"^SystemOOM: ",
        title='The kernel of node "{name}" killed a process for want of memory',
        explanation="The node as a whole ran out of memory, not one container at its limit.",
        fix="Set the memory requests and limits of its pods to what they use, and reserve memory "
        "for the system (kubeReserved, systemReserved).",
    ),
    MessageRule(
        rule="M08",
        pattern=r"^(?:FreeDiskSpaceFailed|ImageGCFailed|ContainerGCFailed): (?P<said>.{1,400})",
        title='Node "{name}" cannot free its disk',
        explanation="The kubelet wanted to remove images or ended containers and could not win "
        "back enough: {said}",
        fix="What fills the disk is something else than unused images: see on the node /var/log, "
        "/var/lib/kubelet and /var/lib/containerd; remove it or give the node a larger disk.",
    ),
    MessageRule(
        rule="M09",
        pattern=r"^Rebooted: (?P<said>.{1,200})",
        title='Node "{name}" was restarted',
        explanation="The machine was started anew ({said}); all its containers ended with it.",
        fix="See why: a person, an upgrade, a kernel panic (its journal of the boot before).",
    ),
)
TELLING = (
    *("SystemOOM", "OOMKilling", "FreeDiskSpaceFailed", "ImageGCFailed", "ContainerGCFailed"),
    "Rebooted",
)

# Conditions of others whose good status is known, by their names.
BAD_WHEN_TRUE = re.compile(
    r"(?:KernelDeadlock|ReadonlyFilesystem|CorruptDockerOverlay2|Frequent\w{1,40}Restart"
    r"|\w{0,40}Problem|\w{0,40}Unhealthy)"
)
GOOD_WHEN_TRUE = re.compile(r"\w{1,60}(?:Ready|Healthy|IsVoter)")
OWN = ("Ready", "MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable")


def happened(case: Case) -> Iterator[Cause]:
    """The newest event of each rule."""
    told: set[str] = set()
    for event in case.events(*TELLING):
        message = manifests.text(event.get("message"))
        match = first_match(EVENTS, f"{event.get('reason')}: {message[:2000]}")
        if match is None or match[0].rule in told:
            continue
        row, found = match
        told.add(row.rule)
        values = {key: case.quote(text, 300) for key, text in found.items()}
        cause = cause_from(row, case, values | {"name": case.name}, (case.from_event(event),))
        yield cause


def other_conditions(case: Case) -> Iterator[Cause]:
    """M10: of those that nobody knows, nothing is said."""
    for found in manifests.mappings(manifests.status(case.pod).get("conditions")):
        kind, status = manifests.text(found.get("type")), found.get("status")
        if kind in OWN:
            continue
        bad = BAD_WHEN_TRUE.fullmatch(kind) and status == "True"
        if bad or (GOOD_WHEN_TRUE.fullmatch(kind) and status == "False"):
            said = manifests.text(found.get("message")) or manifests.text(found.get("reason"))
            yield of_node(
                case,
                "M10",
                f'Node "{case.name}" has a problem: {kind} is {status}',
                f"Somebody who watches the node says so{since_of(found)}: {case.quote(said, 300)}.",
                f"See on the node what {kind} is about; whoever sets it (node-problem-detector, an "
                "operator) says more in its documentation.",
                (from_condition(case, found),),
            )


def beside(case: Case) -> Iterator[Cause]:
    yield from happened(case)
    yield from other_conditions(case)
