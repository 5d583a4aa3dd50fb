"""What a mirror proves, by its live object alone.

*Passed*: Ready, and no restart for as long as is needed; a Job, and a pod that ends by itself: done
with 0. *Failed* says what failed, by the rules of detection. *None*: it proved nothing, and why:
it never got a node, was evicted, lost its node, or did not live long enough. A container that ended
badly again and again stays failed; what may heal by itself (an image, a ConfigMap, readiness) may
still pass. *Passed* is taken back by a later restart, or where it is not Ready any more; what
happens to the mirror's node takes back nothing.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from kure.domain import manifests
from kure.domain.diagnosis.scheduling.unschedulable import parse
from kure.domain.failures.detect import detect
from kure.domain.failures.match import Events, last_end
from kure.domain.failures.model import Failure, FailureClass, Graces
from kure.domain.failures.model import Verdict as Detected
from kure.domain.failures.well import is_well, well_since
from kure.domain.manifests import Manifest
from kure.domain.mirrors.copying import DEADLINE
from kure.domain.mirrors.needs import TIMES, is_crash, longest_run, seconds

# Readiness gets its probes' own time and little more; a fix that needs more proves itself later.
GRACES = Graces(not_ready=timedelta(seconds=30), pending=timedelta(seconds=15))

# What says nothing about the fix, and may still change while the mirror lives.
WAITS = frozenset((FailureClass.UNSCHEDULABLE, FailureClass.NOT_STARTED))
# What a node can never be, whatever room it gets: the fix asks for it.
DEMANDS = re.compile(
    r"didn't match Pod's node affinity|didn't match node selector"
    r"|persistentvolumeclaim .* not found|untolerated taint \{(?!node\.kubernetes\.io/)"
)
# Like those that wait, but the pod is over.
OVER = frozenset((FailureClass.EVICTED, FailureClass.REJECTED, FailureClass.STUCK_TERMINATING))
# A program ended; that it may run again afterwards proves nothing.
ENDED = frozenset(
    (
        *(FailureClass.CRASH_LOOP, FailureClass.OOM_KILLED, FailureClass.START_ERROR),
        *(FailureClass.POD_FAILED, FailureClass.DEADLINE),
    )
)


class Word(StrEnum):
    """`none` and `failed` may still become another word while the mirror lives, where the verdict
    says when to look again."""

    PASSED = "passed"
    FAILED = "failed"
    NONE = "none"
    PENDING = "pending"


@dataclass(frozen=True)
class Verdict:
    """`text` is for people and quotes nothing that Kubernetes wrote; `failures` are what detection
    found, whose messages are to be redacted. `held_seconds`: how long the mirror has been Ready
    without a restart, or was before it was not. `look_again_at`: when time alone may change the
    word; None where only a new status can. `final`: nothing will change it. `had_passed`: it was
    *passed* before or is; `restarts` are those of all containers until then, else until now."""

    word: Word
    text: str
    held_seconds: float = 0.0
    look_again_at: datetime | None = None
    failures: tuple[Failure, ...] = ()
    final: bool = False
    had_passed: bool = False
    restarts: int = 0


@dataclass(frozen=True)
class Watched:
    """What was seen of a mirror, and what it must do."""

    pod: Manifest
    needs: float
    is_job: bool
    now: datetime
    ends_at: datetime | None
    detected: Detected
    so_far: Verdict | None

    @property
    def is_over(self) -> bool:
        return self.ends_at is not None and self.now >= self.ends_at

    @property
    def restarts(self) -> int:
        return sum(found.restart_count for found in manifests.containers(self.pod))

    @property
    def had_passed(self) -> bool:
        return self.so_far is not None and self.so_far.had_passed

    @property
    def had_held(self) -> float:
        return self.so_far.held_seconds if self.so_far else 0.0

    def says(
        self, word: Word, text: str, *, final: bool = False, held: float | None = None
    ) -> Verdict:
        """`held` where it is Ready now."""
        before = self.so_far if self.had_passed else None
        if word is Word.NONE and self.so_far and self.so_far.word in (Word.PASSED, Word.FAILED):
            return replace(self.so_far, final=True, look_again_at=None)
        final = final or self.is_over
        return Verdict(
            word=word,
            text=text,
            held_seconds=self.had_held if held is None else held,
            look_again_at=None if final else self._again(held),
            failures=self.detected.failures,
            final=final,
            had_passed=self.had_passed or word is Word.PASSED,
            restarts=before.restarts if before else self.restarts,
        )

    def _again(self, held: float | None) -> datetime | None:
        to_go = self.needs - held if held is not None else 0
        holds = self.now + timedelta(seconds=to_go) if to_go > 0 else None
        times = (holds, self.detected.recheck_at, self.ends_at)
        return min((time for time in times if time and time > self.now), default=None)


def judge(
    pod: Manifest,
    needs_seconds: float,
    is_job: bool,
    now: datetime,
    so_far: Verdict | None = None,
    *,
    events: Events = None,
    ends_at: datetime | None = None,
) -> Verdict:
    """The verdict on a live mirror at this moment.

    `needs_seconds` is what `needed_seconds` says of the failing pods; a longer run of the mirror
    itself that ended in a crash raises it. `is_job`: only its end counts. `so_far` is the verdict
    before. `events` are the mirror's; without them a container that waits is only said to wait.
    `ends_at` is when its life is over: what is pending then is none, or failed where its own time
    was up.
    """
    if so_far is not None and so_far.final:
        return so_far
    detected = detect(pod, events, now, GRACES)
    needs = max(needs_seconds, TIMES * longest_run([pod]))
    seen = Watched(pod, needs, is_job, now, ends_at, detected, so_far)
    if manifests.is_being_deleted(pod):
        away = _why_away(pod)
        return seen.says(Word.NONE, f"the mirror is being deleted{away}", final=True)
    if detected.failures:
        return _failing(seen, detected.failures[0])
    if manifests.phase(pod) in ("Succeeded", "Failed"):
        return _finished(seen)
    if seen.had_passed and (ended := _crashed_since(seen)):
        return seen.says(Word.FAILED, f"{ended} after it had passed", final=True)
    return _running(seen)


def no_verdict(text: str) -> Verdict:
    """For what is known without a pod: it was refused, or no time would be enough."""
    return Verdict(Word.NONE, text, final=True)


def _failing(seen: Watched, failure: Failure) -> Verdict:
    text = _said(seen.pod, failure)
    found = failure.failure_class
    if found in OVER or _took_its_node(seen.pod, failure):
        return seen.says(Word.NONE, text, final=True)
    if found is FailureClass.DEADLINE and _deadline(seen.pod) >= DEADLINE:
        return seen.says(Word.NONE, "the longest life of a mirror was over", final=True)
    if found in WAITS and not seen.is_over:
        return seen.says(Word.PENDING, text)
    if found in WAITS and not _demands(failure):
        return seen.says(Word.NONE, text)
    return seen.says(Word.FAILED, text, final=found in ENDED)


def _demands(failure: Failure) -> bool:
    """No node takes it for what it asks for, on each of them: more room would not help."""
    clauses = parse(failure.message) if failure.failure_class is FailureClass.UNSCHEDULABLE else []
    return bool(clauses) and all(DEMANDS.search(clause.text) for clause in clauses)


def _finished(seen: Watched) -> Verdict:
    if manifests.phase(seen.pod) == "Succeeded":
        return seen.says(Word.PASSED, "every container ended with exit code 0", final=True)
    if away := _why_away(seen.pod):
        return seen.says(Word.NONE, f"the mirror was removed{away}", final=True)
    bad = next((c for c in manifests.containers(seen.pod) if last_end(c).get("exitCode")), None)
    if bad is None:
        return seen.says(Word.NONE, "the mirror ended, and its status does not say why", final=True)
    code = last_end(bad).get("exitCode")
    text = f"container {bad.name} ended with exit code {code}"
    return seen.says(Word.FAILED, text, final=True)


def _running(seen: Watched) -> Verdict:
    since = well_since(seen.pod) if is_well(seen.pod) else None
    if seen.is_job:
        return _not_yet(seen, "it runs, and has not ended")
    if since is None:
        return _unready(seen)
    held = seconds(seen.now - since)
    if held >= seen.needs:
        text = f"Ready for {held:.0f} s without a restart"
        return seen.says(Word.PASSED, f"{text}{_before(seen)}", held=held)
    text = f"Ready for {held:.0f} s of {seen.needs:.0f} s without a restart{_before(seen)}"
    if not seen.is_over:
        return seen.says(Word.PENDING, text, held=held)
    made = manifests.created_at(seen.pod) or since
    wanted = seconds(since - made) + seen.needs
    text = f"its time was too short: {text}; it needs at least {wanted:.0f} s"
    return seen.says(Word.NONE, text, held=held)


def _unready(seen: Watched) -> Verdict:
    """Started or not, it is not Ready, and nothing has failed so far."""
    if _lost_its_node(seen.pod):
        return _not_yet(seen, "its node does not answer")
    if seen.had_held:
        text = f"it was Ready for {seen.had_held:.0f} s, and is not any more"
        return seen.says(Word.FAILED if seen.is_over else Word.PENDING, text)
    if not manifests.node_name(seen.pod):
        return _not_yet(seen, "no node has taken it")
    if not _all_run(seen.pod):
        return _not_yet(seen, "not every container runs yet")
    return _not_yet(seen, "it runs and is not Ready, and its probes' own time is not up")


def _not_yet(seen: Watched, text: str) -> Verdict:
    if seen.is_over:
        return seen.says(Word.NONE, f"its time was too short: {text}")
    return seen.says(Word.PENDING, text)


def _all_run(pod: Manifest) -> bool:
    main = [found for found in manifests.containers(pod) if not found.init]
    return bool(main) and all(found.is_running for found in main)


def _said(pod: Manifest, failure: Failure) -> str:
    """In Kubernetes' words for what failed, without its messages, which may hold secrets."""
    container = next((c for c in manifests.containers(pod) if c.name == failure.container), None)
    said = str(failure.failure_class)
    if failure.reason != failure.failure_class:
        said += f" ({failure.reason})"
    if container is None:
        return said
    said = f"container {container.name}: {said}"
    code = manifests.number(last_end(container).get("exitCode"))
    return said + (f", exit code {code}" if code is not None else "")


def _before(seen: Watched) -> str:
    return f", after {seen.restarts} before" if seen.restarts else ""


def _crashed_since(seen: Watched) -> str:
    """Which container ended since it had passed; '' where none did."""
    found = list(manifests.containers(seen.pod))
    for container in found:
        if is_crash(container, container.state("terminated")):
            return f"container {container.name} ended"
    if seen.so_far is None or seen.restarts <= seen.so_far.restarts:
        return ""
    ends = {
        time: container.name
        for container in found
        if (time := manifests.time_of(container.last_terminated.get("finishedAt")))
    }
    return f"container {ends[max(ends)]} restarted" if ends else "a container restarted"


def _deadline(pod: Manifest) -> int:
    return manifests.number(manifests.spec(pod).get("activeDeadlineSeconds")) or DEADLINE


def _why_away(pod: Manifest) -> str:
    """Who wanted the pod away: a drain, a preemption, a taint."""
    target = manifests.condition(pod, "DisruptionTarget")
    reason = manifests.text(target.get("reason"))
    return f" ({reason})" if target.get("status") == "True" and reason else ""


def _took_its_node(pod: Manifest, failure: Failure) -> bool:
    """The pod as a whole ended by what happened to its node, or by somebody's wish."""
    whole = failure.failure_class is FailureClass.POD_FAILED and not failure.container
    return whole and bool(manifests.status(pod).get("reason") or _why_away(pod))


def _lost_its_node(pod: Manifest) -> bool:
    """Its containers are ready as far as anybody knows; the node controller made the pod unready:
    https://kubernetes.io/docs/concepts/architecture/nodes/#node-status"""
    ready = manifests.condition(pod, "Ready").get("status")
    return ready != "True" and (
        manifests.condition(pod, "ContainersReady").get("status") == "True"
        or manifests.status(pod).get("reason") == "NodeLost"
    )
