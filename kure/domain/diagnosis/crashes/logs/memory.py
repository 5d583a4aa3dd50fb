"""A language's runtime has no more memory: C29. Its own limit and the container's are compared."""

import re
from decimal import ROUND_CEILING, Decimal

from kure.domain import manifests, quantities
from kure.domain.diagnosis.crashes.logs import spec
from kure.domain.diagnosis.crashes.logs.row import Detail, Groups, LogRow, reads
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.fixes import Place
from kure.domain.diagnosis.log_signals import Signal

# How runtimes are told how large their heap may be: Java, Node.js (in MiB), Go, PHP.
HEAP = re.compile(
    r"(?P<java>-Xmx)(?P<size>\d{1,9}[kKmMgG]?)"
    r"|(?P<node>--max[-_]old[-_]space[-_]size[= ])(?P<mib>\d{1,9})"
    r"|(?P<php>memory_limit ?= ?)(?P<limit>\d{1,9}[kKmMgG]?)"
)
# What a process needs beside its heap.
BESIDE = Decimal("1.5")


def _heap(case: Case, signal: Signal, groups: Groups) -> Detail:
    limit = _limit(case)
    told = f"The container's memory limit is {limit}." if limit else "It has no memory limit."
    for place, text in (*spec.words(case), *spec.values(case)):
        found = HEAP.search(text)
        if found and not HEAP.search(text, found.end()):
            return _flag(case, place, text, found, limit, told)
    if not limit:
        return Detail(says=told)
    field = f"{case.spec_path}.resources.limits.memory"
    return Detail(says=told, evidence=(case.from_pod(field, limit),))


def _flag(
    case: Case, place: Place, text: str, found: re.Match[str], limit: str, told: str
) -> Detail:
    size = next(found[key] for key in ("size", "mib", "limit") if found[key])
    unit = "M" if found["mib"] else ""
    twice = f"{2 * int(size.rstrip('kKmMgG'))}{size[len(size.rstrip('kKmMgG')) :]}"
    start, end = found.span(next(key for key in ("size", "mib", "limit") if found[key]))
    operations = spec.put(case, place, text[:start] + twice + text[end:])
    needed, has = _bytes(twice + unit) * BESIDE, quantities.parse(limit) if limit else None
    if operations and has is not None and has < needed:
        shown = quantities.show_bytes(_rounded(needed))
        operations += spec.put(case, ("resources", "limits", "memory"), shown)
    return Detail(
        says=f"Its heap may be {size}{unit and ' MiB'} ({found[0]}). {told}",
        fix=f"See what it keeps in memory. If it needs more, raise {found[0]} (twice as much is "
        f"{twice}), and keep the memory limit about half again as large as the heap.",
        evidence=(case.from_pod(spec.field_of(case, place), text),),
        patch=case.template.patch(
            *operations, note="If it leaks memory, it only ends later with more."
        )
        if case.template and operations
        else None,
    )


def _bytes(size: str) -> Decimal:
    """As Java and PHP write it: units are powers of 1024."""
    number = Decimal(size.rstrip("kKmMgG"))
    return number * {"k": 2**10, "m": 2**20, "g": 2**30}.get(size[-1].lower(), 1)


def _rounded(size: Decimal) -> Decimal:
    mib = Decimal(2**20)
    return (size / mib).to_integral_value(ROUND_CEILING) * mib


def _limit(case: Case) -> str:
    limits = manifests.mapping(
        manifests.mapping(spec.spec_of(case).get("resources")).get("limits")
    ).get("memory")
    return "" if limits is None else str(limits)


RUNTIME = LogRow(
    rule="C29",
    hints=("memory", "heap", "bad_alloc", "enomem", "metaspace"),
    pattern=r"OutOfMemoryError(?!.{0,40}native thread)|OutOfMemoryException|out of memory"
    r"|^(?:\S{1,100}: )?MemoryError\b|\bNoMemoryError\b|can ?not allocate memory|\bENOMEM\b"
    r"|std::bad_alloc|Allowed memory size of \d{1,20} bytes exhausted|reached heap limit"
    r"|could not reserve enough space|insufficient memory for the Java|os::commit_memory"
    r"|(?:memory allocation of \d{1,20} bytes|failed to allocate memory)",
    title="{container} has no memory left: {what}",
    explanation="The runtime of the program could get no more memory: its heap is at the size that "
    "it may have, which by default is a part of the container's memory limit.",
    fix="See what it keeps in memory. If it needs that much, raise the heap size of the runtime "
    "(-Xmx or -XX:MaxRAMPercentage of Java, --max-old-space-size of Node.js) and the memory limit "
    "with it.",
    detail=_heap,
)

RULE = reads(RUNTIME)
