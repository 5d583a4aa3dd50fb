"""What a wanted pod asks for: no device that the original has not, and no more than its namespace
gives.

Cpu, memory and scratch space may be raised: that is what most fixes do, a mirror runs at the lowest
priority and for an hour at most, and what the namespace allows holds for it too. Its last word has
the API server, at the dry run: quotas with a scope are left to it.
"""

from collections.abc import Iterator
from decimal import Decimal

from kure.domain import manifests, quantities
from kure.domain.diagnosis.creation.requests import PLAIN, amount, asked, kind_of
from kure.domain.manifests import Manifest
from kure.domain.mirrors.asked import Around
from kure.domain.mirrors.rights.pairs import LISTS, Pair, pairs
from kure.domain.mirrors.rights.words import NO_MORE, more, shown

KINDS = ("requests", "limits")


def more_resources(original: Manifest, wanted: Manifest) -> Iterator[str]:
    """One sentence for each amount that gives more, and for each that is none."""
    whole = Pair("spec", manifests.spec(original), manifests.spec(wanted))
    for pair in (whole, *pairs(original, wanted)):
        for kind in KINDS:
            yield from _of_amounts(f"{pair.path}.resources.{kind}", pair, kind)


def _of_amounts(path: str, pair: Pair, kind: str) -> Iterator[str]:
    before, after = (_amounts(each, kind) for each in (pair.before, pair.after))
    for name, value in after.items():
        at, had = f"{path}[{name}]", before.get(name)
        if value is None or value == had:
            continue
        found, old = quantities.parse(value), amount(had)
        if found is None:
            yield f"{at} is {shown(value)}, which is no quantity: write one such as 500m or 1Gi."
        elif name not in PLAIN and (old is None or found > old):
            yield more(at, value, had, "take the device out, or ask for what the original has")
    if kind == "limits":
        for name in ("memory", "ephemeral-storage"):
            if before.get(name) is not None and after.get(name) is None:
                yield (
                    f"{path}[{name}] is not set, in the original {shown(before[name])}: {NO_MORE}; "
                    "raise the limit and leave it there."
                )


def _amounts(holder: Manifest, kind: str) -> Manifest:
    return manifests.mapping(manifests.mapping(holder.get("resources")).get(kind))


def no_room(wanted: Manifest, around: Around) -> Iterator[str]:
    """One sentence for each bound of the namespace that the wanted pod would break."""
    for limits in around.limit_ranges:
        for bound in manifests.mappings(manifests.spec(limits).get("limits")):
            yield from _of_bound(manifests.name(limits), bound, wanted)
    for quota in around.quotas:
        spec = manifests.spec(quota)
        if not spec.get("scopes") and not spec.get("scopeSelector"):
            yield from _of_quota(quota, wanted)


def _of_bound(name: str, bound: Manifest, wanted: Manifest) -> Iterator[str]:
    for resource, most in manifests.mapping(bound.get("max")).items():
        limit = amount(most)
        if limit is None:
            continue
        held: list[tuple[str, Decimal | None]] = []
        if bound.get("type") == "Pod":
            held = [("spec.containers", total(wanted, resource, "limits"))]
        elif bound.get("type") == "Container":
            held = [(path, asked(each, resource, "limits")) for path, each in _containers(wanted)]
        for path, found in held:
            if found is not None and found > limit:
                yield (
                    f"{path}.resources.limits[{resource}] is {quantities.show(resource, found)}, "
                    f'and the LimitRange "{name}" allows at most {most}: lower it.'
                )


def _of_quota(quota: Manifest, wanted: Manifest) -> Iterator[str]:
    status = manifests.status(quota)
    used = manifests.mapping(status.get("used"))
    for name, hard in manifests.mapping(status.get("hard")).items():
        kind, resource = kind_of(name)
        needs = total(wanted, resource, kind) if kind else Decimal(name in ("pods", "count/pods"))
        most, taken = amount(hard), amount(used.get(name)) or Decimal(0)
        left = None if most is None else max(most - taken, Decimal(0))
        if left is not None and needs > left:
            yield (
                f"The mirror needs {quantities.show(resource, needs)} of {name}, and the quota "
                f'"{manifests.name(quota)}" has {quantities.show(resource, left)} left: lower what '
                "it asks for, or try again when there is room."
            )


def total(pod: Manifest, resource: str, kind: str) -> Decimal:
    """What a pod counts for: all its containers together, or its largest init container."""
    held: dict[str, list[Decimal]] = {field: [Decimal(0)] for field in LISTS}
    for field in LISTS:
        for each in manifests.mappings(manifests.spec(pod).get(field)):
            held[field].append(asked(each, resource, kind) or Decimal(0))
    return max(sum(held["containers"], Decimal(0)), max(held["initContainers"]))


def _containers(pod: Manifest) -> Iterator[tuple[str, Manifest]]:
    for field in LISTS:
        for each in manifests.mappings(manifests.spec(pod).get(field)):
            yield f"spec.{field}[{manifests.text(each.get('name'))}]", each
