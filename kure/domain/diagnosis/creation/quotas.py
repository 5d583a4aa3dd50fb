"""A ResourceQuota that is used up, or that wants every container to say what it may use.

https://github.com/kubernetes/kubernetes/blob/v1.34.0/staging/src/k8s.io/apiserver/pkg/admission/plugin/resourcequota/controller.go
"""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal

from kure.domain import manifests, quantities
from kure.domain.diagnosis.creation import requests
from kure.domain.diagnosis.creation.refusal import AGAIN, Refusal, Told
from kure.domain.diagnosis.draft import Draft, draft
from kure.domain.diagnosis.fixes import Operation, Patch, Place, patch_of, put
from kure.domain.diagnosis.model import EvidenceLine
from kure.domain.diagnosis.nearby import Want
from kure.domain.failures.objects.template import wanted_replicas

EXCEEDED = (
    r"exceeded quota: (?P<quota>[^\s,]{1,253}), requested: (?P<requested>[^:]{1,2000}), "
    r"used: (?P<used>[^:]{1,2000}), limited: (?P<limited>[^:\s]{1,2000})"
)
UNSPECIFIED = r"failed quota: (?P<quota>[^\s:]{1,253}): must specify (?P<missing>[^\"\n]{1,2000})"

# Where no LimitRange says otherwise: what a small program needs.
MODEST = {"cpu": Decimal("0.1"), "memory": Decimal(128 * 2**20)}
MODEST_DISK = Decimal(2**30)

SCALABLE = ("Deployment", "ReplicaSet", "StatefulSet")


@dataclass(frozen=True)
class Line:
    """One resource of the quota: what one pod more asks for, what is used, what there is."""

    name: str
    requested: Decimal
    used: Decimal
    limited: Decimal

    @property
    def left(self) -> Decimal:
        return max(self.limited - self.used, Decimal(0))

    @property
    def shown(self) -> str:
        return (
            f"{self.name}: {self.show(self.requested)} asked for, {self.show(self.left)} of "
            f"{self.show(self.limited)} left"
        )

    def show(self, amount: Decimal) -> str:
        return quantities.show("memory" if "storage" in self.name else self.resource, amount)

    @property
    def kind(self) -> str:
        """`requests` or `limits`; '' for what containers do not ask for."""
        return requests.kind_of(self.name)[0]

    @property
    def resource(self) -> str:
        return requests.kind_of(self.name)[1]


def wants_users(refusal: Refusal) -> Iterator[Want]:
    yield _quotas(refusal)


def _quotas(refusal: Refusal) -> Want:
    return refusal.case.want("ResourceQuota")


def exceeded(refusal: Refusal) -> Told:
    quota, lines = refusal.found["quota"], _lines(refusal)
    short = ", ".join(line.name for line in lines) or "what it limits"
    told = "; ".join(line.shown for line in lines)
    lacking = "; ".join(
        f"{line.name} would come to {line.show(line.used + line.requested)}" for line in lines
    )
    never = [line.name for line in lines if line.requested > line.limited]
    alone = f" One pod alone asks for more {', '.join(never)} than the quota has." if never else ""
    by_now = _by_now(refusal, quota, lines)
    room = bool(by_now) and all(line.requested <= line.left for line in by_now)
    patch, how = (None, "") if room else _patch(refusal, by_now)
    if patch is None and not room:
        patch = _larger(refusal, quota, by_now)
    since = " By now it has room for one pod more." if room else ""
    where = f"-n {shlex.quote(refusal.namespace)}"
    return Told(
        title=f'quota "{quota}" has too little {short} left',
        explanation=f'The ResourceQuota "{quota}" of namespace {refusal.namespace} allows no more '
        f"({told}): with this pod, {lacking or 'it would be exceeded'}.{alone}{since}",
        fix=f'{how}{"Or raise" if how else "Raise"} the quota "{quota}", or lower what '
        f"this or other workloads of the namespace ask for.{AGAIN}",
        evidence=_now(refusal, quota, lines),
        commands=(f"kubectl describe resourcequota {shlex.quote(quota)} {where}",),
        patch=patch,
    )


def _lines(refusal: Refusal) -> list[Line]:
    found = [_amounts(refusal.found[key]) for key in ("requested", "used", "limited")]
    requested, used, limited = found
    return [
        Line(name, amount, used.get(name, Decimal(0)), limited[name])
        for name, amount in requested.items()
        if name in limited
    ]


def _by_now(refusal: Refusal, quota: str, lines: list[Line]) -> list[Line]:
    """The message is of the last try; the quota tells what is used now, where it was read."""
    found = refusal.case.facts.nearby.named(_quotas(refusal), quota) or {}
    status = manifests.status(found)
    hard, used = manifests.mapping(status.get("hard")), manifests.mapping(status.get("used"))
    return [
        replace(
            line,
            used=_or(requests.amount(used.get(line.name)), line.used),
            limited=_or(requests.amount(hard.get(line.name)), line.limited),
        )
        for line in lines
    ]


def _or(found: Decimal | None, other: Decimal) -> Decimal:
    return other if found is None else found


def _amounts(text: str) -> dict[str, Decimal]:
    pairs = (part.strip().partition("=") for part in text.split(","))
    found = ((name, quantities.parse(value)) for name, _, value in pairs)
    return {name: amount for name, amount in found if amount is not None}


def _now(refusal: Refusal, quota: str, lines: list[Line]) -> tuple[EvidenceLine, ...]:
    """What the quota itself says by now, where it was read."""
    found = refusal.case.facts.nearby.named(_quotas(refusal), quota) or {}
    status = manifests.status(found)
    hard, used = manifests.mapping(status.get("hard")), manifests.mapping(status.get("used"))
    return tuple(
        EvidenceLine(
            "object",
            f"ResourceQuota/{quota}",
            f"status.used.{line.name}",
            refusal.case.quote(f"{used.get(line.name)} of {hard.get(line.name)}"),
        )
        for line in lines
        if line.name in used and line.name in hard
    )


def _patch(refusal: Refusal, lines: list[Line]) -> tuple[Patch | None, str]:
    """What makes the workload fit, with words for it: no surge where only the rollout needs one
    pod more, as many replicas as there are, or smaller requests where there is not even one."""
    owner = refusal.owner
    made = manifests.number(manifests.status(owner).get("replicas")) or 0
    wanted = wanted_replicas(owner)
    if not lines or owner.get("kind") not in (*SCALABLE, "Job", "CronJob", "DaemonSet"):
        return None, ""
    if owner.get("kind") == "Deployment" and made >= wanted > 0:
        same_size = all(line.requested * made <= line.used for line in lines)
        return _without_surge(refusal) if same_size else _smaller(refusal, lines, 1)
    fits = made + _more(lines)
    if owner.get("kind") in SCALABLE and 0 < fits < wanted:
        patch = patch_of(
            owner,
            *put(owner, ("spec", "replicas"), fits),
            note=f"It then runs {fits} of the {wanted} replicas that were wanted.",
        )
        return patch, f"{fits} of its {wanted} replicas fit: lower spec.replicas. "
    pods = max(wanted, 1) if owner.get("kind") in SCALABLE else 1
    return _smaller(refusal, lines, pods)


def _larger(refusal: Refusal, quota: str, lines: list[Line]) -> Patch | None:
    """The quota itself, larger by what the workload lacks."""
    found = refusal.case.facts.nearby.named(_quotas(refusal), quota) or {}
    hard = manifests.mapping(manifests.spec(found).get("hard"))
    if not lines or any(line.name not in hard for line in lines):
        return None
    pods = _lacking(refusal.owner)
    steps: list[Operation] = []
    for line in lines:
        enough = line.used + pods * line.requested
        amount = quantities.write(line.resource, enough)
        if quantities.parse(amount) != enough:
            amount = str(enough.to_integral_value(ROUND_CEILING))
        steps += put(found, ("spec", "hard", line.name), amount)
    return patch_of(
        found,
        *steps,
        note=f"It makes the quota larger by what {pods} more of its pods need: only with the leave "
        "of whoever set it.",
    )


def _lacking(owner: manifests.Manifest) -> int:
    """How many pods it has too few; of a DaemonSet those of its nodes."""
    status = manifests.status(owner)
    wanted = wanted_replicas(owner) if owner.get("kind") in SCALABLE else 1
    made = manifests.number(status.get("replicas")) or 0
    if owner.get("kind") == "DaemonSet":
        wanted = manifests.number(status.get("desiredNumberScheduled")) or 1
        made = manifests.number(status.get("currentNumberScheduled")) or 0
    return max(wanted - made, 1)


def _more(lines: list[Line]) -> int:
    """How many pods more the quota has room for."""
    return min((int(line.left // line.requested) for line in lines if line.requested), default=0)


def _without_surge(refusal: Refusal) -> tuple[Patch | None, str]:
    """A rollout makes the new pod before it ends an old one. Where that frees enough, it can
    wait."""
    owner = refusal.owner
    strategy = manifests.mapping(manifests.spec(owner).get("strategy"))
    if strategy.get("type") == "Recreate":
        return None, ""
    rolling = manifests.mapping(strategy.get("rollingUpdate"))
    new = rolling | {"maxSurge": 0, "maxUnavailable": 1}
    operations = put(owner, ("spec", "strategy"), {"type": "RollingUpdate", "rollingUpdate": new})
    patch = patch_of(
        owner, *operations, note="While it rolls out, it has one pod less than wanted."
    )
    how = (
        "All its replicas are there; the rollout wants one pod more for a while: let it end an "
        "old pod first (maxSurge 0, maxUnavailable 1). "
    )
    return patch, how


def _smaller(refusal: Refusal, lines: list[Line], pods: int) -> tuple[Patch | None, str]:
    """Only where one container alone asks for it: who gives way among several is a choice."""
    change = draft(refusal.case.template)
    if change is None:
        return None, ""
    told = []
    for line in lines:
        share = quantities.write(line.resource, line.left / pods)
        place = requests.only_asker(change, line.resource, line.kind) if line.kind else None
        amount = quantities.parse(share)
        if place is None or not amount:
            return None, ""
        requests.lower(change, place, line.resource, line.kind, share)
        told.append(f"{line.name} to {share}")
    note = f"What is left of the quota, for {pods} pods." if pods > 1 else "What is left of it."
    how = f"Lower {' and '.join(told)}, which is what is left. " if told else ""
    return change.patch(f"{note} See whether the program can do with it."), how


def wants_limits(refusal: Refusal) -> Iterator[Want]:
    yield refusal.case.want("LimitRange")
    yield _quotas(refusal)


def unspecified(refusal: Refusal) -> Told:
    quota = refusal.found["quota"]
    names = _missing(refusal.found["missing"])
    listed = ", ".join(names)
    patch, told = _specified(refusal, names)
    return Told(
        title=f'quota "{quota}" wants {listed} of every container',
        explanation=f'The ResourceQuota "{quota}" of namespace {refusal.namespace} counts '
        f"{listed}, so that every container must say it: {refusal.found['missing'].strip()}. "
        "No LimitRange of the namespace gives a default for it.",
        fix=f"Give each container its {listed}{told}, or add a LimitRange with defaults to "
        f"namespace {refusal.namespace}.",
        patch=patch,
    )


def _missing(text: str) -> list[str]:
    """`limits.cpu for: app; limits.memory for: app`; before 1.23 `limits.cpu,limits.memory`."""
    parts = [part.partition(" for: ")[0] for part in re.split(r"; ?", text)]
    names = [name.strip() for part in parts for name in part.split(",")]
    return list(dict.fromkeys(name for name in names if name))


def _specified(refusal: Refusal, names: list[str]) -> tuple[Patch | None, str]:
    change = draft(refusal.case.template)
    kinds = [requests.kind_of(name) for name in names]
    if change is None or not all(kind for kind, _ in kinds):
        return None, ""
    told = []
    # Requests first: a limit is never put below one.
    for kind, resource in sorted(kinds, reverse=True):
        amount = _modest(refusal, resource, change)
        if not amount:
            return None, ""
        for place, container in list(change.containers()):
            own = requests.asked(container, resource, "limits" if kind == "limits" else "requests")
            if own is None:
                _specify(change, (*place, "resources"), kind, resource, amount)
        told.append(f"{kind}.{resource} {quantities.write(resource, amount)}")
    note = "Modest amounts, not measured: see what the program needs."
    return change.patch(note), f" (for a small program {', '.join(told)})"


def _specify(change: Draft, place: Place, kind: str, resource: str, amount: Decimal) -> None:
    other = requests.amount(change.at((*place, "requests", resource)))
    enough = max(amount, other or Decimal(0)) if kind == "limits" else amount
    change.put((*place, kind, resource), quantities.write(resource, enough))


def _modest(refusal: Refusal, resource: str, change: Draft) -> Decimal:
    """Within what LimitRanges allow and, for all pods together, what the quota has left."""
    amount = MODEST.get(resource, MODEST_DISK)
    near = refusal.case.facts.nearby
    for limit_range in near.read(refusal.case.want("LimitRange")) or ():
        for limit in manifests.mappings(manifests.spec(limit_range).get("limits")):
            if limit.get("type") == "Container":
                least = requests.amount(manifests.mapping(limit.get("min")).get(resource))
                most = requests.amount(manifests.mapping(limit.get("max")).get(resource))
                amount = max(amount, least or amount)
                amount = min(amount, most or amount)
    shares = max(wanted_replicas(refusal.owner), 1) * sum(1 for _ in change.containers())
    quota = near.named(_quotas(refusal), refusal.found["quota"]) or {}
    for left in _left(quota, resource):
        amount = min(amount, left / shares)
    return amount


def _left(quota: manifests.Manifest, resource: str) -> Iterator[Decimal]:
    status = manifests.status(quota)
    used = manifests.mapping(status.get("used"))
    for name, hard in manifests.mapping(status.get("hard")).items():
        most = requests.amount(hard)
        if requests.kind_of(name)[1] == resource and most is not None:
            yield max(most - (requests.amount(used.get(name)) or Decimal(0)), Decimal(0))
