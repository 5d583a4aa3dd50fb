"""What a mirror would be, from what is in the cluster now: its source, patched or edited, copied,
measured by the policy, tried by a dry run."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from activities.mirror_reading import Source, read_around, read_source, read_surroundings
from kure.contracts.mirroring import Wish
from kure.contracts.mirrors import MirrorPlan
from kure.domain import manifests
from kure.domain.capture import as_yaml
from kure.domain.diagnosis.fixes import Mismatch, applied, pod_of
from kure.domain.diagnosis.model import short, storable
from kure.domain.mirrors import documents
from kure.domain.mirrors.asked import Asked, MirrorPolicy, Origin
from kure.domain.mirrors.confirmations import CONFIRMATIONS, confirmations
from kure.domain.mirrors.copying import Choice, Copy, copy_of
from kure.domain.mirrors.documents import MOST_BYTES
from kure.domain.mirrors.names import mirror_name
from kure.domain.mirrors.needs import enough, longest_run, needed_seconds
from kure.domain.mirrors.placeholders import resolve, resolved_operations
from kure.domain.mirrors.policy import refusals
from kure.domain.mirrors.powers import account_of, powers
from kure.domain.mirrors.shared import shares
from kure.domain.mirrors.shown import cut, shown
from kure.domain.mirrors.surroundings import Surroundings
from kure.domain.redact import Redactor
from kure.errors import AccessDenied, Gone, InvalidInput, TooLarge
from kure.gathering.reads import PODS, together
from kure.ports import Cluster, DryRuns, Manifest

ACCEPTED = "accepted by the API server (dry run)"
JOBS = ("Job", "CronJob")

# A payload stays under 64 KiB, with room for what JSON writes as two characters.
MOST_MANIFEST, MOST_DIFF = 20_000, 12_000
MOST_TEXTS, MOST_TEXT = 25, 300

TOO_LARGE = f"The manifest has {{}} bytes: only up to {MOST_BYTES} it is shown and may be edited"
NO_RIGHT = (
    "Kure's worker may not create pods in namespace {}: an admin of the cluster allows mirrors "
    "there, see docs/mirrors.md."
)


@dataclass(frozen=True)
class Planned:
    """A plan, and the copy itself, which never leaves the process; None where there is none.
    `manifest` is that of the plan where it is too large to be sent, and not to be edited."""

    plan: MirrorPlan
    copy: Copy | None = None
    manifest: str = ""


@dataclass(frozen=True)
class Parts:
    """What is known so far, of which a plan is told."""

    source: Source | None
    wanted: Manifest | None = None
    copy: Copy | None = None
    refusals: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    dry_run: str = ""


@dataclass(frozen=True)
class Planning:
    """Plans mirrors of one cluster. `key` is what signs them; `own_namespace` is Kure's."""

    cluster: Cluster
    dry_runs: DryRuns
    redactor: Redactor
    key: bytes = field(repr=False)
    own_namespace: str
    clock: Callable[[], datetime]

    async def plan(self, wish: Wish, mirror_id: str) -> Planned:
        """Refused or not, what it would be. Raises ClusterUnavailable where that is not known."""
        try:
            source = await read_source(self.cluster, wish)
        except Gone as error:
            return self._told(wish, mirror_id, Parts(None, refusals=(str(error),)))
        parts = await self._made(wish, mirror_id, source)
        if parts.copy is not None and not parts.refusals:
            parts = await self._tried(parts, parts.copy)
        return await asyncio.to_thread(self._told, wish, mirror_id, parts)

    async def _made(self, wish: Wish, mirror_id: str, source: Source) -> Parts:
        namespace = wish.workload.namespace
        async with together() as group:
            reading = group.create_task(read_surroundings(self.cluster, namespace))
            measure = group.create_task(read_around(self.cluster, namespace))
        original = pod_of(source.owner, namespace)
        if original is None:
            kind = wish.workload.kind
            return Parts(source, refusals=(f"A {kind} has no pod that could be copied.",))
        try:
            wanted = await asyncio.to_thread(self._wanted, wish, source, original)
        except (InvalidInput, Mismatch, TooLarge) as error:
            return Parts(source, original, refusals=(str(error),))
        around = reading.result()
        choice = Choice(
            mirror_id=UUID(mirror_id),
            ttl_seconds=wish.ttl_seconds,
            requested_at=self.clock(),
            empty_volumes=wish.empty_volumes,
            no_network=wish.no_network,
            named_after=wish.named_after,
        )
        copy = copy_of(wanted, source.original, source.owner, around, choice, self.key)
        policy = MirrorPolicy(own_namespace=self.own_namespace)
        asked = replace(
            _asked(wish, original, wanted), earlier=tuple(_earlier(source.owner, around))
        )
        against = refusals(asked, measure.result(), policy)
        too_short = enough(wish.ttl_seconds, _needs(wish, source))
        return Parts(
            source=source,
            wanted=wanted,
            copy=copy,
            refusals=(*against, *copy.refusals),
            warnings=(
                *copy.warnings,
                *shares(copy.pod, around.services),
                *([too_short] if too_short else []),
            ),
        )

    def _wanted(self, wish: Wish, source: Source, original: Manifest) -> Manifest:
        """The pod that is to be tried, as its owner would make it."""
        if wish.edited:
            edited = documents.edited(wish.edited)
            return resolve(edited, self.redactor.manifest(original), original)
        operations = resolved_operations(source.owner, wish.operations, self.redactor)
        patched = pod_of(applied(source.owner, operations), wish.workload.namespace)
        if patched is None:
            raise InvalidInput("The fix leaves no pod that could be copied.")
        return patched

    async def _tried(self, parts: Parts, copy: Copy) -> Parts:
        """What the API server would make of it: webhooks may add what no mirror may have."""
        namespace = manifests.namespace(copy.pod)
        try:
            made = await self.dry_runs.dry_run_create(PODS.format(namespace), copy.pod)
        except InvalidInput as error:
            said = f"The API server refuses the mirror: {error}"
            return replace(parts, refusals=(said,), dry_run=f"refused: {error}")
        except AccessDenied:
            return replace(parts, refusals=(NO_RIGHT.format(namespace),))
        return replace(parts, refusals=tuple(powers(made)), dry_run=ACCEPTED)

    def _told(self, wish: Wish, mirror_id: str, parts: Parts) -> Planned:
        """Redacted, and short enough to be sent."""
        source, copy = parts.source, parts.copy
        redactor = self.redactor
        known = (source.owner, source.original) if source else ()
        for obj in (*known, parts.wanted, copy.pod if copy else None):
            redactor = redactor.with_secrets_of(obj) if obj else redactor
        original = pod_of(source.owner, wish.workload.namespace) if source else None
        name = manifests.name(copy.pod) if copy else mirror_name(wish.named_after, UUID(mirror_id))
        wanted = parts.wanted
        manifest = as_yaml(redactor.manifest(wanted)) if wanted else ""
        diff = ""
        if original and copy:
            diff = shown(redactor.manifest(original), redactor.manifest(copy.pod))
        names = confirmations(wish.workload.kind)
        size = len(manifest.encode())
        warnings = (*parts.warnings, *([TOO_LARGE.format(size)] if size > MOST_BYTES else []))
        plan = MirrorPlan(
            namespace=wish.workload.namespace,
            pod=name,
            service_account=account_of(wanted) if wanted else "",
            stripped=_texts(copy.stripped if copy else (), redactor),
            warnings=_texts(warnings, redactor),
            refusals=_texts(parts.refusals, redactor),
            confirmations=[
                *(CONFIRMATIONS[name] for name in names),
                *_texts(copy.confirmations if copy else (), redactor),
            ],
            dry_run=short(storable(redactor.text(parts.dry_run)), MOST_TEXT),
            manifest=manifest if size <= MOST_MANIFEST else "",
            diff=cut(storable(diff), MOST_DIFF),
            needs_seconds=_needs(wish, source) if source else 0,
        )
        beside = manifest if MOST_MANIFEST < size <= MOST_BYTES else ""
        return Planned(plan, copy if copy and not plan.refusals else None, beside)


def _asked(wish: Wish, original: Manifest, wanted: Manifest) -> Asked:
    """A fix that is stored was validated when it was proposed. What has to be confirmed is no
    refusal here: who asks is told, and `unconfirmed` sees to it."""
    return Asked(
        namespace=wish.workload.namespace,
        owner_kind=wish.workload.kind,
        original=original,
        wanted=wanted,
        role=wish.role,
        origin=_origin(wish),
        ttl_seconds=wish.ttl_seconds,
        validated=not wish.edited,
        confirmed=frozenset(CONFIRMATIONS),
    )


def _origin(wish: Wish) -> Origin:
    if wish.edited:
        return Origin.EDITED
    return Origin.MODEL if wish.by_model else Origin.RULES


def _earlier(owner: Manifest, around: Surroundings) -> Iterator[Manifest]:
    """The pods of a Deployment's revisions, as its ReplicaSets keep them."""
    for found in around.replica_sets or ():
        made_by = manifests.mappings(manifests.metadata(found).get("ownerReferences"))
        if any(one.get("uid") == manifests.uid(owner) for one in made_by):
            pod = pod_of({"kind": "ReplicaSet"} | found, manifests.namespace(owner))
            if pod is not None:
                yield pod


def unconfirmed(wish: Wish, plan: MirrorPlan) -> list[str]:
    """What has to be confirmed and was not."""
    return [] if wish.confirmed else plan.confirmations


def _needs(wish: Wish, source: Source) -> float:
    """How long it must hold; of a Job only its end counts."""
    return 0 if wish.workload.kind in JOBS else needed_seconds(longest_run(source.pods))


def _texts(texts: Iterable[str], redactor: Redactor) -> list[str]:
    told = [short(storable(redactor.text(text)), MOST_TEXT) for text in texts]
    if len(told) > MOST_TEXTS:
        told = [*told[:MOST_TEXTS], f"and {len(told) - MOST_TEXTS} more"]
    return told
