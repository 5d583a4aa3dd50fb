"""Trying the patches of a diagnosis before anybody is shown them.

A patch must apply to the live object, leave a whole one and open no door that was shut. Of a pod
template it must also give a pod that the API server takes: asked by a dry run, which stores
nothing, and only where the account may create pods. What fails is left out, with its reason;
nothing here changes a cluster.
"""

import asyncio
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from kure.domain import manifests
from kure.domain.diagnosis.facts import Facts
from kure.domain.diagnosis.fixes import Mismatch, Patch, applied, pod_of, template_of
from kure.domain.diagnosis.model import Cause, Diagnosis
from kure.domain.failures.model import FailureClass
from kure.domain.security.difference import new_findings, refused
from kure.errors import AccessDenied, InvalidInput, KureError
from kure.gathering.reads import PODS
from kure.ports import DryRuns, Manifest

ACCEPTED = "accepted by the API server (dry run)"
APPLIES = "applies; not tried on the API server: {}"
REFUSED = "refused: {}"

NAME = "kure-check-"
SECONDS = 10.0

# A quota counts the pod that is tried beside those that are there already.
OVER_QUOTA = "exceeded quota"


@dataclass(frozen=True)
class Trial:
    """What came of one patch: what to say of it, and whether it stays."""

    text: str
    stays: bool = True


@dataclass(frozen=True)
class Validation:
    """Tries patches on what was read; without `dry_runs` the API server is not asked."""

    facts: Facts
    dry_runs: DryRuns | None
    seconds: float = SECONDS

    async def of(self, diagnosis: Diagnosis) -> Diagnosis:
        """The diagnosis with each patch tried, or left out where it cannot work."""
        distinct = {_key(cause): cause for cause in diagnosis.causes if cause.patch is not None}
        async with asyncio.TaskGroup() as group:
            tasks = {key: group.create_task(self._try(cause)) for key, cause in distinct.items()}
        trials = {key: task.result() for key, task in tasks.items()}
        causes = tuple(_tried(cause, trials.get(_key(cause))) for cause in diagnosis.causes)
        failed = (
            _left_out(cause, trials[key].text)
            for key, cause in distinct.items()
            if not trials[key].stays
        )
        unavailable = tuple(dict.fromkeys((*diagnosis.unavailable, *failed)))
        return replace(diagnosis, causes=causes, unavailable=unavailable)

    async def _try(self, cause: Cause) -> Trial:
        patch = cause.patch
        live = self._live(patch) if patch else None
        if patch is None or live is None:
            return Trial("not tried: its object was not read")
        try:
            changed = applied(live, patch.operations)
        except Mismatch as mismatch:
            return Trial(f"it does not apply: {mismatch}", stays=False)
        if wrong := next(broken(live, changed), ""):
            return Trial(f"it would break the object: {wrong}", stays=False)
        if found := await asyncio.to_thread(opened, live, changed):
            return Trial(f"it would open what was shut: {found[0]}", stays=False)
        return await tried(self.dry_runs, changed, (cause.failure_class,), self.seconds)

    def _live(self, patch: Patch) -> Manifest | None:
        wanted = (patch.kind, patch.namespace, patch.name)
        for obj in self._read():
            if (obj.get("kind"), manifests.namespace(obj), manifests.name(obj)) == wanted:
                return obj
        return None

    def _read(self) -> Iterator[Manifest]:
        facts = self.facts
        if facts.owner is not None:
            yield facts.owner
        yield from (found.object for found in facts.all)
        yield from facts.nodes
        for found in facts.nearby.lists.values():
            yield from found


async def tried(
    dry_runs: DryRuns | None,
    changed: Manifest,
    classes: Collection[str],
    seconds: float = SECONDS,
) -> Trial:
    """What the API server says to a pod of the changed object; without `dry_runs` it is not asked.
    `classes` are those of the failures that are to be mended."""
    pod = tried_pod(changed)
    if pod is None:
        return Trial(APPLIES.format("only pods are"))
    if dry_runs is None:
        return Trial(APPLIES.format("it is only read"))
    path = PODS.format(manifests.namespace(pod))
    try:
        async with asyncio.timeout(seconds):
            await dry_runs.dry_run_create(path, pod)
    except InvalidInput as error:
        return _refused(str(error), classes)
    except AccessDenied:
        return Trial(APPLIES.format("no right to create pods here"))
    except TimeoutError:
        return Trial(APPLIES.format(f"it has not answered for {seconds:g} s"))
    except KureError as error:
        return Trial(APPLIES.format(error))
    return Trial(ACCEPTED)


def tried_pod(obj: Manifest) -> Manifest | None:
    """A pod as the object's template would make it, under a name of its own and owned by nobody;
    None where the object has no template."""
    pod = pod_of(obj, manifests.namespace(obj))
    if pod is None:
        return None
    spec = {key: value for key, value in manifests.spec(pod).items() if key != "nodeName"}
    if claimed := list(_claimed_volumes(obj)):
        spec["volumes"] = [*manifests.mappings(spec.get("volumes")), *claimed]
    return pod | {"metadata": manifests.metadata(pod) | {"generateName": NAME}, "spec": spec}


def _claimed_volumes(obj: Manifest) -> Iterator[Manifest]:
    """The volumes that a StatefulSet adds to its pods: its template does not name them."""
    for claim in manifests.mappings(manifests.spec(obj).get("volumeClaimTemplates")):
        name = manifests.name(claim)
        claim_name = f"{name}-{manifests.name(obj)}-0"
        yield {"name": name, "persistentVolumeClaim": {"claimName": claim_name}}


def opened(live: Manifest, changed: Manifest) -> list[str]:
    """What the security checks find in the changed object, critical or high, that is not in the
    live one, or not as bad."""
    return [
        f"{found.check.id} {found.check.title}: {found.message}"
        for found in refused(new_findings(live, changed))
    ]


def broken(live: Manifest, changed: Manifest) -> Iterator[str]:
    """What a patch must not do to any object."""
    if changed == live:
        yield "it changes nothing"
    for field in ("apiVersion", "kind"):
        if changed.get(field) != live.get(field):
            yield f"it changes its {field}"
    for read in (manifests.name, manifests.namespace, manifests.uid):
        if read(changed) != read(live):
            yield f"it changes its {read.__name__}"
    template = template_of(changed)
    if template is not None:
        yield from _wrong_containers(manifests.spec(template.pod))


def _wrong_containers(spec: Manifest) -> Iterator[str]:
    found = manifests.mappings(spec.get("containers"))
    if not found:
        yield "no container would be left"
    every = [*manifests.mappings(spec.get("initContainers")), *found]
    names = [manifests.text(container.get("name")) for container in every]
    if "" in names or len(set(names)) < len(names):
        yield "its containers would not have names of their own"
    if not all(manifests.text(container.get("image")) for container in every):
        yield "a container would have no image"


def _refused(said: str, classes: Collection[str]) -> Trial:
    """What a quota says counts only where there was no room for a pod before."""
    if OVER_QUOTA in said and FailureClass.FAILED_CREATE not in classes:
        return Trial(APPLIES.format("its namespace's quota has no room for one pod more"))
    return Trial(REFUSED.format(said), stays=False)


def _key(cause: Cause) -> str:
    return repr(cause.patch)


def _tried(cause: Cause, trial: Trial | None) -> Cause:
    if trial is None or cause.patch is None:
        return cause
    return replace(cause, patch=replace(cause.patch, checked=trial.text) if trial.stays else None)


def _left_out(cause: Cause, why: str) -> str:
    patch = cause.patch
    subject = f"{patch.kind}/{patch.name}" if patch else "?"
    return f"A patch of {subject} for {cause.rule} was left out: {why}"
