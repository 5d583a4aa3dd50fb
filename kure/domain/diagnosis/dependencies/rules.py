"""Rules about what a container calls, for the classes of failure that show it: crashes, by the
lines of a log (`dependency_line`); init containers that wait; containers that are not ready."""

import re
from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.diagnosis.dependencies.blocked import wanted_policies
from kure.domain.diagnosis.dependencies.dns import dns_settings, own_resolver, wanted_of_dns
from kure.domain.diagnosis.dependencies.explain import OF_NAMES, explain
from kure.domain.diagnosis.dependencies.finding import Finding, cause_of
from kure.domain.diagnosis.dependencies.forbidden import forbidden, wants_rights
from kure.domain.diagnosis.dependencies.hosts import Called, called_in
from kure.domain.diagnosis.dependencies.names import no_service
from kure.domain.diagnosis.dependencies.reach import shown
from kure.domain.diagnosis.dependencies.resolving import resolve, wanted_for
from kure.domain.diagnosis.dependencies.seen import Seen, candidates, seen, seen_in
from kure.domain.diagnosis.dependencies.troubles import Kind, kind_of
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.log_signals import Signal
from kure.domain.diagnosis.model import Cause
from kure.domain.diagnosis.nearby import Want
from kure.domain.failures.model import FailureClass

# More hosts than these are settings, not what is waited for.
MOST_CALLED = 8
# Troubles behind which a name may be that is not found.
MAY_BE_NAMES = (*OF_NAMES, Kind.WAITS, Kind.FAILS)
# Answers of a readiness probe behind which a dependency may stand.
UNHEALTHY = re.compile(r"statuscode: 5\d\d|service unhealthy|exited with \d|probe failed: \S")
# The probe did not reach the program, or asked it wrongly.
NOT_ASKED = re.compile(
    r"statuscode: [1-4]\d\d|dial tcp|connection refused|Client\.Timeout|deadline exceeded"
    r"|timed out|executable file not found|HTTP response to HTTPS|malformed HTTP",
    re.IGNORECASE,
)


def dependency_line(case: Case, signal: Signal) -> Iterator[Cause]:
    """What one line of a log tells of what the container calls (a LineRule)."""
    found = seen_in(case, signal)
    if found is None:
        return
    if found.kind is Kind.FORBIDDEN:
        yield from forbidden(case, signal)
    elif found.kind is Kind.FAILS:
        yield from _shown(case, found, candidates(case, found))
    else:
        yield explain(case, found)


def waits_for_dependency(case: Case) -> Iterator[Cause]:
    """An init container that runs on and on: its log tells for whom, or its command does and the
    cluster shows that nobody is there."""
    if case.failure.failure_class is not FailureClass.INIT_STUCK or case.container is None:
        return
    found = seen(case)
    clear = found and (found.called.host or found.kind is Kind.FORBIDDEN)
    if clear and found and found.signal and found.kind is not Kind.FAILS:
        yield from dependency_line(case, found.signal)
        return
    told = list(_shown(case, found, candidates(case, found)))
    yield from told
    if not told and found and found.signal:
        yield from dependency_line(case, found.signal)


def names_dependency(case: Case) -> bool:
    """Whether the probe's words or the log tell of something that the container calls. What its
    spec names may as well have nothing to do with it."""
    said = _probe_said(case)
    return said is not None and bool(_named_by_probe(case, said) or seen(case))


def readiness_follows(case: Case) -> Iterator[Cause]:
    """E13: a container runs, and its readiness probe says that something it calls is not there."""
    if case.failure.failure_class is not FailureClass.NOT_READY or case.container is None:
        return
    said = _probe_said(case)
    if said is None:
        return
    found = _named_by_probe(case, said) or seen(case)
    if found and found.kind is Kind.FORBIDDEN and found.signal:
        yield from forbidden(case, found.signal)
        return
    if found is None and not said:
        return
    yield from _shown(case, found, candidates(case, found))


def _shown(case: Case, found: Seen | None, called: list[Called]) -> Iterator[Cause]:
    """Of everything that it may call, what certainly is not there."""
    for one in called[:MOST_CALLED]:
        trouble = Seen(found.kind if found else Kind.WAITS, one, found.signal if found else None)
        finding = _of_cluster(case, trouble, one)
        if finding:
            yield cause_of(case, trouble, finding)


def _of_cluster(case: Case, trouble: Seen, called: Called) -> Finding | None:
    resolved = resolve(case, called)
    if resolved.absent and resolved.meaning and resolved.meaning.certain:
        settings = dns_settings(case, resolved)
        return settings or no_service(case, resolved, resolved.meaning)
    found = shown(case, trouble, resolved)
    if found or called.is_ip or resolved.backing is None or trouble.kind not in MAY_BE_NAMES:
        return found
    return dns_settings(case, resolved)


def _probe_said(case: Case) -> str | None:
    """The newest words of its readiness probe, if a dependency may be behind them; '' where none
    are left."""
    for event in case.events("Unhealthy"):
        message = manifests.text(event.get("message"))[:2000]
        if "eadiness" in message:
            asked = UNHEALTHY.search(message) and not NOT_ASKED.search(message)
            return message if asked or _names_another(case, message) else None
    return ""


def _names_another(case: Case, message: str) -> bool:
    """`dial tcp` of the probe is the kubelet's to the pod itself; of what a command prints, not."""
    called = called_in(message)
    own = manifests.status(case.pod).get("podIP")
    return bool(called.host) and called.host != own and not called.is_local and not called.is_ip


def _named_by_probe(case: Case, message: str) -> Seen | None:
    if not _names_another(case, message):
        return None
    return Seen(kind_of(message) or Kind.WAITS, called_in(message))


def dependency_wants(case: Case) -> Iterator[Want]:
    """The lists that the verdict on what a container calls needs."""
    found = _trouble(case)
    if found and found.kind is Kind.FORBIDDEN:
        yield from wants_rights(case, found.signal) if found.signal else ()
        return
    if found is None and not _may_wait(case):
        return
    for called in candidates(case, found)[:MOST_CALLED]:
        yield from wanted_for(case, called)
        yield from wanted_policies(case, resolve(case, called))
    if (found and found.kind in OF_NAMES) or own_resolver(case):
        yield from wanted_of_dns(case)


def _trouble(case: Case) -> Seen | None:
    if case.failure.failure_class is FailureClass.NOT_READY:
        said = _probe_said(case)
        return None if said is None else _named_by_probe(case, said) or seen(case)
    return seen(case)


def _may_wait(case: Case) -> bool:
    failure_class = case.failure.failure_class
    if failure_class is FailureClass.INIT_STUCK:
        return True
    return failure_class is FailureClass.NOT_READY and bool(_probe_said(case))
