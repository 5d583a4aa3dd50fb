"""Roles that allow more than anybody has counted."""

from collections.abc import Iterator

from kure.domain.security.kinds import BINDINGS, ROLES
from kure.domain.security.model import Severity, Violation, cis
from kure.domain.security.registry import check
from kure.domain.security.rights import ANY, Rule, own_rules, reach_of
from kure.domain.security.shipped import is_shipped_rule
from kure.domain.security.subject import Subject


@check(
    "KURE-RBAC-002",
    "Role equal to cluster-admin",
    Severity.CRITICAL,
    ROLES,
    fix="List the resources and verbs that are needed.",
    frameworks=cis("5.1.3"),
    uses=BINDINGS,
)
def all_rights(role: Subject) -> Iterator[Violation]:
    """Its holders may do everything, as cluster-admin may, and nobody looks for that under another
    name."""
    for rule in own_rules(role):
        if _is_everything(rule) and not is_shipped_rule(role, _called(rule)):
            is_all = role.kind == "ClusterRole" and ANY in rule.groups
            where = "the cluster" if role.kind == "ClusterRole" else "its namespace"
            yield Violation(
                f"rules[{_called(rule)}]",
                f"It may do everything with {'everything' if is_all else 'what is'} in {where}",
                value=_called(rule),
                severity=_weighed(role, Severity.CRITICAL if is_all else Severity.HIGH),
            )


def _is_everything(rule: Rule) -> bool:
    """In all API groups, or in the one of pods and Secrets."""
    return ANY in rule.resources and ANY in rule.verbs and not rule.groups.isdisjoint((ANY, ""))


def _called(rule: Rule) -> str:
    groups = ",".join(sorted(rule.groups))
    return f"{groups}/{','.join(sorted(rule.resources))}"


def _weighed(role: Subject, severity: Severity) -> Severity:
    reach = reach_of(role)
    if reach is not None and not reach.is_bound:
        return Severity.LOW
    if role.kind == "ClusterRole" and reach is not None and not reach.cluster:
        return severity.softer
    return severity


@check(
    "KURE-RBAC-003",
    "Wildcard verb or resource",
    Severity.HIGH,
    ROLES,
    fix="List the resources and verbs that are needed.",
    frameworks=cis("5.1.3"),
    uses=BINDINGS,
)
def wildcard(role: Subject) -> Iterator[Violation]:
    """What a later version of Kubernetes or of an operator adds is allowed unseen, subresources
    such as exec too."""
    for rule in own_rules(role):
        if not rule.resources or _is_everything(rule) or is_shipped_rule(role, _called(rule)):
            continue
        which = [name for name in ("verbs", "resources") if ANY in getattr(rule, name)]
        if which:
            is_own = all("." in group and not group.endswith(".k8s.io") for group in rule.groups)
            severity = Severity.MEDIUM if is_own and rule.groups else Severity.HIGH
            yield Violation(
                f"rules[{_called(rule)}].{which[0]}",
                f"A rule for {_called(rule)} has * for its {' and '.join(which)}",
                value=_called(rule),
                severity=_weighed(role, severity),
            )
