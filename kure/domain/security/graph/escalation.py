"""From one ServiceAccount to the next, until one of them may do everything."""

from collections.abc import Iterator
from typing import NamedTuple

from kure.domain import manifests
from kure.domain.security.checks.accounts import CONTROLLERS
from kure.domain.security.graph.powers import Right, is_admin, rights_of
from kure.domain.security.lookups import account_name
from kure.domain.security.model import Severity, Violation, cis
from kure.domain.security.registry import check
from kure.domain.security.rights import Account, grants_of
from kure.domain.security.snapshot import Snapshot
from kure.domain.security.subject import Subject

MOST_HOPS = 6
"""Steps of a way that are told; it may have more."""


class Step(NamedTuple):
    """What an account does, and who it is then; None: it may do everything."""

    what: str
    then: Account | None


@check(
    "KURE-EXP-002",
    "Multi-hop RBAC escalation",
    Severity.CRITICAL,
    ("ServiceAccount",),
    fix="Break one edge: take one of the rights away, or move the stronger account to a namespace"
    " of its own.",
    frameworks=cis("5.1.8"),
    needs=("ServiceAccount", "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"),
    uses=("Pod", "Secret"),
)
def escalation(account: Subject) -> Iterator[Violation]:
    """Whoever takes this account owns the cluster, though no single right of it says so."""
    if account.is_in_system_namespace and account.name in CONTROLLERS:
        return
    steps = _ways(account.around).get((account.namespace, account.name))
    if steps:
        yield Violation("reach[cluster-admin]", _told(account.around, steps))


def _told(around: Snapshot, step: Step) -> str:
    said = [f"It may {step.what}"]
    ways = _ways(around)
    while step.then is not None and len(said) < MOST_HOPS:
        namespace, name = step.then
        following = ways.get(step.then)
        if following is None:
            said.append(f"so be {namespace}/{name}, which may do everything")
            break
        said.append(f"so be {namespace}/{name}, which may {following.what}")
        step = following
    else:
        said.append("which leads to all rights")
    return ", ".join(said)


def _ways(around: Snapshot) -> dict[Account, Step]:
    """The first step of each account that gets to all rights and has not got them already. The
    shortest ways are found first."""
    known = around.memory.get("ways")
    if known is None:
        accounts = [
            (manifests.namespace(each), manifests.name(each))
            for each in around.all("ServiceAccount")
        ]
        admins = {each for each in accounts if _is_admin(around, each)}
        found: dict[Account, Step] = {}
        goals: set[Account] = set(admins)
        rights = {each: _rights(around, each) for each in accounts if each not in admins}
        while True:
            new = {
                each: step
                for each, own in rights.items()
                if each not in found and (step := _step(around, each, own, goals))
            }
            if not new:
                break
            found |= new
            goals |= new.keys()
        known = around.memory["ways"] = found
    ways: dict[Account, Step] = known
    return ways


def _is_admin(around: Snapshot, account: Account) -> bool:
    return any(is_admin(around, grant) for grant in grants_of(around, *account))


def _rights(around: Snapshot, account: Account) -> list[Right]:
    return [right for grant in grants_of(around, *account) for right in rights_of(around, grant)]


def _step(
    around: Snapshot, account: Account, rights: list[Right], goals: set[Account]
) -> Step | None:
    for right in rights:
        if right.way.leads == "admin" and not right.names:
            return Step(right.what, None)
    for right in rights:
        where = f" in {right.namespace}" if right.namespace else ""
        for goal in sorted(_reached(around, right, goals)):
            if goal != account:
                return Step(right.what + where, goal)
    return None


def _reached(around: Snapshot, right: Right, goals: set[Account]) -> set[Account]:
    """Which of the accounts one is by a right."""
    near = {goal for goal in goals if right.namespace in ("", goal[0])}
    if right.way.leads == "accounts":
        by_name = right.way.resources[0].startswith("serviceaccounts") and right.names
        return {goal for goal in near if not by_name or goal[1] in right.names}
    if right.way.leads == "pods" and not right.names:
        return near & _running(around)
    if right.way.leads == "tokens":
        return {
            goal
            for goal in near
            for name in _tokens(around, goal)
            if name in right.names or not right.names
        }
    return set()


def _running(around: Snapshot) -> set[Account]:
    """The accounts whose tokens are in a pod."""
    known = around.memory.get("running")
    if known is None:
        known = around.memory["running"] = {
            (manifests.namespace(pod), account_name(Subject({"kind": "Pod"} | pod)))
            for pod in around.all("Pod")
        }
    running: set[Account] = known
    return running


def _tokens(around: Snapshot, account: Account) -> list[str]:
    """The Secrets that hold a token of an account; none where Secrets were not read."""
    return [
        manifests.name(secret)
        for secret in around.within("Secret", account[0])
        if secret.get("type") == "kubernetes.io/service-account-token"
        and Subject(secret).annotations.get("kubernetes.io/service-account.name") == account[1]
    ]
