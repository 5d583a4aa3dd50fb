"""What one failure has in common with its repetitions: the same value for the same failure,
whatever the pods are called, when it happened and how often.

It is made of the workload and what it is told to run, of what the rules say, of the most telling
lines of each container's newest log and of the warnings, without names of pods, times, ids,
addresses and counts.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from itertools import islice

from kure.domain.diagnosis import log_shapes
from kure.domain.diagnosis.facts import Log
from kure.domain.diagnosis.log_signals import signals_of
from kure.domain.models.choosing import SECTION
from kure.domain.models.quoting import seen
from kure.domain.models.shares import in_order
from kure.domain.models.subject import Item, Subject

# Of how many logs the most telling lines are taken, and how many of each.
MOST_LOGS = 6
LINES_OF_LOG = 2
LONGEST = 500
ALL = 10**9

# What the API server and controllers make pods' names end with.
# https://github.com/kubernetes/apimachinery/blob/master/pkg/util/rand/rand.go
_RAND = "[bcdfghjklmnpqrstvwxz2456789]"
_OF_REPLICA_SET = re.compile(rf"-{_RAND}{{6,10}}-{_RAND}{{5}}$")
_VARYING = re.compile(
    rf"""(?x)
      (?P<pod> (?<=-) {_RAND}{{6,10}} - {_RAND}{{5}} \b )
    | (?P<id> \b [0-9a-fA-F]{{8}} (?:-[0-9a-fA-F]{{4}}){{3}} - [0-9a-fA-F]{{12}} \b
        | \b 0x [0-9a-fA-F]+ \b | \b (?=[a-f]*[0-9]) (?=[0-9]*[a-f]) [0-9a-f]{{7,64}} \b )
    | (?P<time> \d{{4}}-\d\d-\d\d [T\ ] \d\d:\d\d:\d\d [\d.,]* (?:Z|[+-]\d\d:?\d\d)?
        | \b \d\d:\d\d:\d\d [\d.,]* \b )
    | (?P<address> \b \d{{1,3}} (?:\.\d{{1,3}}){{3}} \b )
    # What a number says here is the failure itself.
    | (?P<kept> (?:
        \b (?:code|status|exit|errno|http(?:/\d(?:\.\d)?)?|signal) [\ =:]{{1,2}} \d{{1,3}}
        | (?<=[\w\]]) : \d{{2,5}} ) \b )
    | (?P<count> \d+ (?:\.\d+)? )
    """,
    re.IGNORECASE,
)
# Of an owner's or a pod's spec, what changes without anybody's doing.
_PASSING = re.compile(r"\s*(?:- )?(?:replicas|\S*uid|\S*restartedAt|nodeName|pod-template-hash): ")
_WARNING = re.compile(r"- type: Warning$")
_REASON = re.compile(r"  reason: (?P<reason>.*)$")
_MESSAGE = re.compile(r"  message: (?P<message>.*)$")
# Warnings that only repeat that it fails.
_REPEATING = frozenset(("BackOff", "Unhealthy", "FailedSync"))


def of(subject: Subject) -> str:
    """64 hexadecimal digits."""
    named = {item.subject.partition("/")[2] for item in subject.evidence if _is_of_pod(item)}
    # A ReplicaSet's pods are known by their names alone, also those that are no evidence.
    pods = sorted(
        (name for name in named if name and not _OF_REPLICA_SET.search(name)),
        key=lambda name: (-len(name), name),
    )

    def alike(text: str) -> str:
        for name in pods:
            text = text.replace(name, "*")
        return _VARYING.sub(_kept, seen(text[:LONGEST]))

    items = in_order(subject, ALL)
    parts = {
        "workload": subject.workload.key,
        "causes": _unique(
            alike(f"{cause.rule} {cause.failure_class} {cause.container} {cause.title}")
            for cause in subject.causes
        ),
        "runs": _unique(_spec(items)),
        "logs": _unique(map(alike, _telling(items))),
        "warnings": _unique(map(alike, _warnings(items))),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _is_of_pod(item: Item) -> bool:
    return item.subject.startswith("Pod/")


def _unique(texts: Iterator[str]) -> list[str]:
    return sorted(set(texts))


def _kept(found: re.Match[str]) -> str:
    return found[0] if found.lastgroup == "kept" else f"<{found.lastgroup}>"


def _telling(items: list[Item]) -> Iterator[str]:
    """Of each container the newest log, of the run that ended where there was one."""
    logs: dict[str, Item] = {}
    for item in items:
        if item.kind == "log":
            logs.setdefault(item.container, item)
    for container, item in islice(logs.items(), MOST_LOGS):
        for signal in signals_of(Log(container, item.stream, item.text))[:LINES_OF_LOG]:
            yield f"{container} {log_shapes.said(signal.text)}"


def _spec(items: list[Item]) -> Iterator[str]:
    """The lines of the owner's spec, else of a pod's."""
    wanted = next(
        (item for kind in ("owner", "manifest") for item in items if item.kind == kind), None
    )
    section = ""
    for line in wanted.lines if wanted else ():
        if found := SECTION.match(line):
            section = found["key"]
        elif section == "spec" and not _PASSING.match(line):
            yield line


def _warnings(items: list[Item]) -> Iterator[str]:
    for item in items:
        if item.kind != "events":
            continue
        for event in ("\n" + item.text).split("\n- ")[1:]:
            lines = f"- {event}".split("\n")
            reason = next((found["reason"] for line in lines if (found := _REASON.match(line))), "")
            if any(map(_WARNING.match, lines)) and reason not in _REPEATING:
                messages = (found["message"] for line in lines if (found := _MESSAGE.match(line)))
                yield f"{reason} {next(messages, '')}"
