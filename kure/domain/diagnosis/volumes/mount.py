"""Why a pod's volumes are not mounted: group G of the rules."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

from kure.domain import manifests
from kure.domain.diagnosis.aid import NO_AID, Aid, Aiding, aided
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.messages import MessageRule, cause_from, first_match
from kure.domain.diagnosis.model import Cause, EvidenceLine
from kure.domain.diagnosis.nearby import Want
from kure.domain.diagnosis.starts.memory import higher_limit, lowest_limit
from kure.domain.diagnosis.volumes.holders import (
    claim_near,
    holder,
    made_path,
    near_driver,
    wants_claims,
    wants_drivers,
    wants_holders,
)
from kure.domain.diagnosis.volumes.missing_files import (
    absent_file,
    missing_file,
    wants_absent,
    wants_files,
)
from kure.domain.diagnosis.volumes.mount_rules import MOUNT_RULES, TIMED_OUT
from kure.domain.failures.starting import VOLUME_EVENTS

# How long a kubelet waits at most before it tries a volume again, and some more.
TRIES = timedelta(minutes=3)


def failed_mount(case: Case) -> Iterator[Cause]:
    """What the newest message that says why is about; else that it takes too long."""
    told = _of_now(case)
    yield from told
    for message, line in () if told else _messages(case):
        groups = TIMED_OUT.match(message)
        if groups is not None:
            absent = list(absent_file(case))
            yield from absent or (_cause(case, TIMED_OUT, groups, message, line),)
            return


def _of_now(case: Case) -> list[Cause]:
    """One cause for each thing that is told; of what is older than the kubelet's tries are apart,
    nothing."""
    found: dict[str, Cause] = {}
    newest: datetime | None = None
    for message, line, seen in _dated(case):
        if found and (seen is None or newest is None or newest - seen > TRIES):
            break
        for cause in _told(case, message, line):
            found.setdefault(cause.title, cause)
            newest = newest or seen
    return list(found.values())


def wants_mount(case: Case) -> Iterator[Want]:
    for message, _ in _messages(case):
        files = list(wants_files(case, message))
        match = first_match(MOUNT_RULES, message)
        yield from files
        yield from WANTS.get(match[0].rule if match else "", _nothing)(case)
    yield from wants_absent(case)


def _messages(case: Case) -> Iterator[tuple[str, EvidenceLine]]:
    yield from ((message, line) for message, line, _ in _dated(case))


def _dated(case: Case) -> Iterator[tuple[str, EvidenceLine, datetime | None]]:
    """The events, newest first, and what detection took from one of them, if it is gone."""
    said = case.failure.message.strip()
    events = list(case.events(*VOLUME_EVENTS))
    if said and not any(_message(event) == said for event in events):
        yield said, case.from_pod(case.failure.field, said), None
    for event in events:
        if message := _message(event):
            yield message, case.from_event(event), manifests.event_time(event)


def _message(event: manifests.Manifest) -> str:
    return manifests.text(event.get("message")).strip()


def _told(case: Case, message: str, line: EvidenceLine) -> Iterator[Cause]:
    files = list(missing_file(case, message, line))
    yield from files
    match = None if files else first_match(MOUNT_RULES, message)
    if match:
        yield _cause(case, *match, message, line)


def _cause(
    case: Case, row: MessageRule, found: Mapping[str, str], message: str, line: EvidenceLine
) -> Cause:
    values = _values(case, message) | {
        name.rstrip("23"): text for name, text in found.items() if text.strip()
    }
    aid = AIDS.get(row.rule, _no_aid)(case, values)
    return aided(cause_from(row, case, values, (line,)), case, aid)


def _values(case: Case, message: str) -> dict[str, str]:
    spec, lowest = manifests.spec(case.pod), lowest_limit(case)
    volume = _between(message, 'for volume "', '"')
    named = _between(message, "unmounted volumes=[", "]")
    output = _between(message + "\n", "Output: ", "\n") or message
    return {
        "pod": f'Pod "{case.name}"',
        "node": manifests.node_name(case.pod) or "(unknown)",
        "namespace": case.namespace,
        "volume": volume or "(unnamed)",
        "volume_named": f'"{volume}" ' if volume else "",
        "account_name": manifests.text(spec.get("serviceAccountName")) or "default",
        "why": " the reason is not told",
        "holder": "",
        "of": lowest[0],
        "limit": lowest[1] or "none",
        "source": "the export",
        "type": "this kind of",
        "driver": "(unknown)",
        "output": case.quote(output, 400),
        "which": f": {', '.join(named.split()[:5])}" if named else "",
        "state": "",
    }


def _between(text: str, before: str, after: str) -> str:
    _, found, rest = text.partition(before)
    return rest.partition(after)[0].strip() if found else ""


def _no_aid(case: Case, values: Mapping[str, str]) -> Aid:
    return NO_AID


def _nothing(case: Case) -> Iterator[Want]:
    yield from ()


AIDS: dict[str, Aiding] = {
    "B13": higher_limit,
    "F14": claim_near,
    "G04": holder,
    "G05": made_path,
    "G06": near_driver,
}
WANTS: dict[str, Callable[[Case], Iterator[Want]]] = {
    "F14": wants_claims,
    "G04": wants_holders,
    "G06": wants_drivers,
}
