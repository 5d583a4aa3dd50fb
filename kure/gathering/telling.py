"""From what was read to what may be told: diagnosed on the live objects, its patches tried, and
redacted."""

import asyncio
from dataclasses import dataclass, replace

from kure.domain import manifests
from kure.domain.diagnosis.diagnose import diagnose
from kure.domain.diagnosis.facts import Facts
from kure.domain.diagnosis.model import Diagnosis, redacted
from kure.domain.redact import Redactor
from kure.gathering.validation import Validation
from kure.ports import DryRuns


@dataclass(frozen=True)
class Told:
    """The redacted diagnosis; and for what is kept beside it, the facts with their logs as they may
    be shown, and a redactor that knows the secrets of all that was read."""

    diagnosis: Diagnosis
    facts: Facts
    redactor: Redactor


async def tell(facts: Facts, redactor: Redactor, dry_runs: DryRuns | None) -> Told:
    """Diagnose, validate, redact. Beside the event loop where it takes long: redacting a log takes
    longer than a heartbeat may."""
    knowing = await asyncio.to_thread(_knowing, facts, redactor)
    facts = await asyncio.to_thread(shown, facts, knowing)
    diagnosis = await Validation(facts, dry_runs).of(await asyncio.to_thread(diagnose, facts))
    quoting = await asyncio.to_thread(_of_neighbours, diagnosis, facts, knowing)
    return Told(await asyncio.to_thread(redacted, diagnosis, quoting), facts, knowing)


def _knowing(facts: Facts, redactor: Redactor) -> Redactor:
    for manifest in (*(found.object for found in facts.all), *filter(None, [facts.owner])):
        redactor = redactor.with_secrets_of(manifest)
    return redactor


def _of_neighbours(diagnosis: Diagnosis, facts: Facts, redactor: Redactor) -> Redactor:
    """A redactor that also knows the secrets of those neighbours that are quoted: to learn those of
    all of them takes a second for each thousand."""
    quoted = {line.subject for cause in diagnosis.causes for line in cause.evidence}
    quoted |= {
        f"{cause.blames.kind}/{cause.blames.name}" for cause in diagnosis.causes if cause.blames
    }
    for want, found in facts.nearby.lists.items():
        for obj in found:
            if f"{want.kind}/{manifests.name(obj)}" in quoted:
                redactor = redactor.with_secrets_of(obj)
    return redactor


def shown(facts: Facts, redactor: Redactor) -> Facts:
    """The facts with each log as it may be shown: redacted whole, once, for evidence and quotes."""
    pods = tuple(
        replace(
            pod,
            logs=tuple(
                log if log.text is None else replace(log, shown=redactor.text(log.text))
                for log in pod.logs
            ),
        )
        for pod in facts.pods
    )
    return replace(facts, pods=pods, hide=redactor.text)
