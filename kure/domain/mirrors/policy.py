"""Whether a mirror may run, and all that stands against it.

First where and of what no mirror is made at all, then who asks, then what the wanted pod has more
than its original. What the API server refuses by itself, such as what breaks the Pod Security level
of a namespace, is left to the dry run.
"""

from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.access.roles import Role
from kure.domain.manifests import Manifest
from kure.domain.mirrors.asked import Around, Asked, MirrorPolicy, Origin
from kure.domain.mirrors.confirmations import CONFIRMATIONS, confirmations
from kure.domain.mirrors.powers import account_of, powers
from kure.domain.mirrors.rights.changes import Change, changes
from kure.domain.mirrors.rights.environment import more_environment
from kure.domain.mirrors.rights.fields import UNKNOWN
from kure.domain.mirrors.rights.metadata import more_metadata
from kure.domain.mirrors.rights.referring import referring
from kure.domain.mirrors.rights.resources import more_resources, no_room
from kure.domain.mirrors.rights.security import more_security
from kure.domain.mirrors.rights.volumes import more_volumes
from kure.domain.mirrors.rights.words import HIDDEN, NO_MORE, more, shown
from kure.domain.mirrors.secret_readers import reads_secrets

SYSTEM_NAMESPACES = frozenset(("kube-system", "kube-public", "kube-node-lease"))


def refusals(asked: Asked, around: Around, policy: MirrorPolicy) -> tuple[str, ...]:
    """Every reason why this mirror may not run, each a sentence that names the field, its value and
    what to do; none where it may."""
    found = [
        *_of_place(asked, policy),
        *powers(asked.original),
        *_of_account(asked, around),
        *_of_asker(asked),
        *beyond_original(asked),
        *no_room(asked.wanted, around),
    ]
    return tuple(dict.fromkeys(found))


def beyond_original(asked: Asked) -> Iterator[str]:
    """Every reason why the wanted pod may not differ from its original as it does, wherever it is
    to run."""
    yield from _of_account_named(asked)
    yield from _of_kind(asked.wanted)
    if asked.wanted != asked.original:
        yield from _of_changes(asked)


def _of_place(asked: Asked, policy: MirrorPolicy) -> Iterator[str]:
    there = {asked.namespace, manifests.namespace(asked.original)}
    for namespace in sorted(there & SYSTEM_NAMESPACES):
        yield (
            f"metadata.namespace is {shown(namespace)}, a namespace of the cluster itself, "
            "in which no mirror runs: try the fix in a namespace of your own."
        )
    if policy.own_namespace in there:
        yield (
            f"metadata.namespace is {shown(policy.own_namespace)}, Kure's own, in which no mirror "
            "runs: try the fix in another namespace."
        )
    least, most = policy.least_ttl_seconds, policy.most_ttl_seconds
    if not least <= asked.ttl_seconds <= most:
        yield f"ttl_seconds is {asked.ttl_seconds}: write one from {least} to {most}."


def _of_account(asked: Asked, around: Around) -> Iterator[str]:
    account = account_of(asked.original)
    if how := reads_secrets(asked.namespace, account, around):
        yield (
            f"spec.serviceAccountName is {shown(account)}, {how}: no mirror runs with an account "
            "that opens Secrets everywhere; give the workload one of its own with fewer rights."
        )


def _of_account_named(asked: Asked) -> Iterator[str]:
    account = account_of(asked.original)
    before, after = manifests.spec(asked.original), manifests.spec(asked.wanted)
    fields = ("serviceAccountName", "serviceAccount")
    others = [key for key in fields if after.get(key) not in (None, "", account, before.get(key))]
    for key in others:
        yield more(f"spec.{key}", after[key], account)
    if not others and account_of(asked.wanted) != account:
        yield more("spec.serviceAccountName", after.get("serviceAccountName"), account)


def _of_asker(asked: Asked) -> Iterator[str]:
    if not asked.role.covers(Role.WRITE):
        yield f"Your role is {asked.role}, and mirrors are run by write: ask somebody who has it."
    stored = asked.origin is not Origin.EDITED
    if stored and not asked.validated and not asked.role.covers(Role.ADMIN):
        yield (
            "The fix is not validated, and write may try validated ones only: validate it first, "
            "or ask an admin."
        )
    for name in confirmations(asked.owner_kind):
        if name not in asked.confirmed:
            yield f"{CONFIRMATIONS[name]} Confirm it with {shown(name)} in confirmed."


def _of_kind(wanted: Manifest) -> Iterator[str]:
    """Templates have neither kind nor apiVersion."""
    for field, meant in (("kind", "Pod"), ("apiVersion", "v1")):
        if wanted.get(field) not in (None, meant):
            yield f"{field} is {shown(wanted[field])}: a mirror is a {meant}; write {meant}."


def _of_changes(asked: Asked) -> Iterator[str]:
    original, wanted = asked.original, asked.wanted
    by_rules = asked.origin is Origin.RULES
    named_by = (original, *asked.earlier) if by_rules else (original,)
    may = referring(*named_by, corrects=by_rules)
    for change in changes(original, wanted):
        if change.path == "metadata.namespace" and change.after == asked.namespace:
            continue  # a template does not say it
        yield from _of_change(change)
        if asked.origin is Origin.EDITED:
            yield from _of_edit(change, asked.role)
    yield from more_metadata(original, wanted)
    yield from more_security(original, wanted)
    yield from more_volumes(original, wanted, may)
    yield from more_environment(original, wanted, may)
    yield from more_resources(original, wanted)


def _of_change(change: Change) -> Iterator[str]:
    field, before, after = change.field, change.before, change.after
    if change.wrong:
        yield f"{change.path} {change.wrong}: write it as the original has it."
    elif field.subset:
        had = before if isinstance(before, list) else []
        for index, item in enumerate(after if isinstance(after, list) else [after]):
            if item is not None and item not in had:
                yield (
                    f"{change.path}[{index}] is {shown(item)}, which the original does not have: "
                    f"{NO_MORE}; take it out."
                )
    elif field.kept and after not in field.lesser:
        yield more(change.path, after, HIDDEN if field is UNKNOWN else before)


def _of_edit(change: Change, role: Role) -> Iterator[str]:
    """The value is not told: what is edited may hold a secret."""
    editor = change.field.editor
    if editor is not None and not role.covers(editor):
        yield (
            f"{change.path} was edited by hand, which only {editor} may: leave it as the original "
            f"has it, run a validated fix unchanged, or ask one who is {editor}."
        )
