"""What the pod template names and the API server does not have: an account, a class."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from kure.domain.diagnosis.creation.refusal import AGAIN, Refusal, Told
from kure.domain.diagnosis.draft import Draft, draft
from kure.domain.diagnosis.fixes import Patch
from kure.domain.diagnosis.nearby import Want, did_you_mean

NAME = r"[\w.:-]{1,253}"
ACCOUNT = (
    rf"error looking up service account \S{{1,520}}: serviceaccount \"(?P<name>{NAME})\" not found"
)
PRIORITY = rf"no PriorityClass with name \"?(?P<name>{NAME})\"? was found"
RUNTIME = rf"RuntimeClass(?:\.node\.k8s\.io)? \"?(?P<name>{NAME})\"? not found"


def wants_accounts(refusal: Refusal) -> Iterator[Want]:
    yield refusal.case.want("ServiceAccount")


def account(refusal: Refusal) -> Told:
    name, where = refusal.found["name"], refusal.namespace
    near = refusal.case.facts.nearby.nearest(refusal.case.want("ServiceAccount"), name)
    create = f"kubectl create serviceaccount {shlex.quote(name)} -n {shlex.quote(where)}"
    return Told(
        title=f'ServiceAccount "{name}" does not exist',
        explanation=f'The pod template names the ServiceAccount "{name}", and namespace {where} '
        f"has none of that name; pods are not made without it."
        f"{did_you_mean('ServiceAccount', near)}",
        fix=f'Name "{near}" in the pod template, if that is meant; else make it: `{create}`, with '
        "the Roles that it needs."
        if near
        else f'Make the ServiceAccount "{name}" (and bind it to the Roles that it needs), or '
        f"correct spec.serviceAccountName in the pod template.{AGAIN}",
        commands=() if near else (create,),
        patch=_named(refusal, near, "serviceAccountName", "serviceAccount")
        if near
        else _default_account(refusal),
    )


def _default_account(refusal: Refusal) -> Patch | None:
    """Only for pods that mount no token of it: they ask nothing of the API server by it."""
    change = draft(refusal.case.template)
    if change is None or change.at(("spec", "automountServiceAccountToken")) is not False:
        return None
    return _without(
        change,
        "The pod then runs as the account default. It mounts no token, so that it loses no rights; "
        "pull secrets and a cloud's role that the other account was to have are not there.",
        "serviceAccountName",
        "serviceAccount",
    )


def _named(refusal: Refusal, name: str, *fields: str) -> Patch | None:
    """The template with another name in those of the fields that it has: the old
    `serviceAccount` stands beside the new one."""
    change = draft(refusal.case.template)
    if change is None or not any(change.at(("spec", field)) for field in fields):
        return None
    for field in fields:
        if change.at(("spec", field)) is not None:
            change.put(("spec", field), name)
    return change.patch(f'"{name}" is the name most like it that is there.')


def _without(change: Draft, note: str, *fields: str) -> Patch | None:
    for field in fields:
        change.drop(("spec", field))
    return change.patch(note)


@dataclass(frozen=True)
class _Class:
    """A kind of the cluster that pods name by one field: `without` says what a pod is that names
    none, `make` goes on after `or make "gold"`."""

    kind: str
    fields: tuple[str, ...]
    without: str
    make: str = ""

    def wants(self, _refusal: Refusal) -> Iterator[Want]:
        yield Want(self.kind)

    def tell(self, refusal: Refusal) -> Told:
        name, want, field = refusal.found["name"], Want(self.kind), self.fields[0]
        near = refusal.case.facts.nearby.nearest(want, name)
        return Told(
            title=f'{self.kind} "{name}" does not exist',
            explanation=f'The pod template names the {self.kind} "{name}", and the cluster has '
            f"none of that name.{did_you_mean(self.kind, near)}",
            fix=f'Correct or leave out spec.{field} in the pod template, or make "{name}"'
            f"{self.make}.",
            commands=(f"kubectl get {self.kind.lower()}",),
            patch=_named(refusal, near, field) if near else self._left_out(refusal, name),
        )

    def _left_out(self, refusal: Refusal, name: str) -> Patch | None:
        """None where the list was not read: one with a name much like it may be there."""
        change = draft(refusal.case.template)
        if change is None or not refusal.case.facts.nearby.lacks(Want(self.kind), name):
            return None
        return _without(change, self.without, *self.fields)


PRIORITY_CLASS = _Class(
    "PriorityClass",
    ("priorityClassName", "priority"),
    "The pod then has the priority of the cluster's default class, or 0.",
)
RUNTIME_CLASS = _Class(
    "RuntimeClass",
    ("runtimeClassName",),
    "The pod then runs in the nodes' default runtime, without the sandbox it asked for.",
    " once the nodes have that runtime",
)
