"""A fix that a model proposes, checked on the live workload before anybody sees it.

In this order: it applies, with its placeholders where they were shown; it leaves a whole object;
it changes only what it may; what it names is there; the security checks find nothing worse; the API
server takes a pod of it, asked by a dry run. Nothing here changes a cluster.
"""

import asyncio
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from kure.contracts.investigating import FixChecked
from kure.domain.diagnosis.fixes import Mismatch, Operation, applied
from kure.domain.diagnosis.model import short, storable
from kure.domain.manifests import Manifest
from kure.domain.mirrors.placeholders import resolved_operations
from kure.domain.models.fix_shown import size
from kure.domain.models.fixing import guarded, refusals
from kure.domain.redact import Redactor
from kure.domain.workloads import Workload
from kure.errors import InvalidInput
from kure.gathering.reads import Reads
from kure.gathering.validation import broken, opened, tried
from kure.investigating.named import Named
from kure.investigating.saying import redacted
from kure.investigating.surroundings import Surroundings
from kure.ports import Cluster, DryRuns

MOST_REFUSALS, LONGEST_REFUSAL = 25, 300
# With the tests of what is replaced: a fix that is larger rewrites what it should mend.
MOST_BYTES = 24 * 1024

NOT_READ = "The workload could not be read: it is gone, or the worker may not read it."
TOO_LARGE = (
    f"With the tests of what it replaces the fix has more than {MOST_BYTES // 1024} KiB: it has to "
    "change single fields."
)


@dataclass(frozen=True)
class Checking:
    """Checks fixes of one cluster's workloads; without `dry_runs` the API server is not asked."""

    cluster: Cluster
    dry_runs: DryRuns | None
    redactor: Redactor

    async def check(
        self, workload: Workload, operations: Sequence[Operation], classes: Collection[str]
    ) -> FixChecked:
        """What of it may be shown, or every reason why it may not. `classes` are those of the
        workload's failures. Raises ClusterUnavailable."""
        live = await Surroundings(Reads(self.cluster), workload).owner()
        if live is None:
            return FixChecked(refusals=[NOT_READ])
        live = {"kind": workload.kind.partition(".")[0]} | live
        redactor = self.redactor.with_secrets_of(live)
        try:
            told = [replace(step, value=redacted(step.value, redactor)) for step in operations]
            steps = guarded(redactor.manifest(live), told)
            resolved = await asyncio.to_thread(resolved_operations, live, steps, self.redactor)
            changed = applied(live, resolved)
        except InvalidInput as error:
            return _refused([*map(_told, error.fields)] or [str(error)], redactor)
        except Mismatch as error:
            return _refused([f"It does not apply: {error}."], redactor)
        redactor = redactor.with_secrets_of(changed)
        against, unknown = await self._against(live, changed, classes)
        if size(steps) > MOST_BYTES:
            against.append(TOO_LARGE)
        if against:
            return _refused(against, redactor)
        trial = await tried(self.dry_runs, changed, classes)
        if not trial.stays:
            return _refused([f"The API server does not take a pod of it: {trial.text}"], redactor)
        text = "; not known: ".join(filter(None, (trial.text, ", ".join(unknown))))
        return FixChecked(operations=list(steps), checked=_short(text, redactor))

    async def _against(
        self, live: Manifest, changed: Manifest, classes: Collection[str]
    ) -> tuple[list[str], list[str]]:
        """What speaks against it; and what is not known."""
        found = [f"It would break the object: {each}." for each in broken(live, changed)]
        found += await asyncio.to_thread(refusals, live, changed, classes)
        named = Named(self.cluster, live, changed)
        if not found:  # what is refused anyway is not looked up
            found += await named.missing()
        opens = await asyncio.to_thread(opened, live, changed)
        found += [f"It would open what is shut: {each}" for each in opens]
        return found, named.unknown


def _told(field: tuple[str, str]) -> str:
    return f"{field[0]}: {field[1]}."


def _refused(why: Iterable[str], redactor: Redactor) -> FixChecked:
    told = [_short(each, redactor) for each in why]
    if len(told) > MOST_REFUSALS:
        told = [*told[:MOST_REFUSALS], f"and {len(told) - MOST_REFUSALS} more"]
    return FixChecked(refusals=told)


def _short(text: str, redactor: Redactor) -> str:
    return short(storable(redactor.text(text)), LONGEST_REFUSAL)
