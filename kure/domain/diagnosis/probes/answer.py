"""What a probe answered, by the newest event that tells, and what is made of it."""

import re
import shlex
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from kure.domain import manifests
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.fixes import Operation, Patch, Place
from kure.domain.diagnosis.model import Cause, Confidence, EvidenceLine
from kure.domain.diagnosis.probes.probe import (
    LIVENESS,
    READINESS,
    STARTUP,
    Probe,
    container_spec,
)
from kure.domain.manifests import Manifest

# https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/kubelet/prober/prober.go
SAID = re.compile(
    r"\b(?P<kind>Readiness|Liveness|Startup) probe (?:failed|errored)"
    r"(?: and resulted in \w{1,20} state)?:? ?",
    re.IGNORECASE,
)
FIELD_OF = {"readiness": READINESS, "liveness": LIVENESS, "startup": STARTUP}

# What a probe meets in a container that is just being stopped says nothing of the program.
STOPPING = re.compile(
    r"container (?:is )?not (?:created or )?running|context canceled|stopped container"
    r"|container \S{1,100} not found|task \S{1,100} not found",
    re.IGNORECASE,
)
MOST = 4000

CONSEQUENCE = {
    READINESS: "No Service sends it anything until the probe passes.",
    LIVENESS: "Whenever it fails so often in a row as its failureThreshold says, the kubelet "
    "kills the container and starts it again.",
    STARTUP: "It has to pass within its time, else the kubelet kills the container and starts it "
    "again.",
}


@dataclass(frozen=True)
class Answer:
    """`text` is what comes after `Readiness probe failed: `; '' where nothing was said. `known`:
    an event, or the failure's message, has told it."""

    case: Case
    probe: Probe
    text: str
    evidence: tuple[EvidenceLine, ...] = ()
    known: bool = True

    @property
    def container(self) -> Manifest:
        return self.probe.container

    @property
    def label(self) -> str:
        return f"{self.case.container_label}: {self.probe.field}"

    def patch(self, *changes: tuple[Place, Any], note: str = "") -> Patch | None:
        """Set fields of the probe in the template; None where that has another probe by now."""
        place = self.place
        template = self.case.template
        if template is None or place is None:
            return None
        steps: list[Operation] = []
        for field, value in changes:
            steps += template.put((*place, *field), value)
        return template.patch(*steps, note=note)

    @property
    def place(self) -> Place | None:
        """Where the probe stands in the template, if it is there as it is in the pod."""
        template = self.case.template
        place = template.container(self.case.failure.container) if template else None
        if template is None or place is None:
            return None
        holder: Any = manifests.spec(template.pod).get(str(place[1]))
        if Probe(self.probe.field, holder[place[2]]).spec != self.probe.spec:
            return None
        return (*place, self.probe.field)


def newest_answer(case: Case, *fields: str) -> Answer | None:
    """Of one of these probes of the failing container; None where nothing tells."""
    container = container_spec(case)
    told = [
        (message, case.from_event(event), manifests.event_time(event))
        for event in case.events("Unhealthy")
        if (message := manifests.text(event.get("message")))
    ]
    told.append(
        (case.failure.message, case.from_pod(case.failure.field, case.failure.message), None)
    )
    found = [
        Answer(case, Probe(field, container), message[said.end() :][:MOST].strip(), (line,))
        for message, line, _ in told
        if (said := SAID.search(message[:MOST]))
        and (field := FIELD_OF[said["kind"].lower()]) in fields
    ]
    telling = [answer for answer in found if not STOPPING.search(answer.text)]
    return next(iter(telling or found), None)


def cause_of(
    answer: Answer,
    rule: str,
    title: str,
    why: str,
    fix: str,
    *,
    confidence: Confidence = Confidence.LIKELY,
    evidence: Iterable[EvidenceLine] = (),
    commands: tuple[str, ...] = (),
    patch: Patch | None = None,
) -> Cause:
    """The cause, told of what the probe asks, what came back and what follows."""
    case, probe = answer.case, answer.probe
    asks = f" ({probe.asks})" if probe.handler else ""
    came = f'answered: "{case.quote(answer.text, 300)}"' if answer.text else "fails"
    if not answer.known:
        came = "does not pass, and no event is left that says what it answers"
    seen = f"Its {probe.field}{asks} {came}."
    shown = case.from_pod(f"{case.spec_path}.{probe.field}", probe.asks) if probe.handler else None
    lines = (*answer.evidence, *evidence, *([shown] if shown else []))
    return Cause(
        rule=rule,
        failure_class=case.failure.failure_class,
        container=case.failure.container,
        title=case.quote(title, 200),
        explanation=f"{case.quote(seen, 600)} {why} {CONSEQUENCE[probe.field]}",
        confidence=confidence,
        evidence=lines,
        fix=fix,
        commands=commands or (log_command(case),),
        patch=patch,
    )


def with_evidence(cause: Cause, *lines: EvidenceLine) -> Cause:
    return replace(cause, evidence=(*cause.evidence, *lines))


def log_command(case: Case, *, previous: bool = False) -> str:
    """What the container wrote last."""
    where = f"-n {shlex.quote(case.namespace or 'default')} {shlex.quote(case.name)}"
    more = " --previous" if previous else ""
    return f"kubectl logs {where} -c {shlex.quote(case.failure.container)} --tail=100{more}"


def sockets_command(case: Case) -> str:
    """On which ports something listens in the pod."""
    where = f"-n {shlex.quote(case.namespace or 'default')} {shlex.quote(case.name)}"
    container = shlex.quote(case.failure.container)
    return f"kubectl exec {where} -c {container} -- sh -c 'netstat -tln || ss -tln'"
