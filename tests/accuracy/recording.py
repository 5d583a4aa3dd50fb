"""What was read of a live case, kept as a case of tests/cases/diagnosis/rules.

Secrets are redacted; names, times and messages are the cluster's own.
"""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from kure.adapters.clock import utc_now
from kure.adapters.cluster.client import KubeCluster
from kure.contracts.activities import GatherRequest
from kure.domain import manifests
from kure.domain.capture import told_node
from kure.domain.diagnosis.facts import Facts, ObjectFacts, PodFacts
from kure.domain.failures.model import Failure, Graces
from kure.domain.manifests import Manifest
from kure.domain.redact import Redactor
from kure.gathering.gathering import Gathering
from kure.gathering.reads import Reads

REDACTOR = Redactor(b"k" * 32)


async def record(
    folder: Path, case: str, cluster: KubeCluster, request: GatherRequest, graces: Graces
) -> None:
    """One file for the live case, with a case for each failure of each object."""
    workload, failing = request.workload, request.pods
    facts = await Gathering(Reads(cluster), workload, failing, graces, utc_now()).run()
    await asyncio.to_thread(_write, folder, case, facts)


def _write(folder: Path, name: str, facts: Facts) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / (re.sub(r"\W+", "-", name).strip("-") + ".yaml")
    cases = list(cases_of(name, facts))
    file.write_text(yaml.safe_dump(cases, sort_keys=False, allow_unicode=True, width=100))


def cases_of(name: str, facts: Facts) -> Iterator[dict[str, Any]]:
    """As tests/unit/test_diagnosis_rules.py reads them; what to expect is for a person to add."""
    for found in facts.all:
        for failure in found.failures:
            yield {"name": name} | _failure(failure) | _about(found) | _around(facts)


def _failure(failure: Failure) -> dict[str, Any]:
    told = replace(failure, message=REDACTOR.text(failure.message))
    return {
        "class": str(told.failure_class),
        "container": told.container,
        "since": told.since.isoformat(),
        "reason": told.reason,
        "message": told.message,
        "field": told.field,
    }


def _about(found: PodFacts | ObjectFacts) -> dict[str, Any]:
    key = "pod" if isinstance(found, PodFacts) else "object"
    events = None if found.events is None else [_told(event) for event in found.events]
    logs = {
        f"{log.container}/{log.stream}": None if log.text is None else REDACTOR.text(log.text)
        for log in found.logs
    }
    # Items of a list do not say their kind.
    obj = {"kind": found.kind} | _told(found.object)
    return {key: obj, "events": events} | ({"logs": logs} if logs else {})


def _around(facts: Facts) -> dict[str, Any]:
    around: dict[str, Any] = {}
    if facts.owner:
        around["owner"] = _told(facts.owner)
    if facts.nodes:
        around["nodes"] = [_told(told_node(node)) for node in facts.nodes]
    nearby: dict[str, list[Manifest]] = {}
    for want, objects in facts.nearby.lists.items():
        known = nearby.setdefault(want.kind, [])
        names = {(manifests.namespace(obj), manifests.name(obj)) for obj in known}
        for obj in map(_told, objects):
            if (manifests.namespace(obj), manifests.name(obj)) not in names:
                known.append(obj)
    return around | ({"nearby": nearby} if nearby else {})


def _told(obj: Manifest) -> Manifest:
    return manifests.tidy(REDACTOR.manifest(obj))
