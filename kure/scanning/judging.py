"""From what was read to a report: the checks run, and what they found is put into its words."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from typing import Any

from kure.domain import manifests
from kure.domain.diagnosis.fixes import Operation
from kure.domain.manifests import Manifest
from kure.domain.security import model
from kure.domain.security.catalogue import CATALOGUE, FAMILIES, is_on
from kure.domain.security.changes import patch
from kure.domain.security.kinds import CLUSTER, kind_of
from kure.domain.security.model import Check, Severity
from kure.domain.security.readable import CLUSTER_WIDE
from kure.domain.security.scan import scan
from kure.domain.security.settings import Settings
from kure.scanning.looked_at import LookedAt
from kure.scanning.report import (
    CheckView,
    Finding,
    FrameworkView,
    NotEvaluated,
    ObjectView,
    Report,
)

# Of the id of a finding: enough that no two of any cluster are alike.
ID_LENGTH = 32


def judge(looked: LookedAt, settings: Settings, namespace: str, now: datetime) -> Report:
    """The report of all that was looked at, or of one namespace of it."""
    made = scan(looked.objects, looked.around, settings, looked.cluster)
    told = [each for each in made.findings if _is_within(each, namespace)]
    objects = _by_name(looked.objects) if any(each.changes for each in told) else {}
    findings = sorted((_finding(each, looked, objects) for each in told), key=_order)
    counts = Counter(each.severity for each in findings)
    return Report(
        source=looked.source,
        at=now,
        scope=f"namespace {namespace}" if namespace else "all",
        policy_version=f"1.{settings.policy_version}",
        objects=made.objects,
        counts={severity: counts[severity] for severity in Severity},
        checks=[_check(each) for each in CATALOGUE.values() if is_on(each, settings)],
        findings=findings,
        not_evaluated=list(_not_evaluated(made.not_evaluated, looked, namespace)),
        unread=looked.unread,
    )


def identity(finding: model.Finding) -> str:
    """The same for the same thing in a file and in any cluster, whatever its context is called."""
    name = "" if finding.kind == CLUSTER else finding.name
    spot = (finding.check.id, finding.kind, finding.namespace, name, finding.path)
    return sha256("\0".join(spot).encode("utf-8", "surrogatepass")).hexdigest()[:ID_LENGTH]


def _order(finding: Finding) -> tuple[int, str, str, str, str, str]:
    of = finding.object
    return finding.severity.rank, of.namespace, of.kind, of.name, finding.check, finding.path


def _is_within(finding: model.Finding, namespace: str) -> bool:
    """Of the cluster as a whole nothing is said where one namespace was asked for."""
    if not namespace or finding.namespace == namespace:
        return True
    return finding.kind == "Namespace" and finding.name == namespace


def _by_name(objects: Iterable[Manifest]) -> dict[tuple[str, str, str], Manifest]:
    return {
        (kind_of(each), manifests.namespace(each), manifests.name(each)): each for each in objects
    }


def _finding(
    found: model.Finding, looked: LookedAt, objects: dict[tuple[str, str, str], Manifest]
) -> Finding:
    obj = objects.get((found.kind, found.namespace, found.name))
    made = patch(obj, found.changes) if obj is not None and found.changes else None
    return Finding(
        id=identity(found),
        check=found.check.id,
        severity=found.severity,
        object=ObjectView(
            api_version=found.api_version,
            kind=found.kind,
            namespace=found.namespace,
            name=found.name,
        ),
        path=found.path,
        container=found.container,
        message=found.message,
        value=_plain(found.value),
        managed_by=found.managed_by,
        seen_on=found.seen_on,
        location=looked.locate(found),
        patch=[_step(each) for each in made.operations] if made else [],
    )


def _step(operation: Operation) -> dict[str, Any]:
    step = {"op": operation.op, "path": operation.path}
    return step if operation.op == "remove" else step | {"value": _plain(operation.value)}


def _plain(value: Any) -> Any:
    """As JSON can say it: YAML knows more."""
    return json.loads(json.dumps(value, default=str))


def _check(check: Check) -> CheckView:
    return CheckView(
        id=check.id,
        title=check.title,
        severity=check.severity,
        family=FAMILIES[check.family],
        why=check.why,
        fix=check.fix,
        frameworks=[FrameworkView(**each._asdict()) for each in check.frameworks],
    )


def _not_evaluated(
    found: Iterable[model.NotEvaluated], looked: LookedAt, namespace: str
) -> Iterator[NotEvaluated]:
    """Kinds that belong to no namespace are not missed where one was asked for. Those of which only
    that namespace could be listed were judged, as far as that goes."""
    for each in found:
        kinds = [kind for kind in each.kinds if not namespace or not _is_outside(kind)]
        if kinds:
            judged = set(each.missing) <= looked.partly and not (
                CATALOGUE[each.check].needs & looked.partly
            )
            yield NotEvaluated(
                check=each.check,
                kinds=kinds,
                missing=list(each.missing),
                partly=each.partly or judged,
            )


def _is_outside(kind: str) -> bool:
    return kind == CLUSTER or (kind in CLUSTER_WIDE and kind != "Namespace")
