"""The Kubernetes API refuses a program (C28): which right its account lacks."""

import shlex
from collections.abc import Iterator
from dataclasses import replace

from kure.domain import manifests
from kure.domain.diagnosis.dependencies.rights import (
    Account,
    Denied,
    Grant,
    allows,
    denied_in,
    grants,
    has_resource,
    is_about,
    misdirected,
    only_subject,
    texts,
    wanted_cluster_roles,
    wanted_rights,
)
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.fixes import Operation, Patch, patch_of, put
from kure.domain.diagnosis.log_signals import Signal
from kure.domain.diagnosis.model import Cause, Confidence, EvidenceLine
from kure.domain.diagnosis.nearby import Want
from kure.domain.diagnosis.runs import how_it_ran
from kure.domain.manifests import Manifest

RBAC = "rbac.authorization.k8s.io/v1"
WIDENS = "It gives {account} more rights than it has: see that the program is meant to have them."
# How much of a log is searched for what else was refused, and how much of that is told.
TAIL = 64 * 1024
MOST_RIGHTS = 8
# Roles that every account has say nothing of what is missing.
OF_EVERYBODY = "system:"


def wants_rights(case: Case, signal: Signal) -> Iterator[Want]:
    for denied in _denied(signal)[:4]:
        yield from wanted_rights(denied)
        yield from wanted_cluster_roles(case, denied)
        if _is_own(case, denied.account):
            yield case.want("ServiceAccount")
            for other in _others(case, denied, unread=True):
                yield from wanted_cluster_roles(case, replace(denied, account=other))


def forbidden(case: Case, signal: Signal) -> Iterator[Cause]:
    found = _denied(signal)
    if not found:
        return
    first = found[0]
    account = first.account
    lacking = [one for one in found if not _granted(case, one)]
    known = _bindings_read(case, first)
    bound = [grant for grant in grants(case, account, first.namespace) if not _common(grant)]
    missing = lacking or found
    rights = "; ".join(dict.fromkeys(one.text for one in missing))
    since = known and not lacking
    why = _since_granted() if since else _why(case, missing[0], bound, known=known)
    yield Cause(
        rule="C28",
        failure_class=case.failure.failure_class,
        container=case.failure.container,
        title=case.quote(
            f'{case.container_label} may not {rights}: ServiceAccount "{account.name}" of '
            f"namespace {account.namespace} lacks the right",
            240,
        ),
        explanation=f'Line {signal.number} of its log says: "{signal.quoted(case, 300)}". {why} '
        + (how_it_ran(case.container) if case.container else ""),
        confidence=Confidence.DEFINITIVE
        if known and lacking and _all_roles_read(bound)
        else Confidence.LIKELY,
        evidence=(signal.evidence(case), *_evidence(bound)),
        fix=_fix(case, missing, bound),
        commands=tuple(_commands(case, missing, bound)),
        patch=None if since else _patch(case, missing, bound),
    )


def _denied(signal: Signal) -> list[Denied]:
    """What the line tells first, then what else the log says was refused to the same account."""
    own = denied_in("\n".join((signal.text, *signal.below)))
    others = denied_in((signal.log.text or "")[-TAIL:]) if own else []
    found = [*own, *(one for one in reversed(others) if one.account == own[0].account)]
    return list(dict.fromkeys(found))[:MOST_RIGHTS]


def _is_own(case: Case, account: Account) -> bool:
    return account == Account(case.namespace, _own_account(case))


def _own_account(case: Case) -> str:
    return manifests.text(manifests.spec(case.pod).get("serviceAccountName")) or "default"


def _bindings_read(case: Case, denied: Denied) -> bool:
    nearby = case.facts.nearby
    lists = [Want("ClusterRoleBinding")]
    if denied.namespace:
        lists.append(Want("RoleBinding", denied.namespace))
    return all(nearby.read(want) is not None and want not in nearby.cut for want in lists)


def _all_roles_read(bound: list[Grant]) -> bool:
    return all(grant.role is not None or grant.missing for grant in bound)


def _common(grant: Grant) -> bool:
    return grant.role_name.startswith(OF_EVERYBODY)


def _granted(case: Case, denied: Denied) -> bool:
    return any(
        allows(rule, denied)
        for grant in grants(case, denied.account, denied.namespace)
        for rule in grant.rules
    )


def _since_granted() -> str:
    return "Its account has this right by now: it was given after the program asked."


def _why(case: Case, denied: Denied, bound: list[Grant], *, known: bool) -> str:
    if not known:
        return "Which rights the account has could not be read."
    if not bound:
        return f"No binding gives this account any right{_where(denied)}.{_mistaken(case, denied)}"
    told = " ".join(_told(case, grant, denied) for grant in bound[:4])
    return told + _mistaken(case, denied)


def _where(denied: Denied) -> str:
    return f" in namespace {denied.namespace}" if denied.namespace else " in the whole cluster"


def _told(case: Case, grant: Grant, denied: Denied) -> str:
    by = f'{grant.kind} "{manifests.name(grant.binding)}" gives it {grant.role_text}'
    if grant.missing:
        near = ""
        if grant.role_kind == "Role":
            near = case.facts.nearby.nearest(Want("Role", grant.namespace), grant.role_name)
        also = f' Role "{near}" is there: is it meant?' if near else ""
        return f"{by}, which does not exist.{also}"
    if grant.role is None:
        return f"{by}, which could not be read."
    about = [rule for rule in grant.rules if is_about(rule, denied)]
    if about:
        verbs = ", ".join(dict.fromkeys(verb for rule in about for verb in texts(rule, "verbs")))
        names = [name for rule in about for name in texts(rule, "resourceNames")]
        only = f", only for {', '.join(names[:3])}" if names else ""
        return f"{by}, which allows {verbs} on {denied.what}{only}, not {denied.verb}."
    grouped = [rule for rule in grant.rules if has_resource(rule, denied)]
    if grouped and not denied.path:
        named = ", ".join(f'"{group}"' for group in texts(grouped[0], "apiGroups"))
        return (
            f"{by}, which names {denied.resource} in API group {named}, but they are in "
            f'"{denied.group}".'
        )
    return f"{by}, which says nothing of {denied.what or denied.path}."


def _mistaken(case: Case, denied: Denied) -> str:
    wrong = misdirected(case, denied)
    subject = only_subject(wrong.binding) if wrong else None
    if wrong and subject:
        return (
            f' {wrong.kind} "{manifests.name(wrong.binding)}" gives this right to ServiceAccount '
            f'"{subject.name}" of namespace {subject.namespace}, which is another one.'
        )
    others = _others(case, denied)
    if others:
        names = " and ".join(f'"{other.name}"' for other in others)
        return f" ServiceAccount {names} of this namespace has the right: is it meant?"
    if not denied.namespace:
        own = Account(denied.account.namespace, denied.account.name)
        here = replace(denied, namespace=own.namespace)
        if _granted(case, here):
            return (
                f" It has the right in its own namespace ({own.namespace}) only; the program asks "
                "for all namespaces."
            )
    return ""


def _others(case: Case, denied: Denied, *, unread: bool = False) -> list[Account]:
    """Other accounts of the pod's namespace that may do it; with `unread` also those that may by a
    role that was not read."""
    if not _is_own(case, denied.account):
        return []
    accounts = case.facts.nearby.read(case.want("ServiceAccount")) or ()
    found = [Account(case.namespace, manifests.name(one)) for one in accounts]
    return [
        one
        for one in found
        if one != denied.account and _has_own(case, replace(denied, account=one), unread=unread)
    ]


def _has_own(case: Case, denied: Denied, *, unread: bool = False) -> bool:
    """By a binding that not every account has."""
    return any(
        not _common(grant)
        and (
            any(allows(rule, denied) for rule in grant.rules)
            or (unread and grant.role is None and not grant.missing)
        )
        for grant in grants(case, denied.account, denied.namespace)
    )


def _evidence(bound: list[Grant]) -> Iterator[EvidenceLine]:
    for grant in bound[:4]:
        subject = f"{grant.kind}/{manifests.name(grant.binding)}"
        yield EvidenceLine("object", subject, "roleRef", grant.role_text)


def _fix(case: Case, missing: list[Denied], bound: list[Grant]) -> str:
    account = missing[0].account
    rights = "; ".join(dict.fromkeys(one.text for one in missing))
    others = _others(case, missing[0])
    if len(others) == 1:
        return (
            f'Let the pod run as ServiceAccount "{others[0].name}", which has the right, or give '
            f'ServiceAccount "{account.name}" this right: {rights}.'
        )
    also = (
        " A program that watches needs both list and watch."
        if any(one.verb in ("list", "watch") for one in missing)
        else ""
    )
    return f'Give ServiceAccount "{account.name}" this right, and no more: {rights}.{also}'


def _commands(case: Case, missing: list[Denied], bound: list[Grant]) -> Iterator[str]:
    account = missing[0].account
    for namespace in dict.fromkeys(one.namespace for one in missing):
        here = [one for one in missing if one.namespace == namespace and not one.path]
        if here:
            yield _can_i(here[0])
            yield from _create(account, here, namespace)


def _can_i(denied: Denied) -> str:
    where = f"-n {shlex.quote(denied.namespace)}" if denied.namespace else "--all-namespaces"
    plain, _, sub = denied.what.partition("/")
    more = f" --subresource={shlex.quote(sub)}" if sub else ""
    return (
        f"kubectl auth can-i {denied.verb} {shlex.quote(plain)}{more} "
        f"--as={shlex.quote(denied.account.text)} {where}"
    )


def _create(account: Account, here: list[Denied], namespace: str) -> Iterator[str]:
    """One role for each set of verbs, so that none gets more than it asked for."""
    verbs: dict[str, list[str]] = {}
    for one in here:
        verbs.setdefault(one.what, []).append(one.verb)
    kind = "role" if namespace else "clusterrole"
    where = f" -n {shlex.quote(namespace)}" if namespace else ""
    for what, asked in verbs.items():
        unique = ",".join(dict.fromkeys(asked))
        plain = what.replace("/", "-").replace(".", "-")
        name = shlex.quote(f"{account.name}-{plain}-{unique.replace(',', '-')}")
        yield f"kubectl create {kind} {name}{where} --verb={unique} --resource={shlex.quote(what)}"
        yield (
            f"kubectl create {kind}binding {name}{where} --{kind}={name} "
            f"--serviceaccount={shlex.quote(f'{account.namespace}:{account.name}')}"
        )


def _patch(case: Case, missing: list[Denied], bound: list[Grant]) -> Patch | None:
    """Another account where exactly one has the right; else the right in the one Role that it
    has."""
    wrong = misdirected(case, missing[0])
    if wrong:
        account = missing[0].account
        subject = {"kind": "ServiceAccount", "name": account.name, "namespace": account.namespace}
        binding = {"apiVersion": RBAC, "kind": wrong.kind} | wrong.binding
        return patch_of(binding, *put(binding, ("subjects", 0), subject))
    others = _others(case, missing[0])
    template = case.template
    if len(others) == 1 and template and _may_all(case, others[0], missing):
        steps = template.put(("spec", "serviceAccountName"), others[0].name)
        old = template.drop(("spec", "serviceAccount"))
        return template.patch(*steps, *old)
    roles = [grant for grant in bound if grant.role_kind == "Role" and grant.role is not None]
    if others or len(roles) != 1 or len(bound) != 1 or any(one.path for one in missing):
        return None
    role = {"apiVersion": RBAC, "kind": "Role"} | (roles[0].role or {})
    steps = tuple(_added(role, missing))
    return patch_of(role, *steps, note=WIDENS.format(account=missing[0].account.name))


def _may_all(case: Case, account: Account, missing: list[Denied]) -> bool:
    return all(_has_own(case, replace(one, account=account)) for one in missing)


def _added(role: Manifest, missing: list[Denied]) -> Iterator[Operation]:
    """Verbs of a rule that is about this resource only; else a rule of its own."""
    rules = role.get("rules")
    listed = rules if isinstance(rules, list) else []
    new: dict[tuple[str, str], list[str]] = {}
    for one in missing:
        own = {"apiGroups": [one.group], "resources": [one.resource]}
        index = next((i for i, rule in enumerate(listed) if _is_only(rule, own)), None)
        if index is not None and isinstance(listed[index].get("verbs"), list):
            yield Operation("add", f"/rules/{index}/verbs/-", one.verb)
        else:
            verbs = new.setdefault((one.group, one.resource), [])
            verbs += [] if one.verb in verbs else [one.verb]
    for place, ((group, resource), verbs) in enumerate(new.items()):
        rule = {"apiGroups": [group], "resources": [resource], "verbs": verbs}
        if listed or place:
            yield Operation("add", "/rules/-", rule)
        else:
            yield Operation("add", "/rules", [rule])


def _is_only(rule: object, own: Manifest) -> bool:
    found = manifests.mapping(rule)
    return not found.get("resourceNames") and all(found.get(key) == own[key] for key in own)
