"""Prints docs/checks.md, made from the security checks: `python -m tests.checks_doc`."""

import sys
from collections.abc import Iterator

from kure.domain.security.catalogue import CATALOGUE, FAMILIES
from kure.domain.security.kinds import CLUSTER, LIVE, WORKLOADS
from kure.domain.security.model import Check, Severity

HEAD = f"""# What the security scan looks for

Made from the checks by `make checks-doc`; do not edit it.

{len(CATALOGUE)} checks. Each has an id that never changes. *Critical* is takeover of a node or the
cluster by whoever controls the workload or subject, *high* one step from it or exposure to the
outside, *medium* a missing barrier, *low* hygiene, reliability or advice. Some weigh more or less
by what is around: a role that nobody is bound to, a privileged level in an empty namespace.

A finding is told of the top owner, once, with container and field. It is known again by cluster,
check, kind, namespace, name and field. A check whose lists could not be read is *not evaluated*,
which is not a pass; without those that it only *looks at* it may say less, or too much.

The Pod Security Standards (KURE-POD-001 to -022) are decided as the API server's own admission does
for policy versions 1.19 to 1.37. Numbers of the CIS benchmark are those of version 1.12, for people
to judge by: no scan is a certificate.
"""


def lines() -> Iterator[str]:
    """The document, paragraph by paragraph."""
    yield HEAD
    yield "| severity | checks |\n|---|---|"
    for severity in Severity:
        count = sum(check.severity is severity for check in CATALOGUE.values())
        yield f"| {severity} | {count} |"
    for family, title in FAMILIES.items():
        yield f"\n## {title}\n"
        yield from (_section(check) for check in CATALOGUE.values() if check.family == family)


def _section(check: Check) -> str:
    rows = [
        f"**{check.severity.capitalize()}**{'' if check.on else ', off unless it is switched on'}",
        f"**Of:** {_kinds(check)}",
        f"**Fix:** {check.fix}",
    ]
    if check.needs:
        rows.append(f"**Needs:** {', '.join(sorted(check.needs, key=lambda n: (n != LIVE, n)))}")
    if check.uses:
        rows.append(f"**Looks at:** {', '.join(sorted(check.uses))}")
    if check.frameworks:
        told = dict.fromkeys(" ".join(each) for each in check.frameworks)
        rows.append(f"**Covers:** {', '.join(told)}")
    listed = "\n".join(f"- {row}" for row in rows)
    return f"### {check.id} {check.title}\n\n{check.why}\n\n{listed}\n"


def _kinds(check: Check) -> str:
    """`workloads` for all kinds that have a pod template, pods among them."""
    kinds = set(check.kinds)
    told = []
    if kinds >= WORKLOADS:
        kinds -= WORKLOADS
        told.append("workloads")
    names = {CLUSTER: "the cluster"}
    return ", ".join([*told, *(names.get(kind, kind) for kind in sorted(kinds))])


if __name__ == "__main__":
    sys.stdout.write("\n".join(lines()) + "\n")
