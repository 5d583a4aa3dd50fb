"""Trying a patch as a person would: a dry run, then in earnest, then a look whether all is well."""

import asyncio
import shlex
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

import httpx

from kure.domain.diagnosis.fixes import OF_ONE_JOB, Mismatch, Patch, applied
from kure.domain.diagnosis.model import Cause
from kure.domain.manifests import Manifest
from tests.accuracy.marking import Expected, Owner, Trial
from tests.accuracy.wellness import is_well
from tests.cluster.live.hands import Hands
from tests.cluster.live.shorthand import CLUSTER_WIDE, NAMESPACED, Case, path_of

# Until all is well after a patch: new pods start in seconds, controllers that have failed often
# try again after a minute or two.
PATIENCE = 180

# How many looks in a row, a second apart: a container that crashes waits longer than that.
HELD_LOOKS = 15

DRY_RUN = {"dryRun": "All", "fieldValidation": "Strict"}
AS_PATCH = {"Content-Type": "application/json-patch+json"}


@dataclass
class Patching:
    """With every right, as whoever mends a cluster."""

    hands: Hands

    async def trial(self, case: Case, expected: Expected, cause: Cause) -> Trial:
        """What becomes of the cause's patch, judged by the workload that fails; only asked where
        the cluster cannot show it."""
        patch = cause.patch
        assert patch
        if patch.kind not in NAMESPACED | CLUSTER_WIDE:
            return Trial(proposed=True, why=(f"patch of {patch.kind}: the exam has no such kind",))
        refused = await self._refused(patch)
        if refused:
            return Trial(
                proposed=True, tried=True, why=(f"patch of {_subject(patch)} refused: {refused}",)
            )
        if not expected.shown:
            return Trial(proposed=True, accepted=True)
        try:
            await self._apply(patch)
            await self._help(case, patch, cause.commands)
            await self._when_well(case, expected.owner)
        except (AssertionError, TimeoutError) as error:
            steps = [f"{step.op} {step.path}" for step in patch.operations if step.op != "test"]
            told = f"not well after {cause.rule}'s patch of {_subject(patch)}: {', '.join(steps)}"
            return Trial(
                proposed=True, accepted=True, tried=True, why=(f"{told} {error}".rstrip(),)
            )
        return Trial(proposed=True, accepted=True, tried=True, ready=True)

    async def _when_well(self, case: Case, owner: Owner) -> None:
        """Until it is well at every look for a while: what crashes is Ready now and then, too."""
        looks = 0
        async with asyncio.timeout(PATIENCE):
            while looks < HELD_LOOKS:
                looks = looks + 1 if await is_well(self.hands, case, owner) else 0
                await asyncio.sleep(1)

    async def _refused(self, patch: Patch) -> str:
        """What the API server says against it in a dry run; '' where it takes it."""
        path = path_of(patch.kind, patch.namespace, patch.name)
        if not patch.recreate:
            return await self._asked("PATCH", path, json=_steps(patch), headers=AS_PATCH)
        try:
            made = _again(await self.hands.read(path), patch)
        except Mismatch as mismatch:
            return str(mismatch)
        # The old one has the name still.
        made["metadata"]["name"] = f"{made['metadata']['name'][:50]}-tried"
        return await self._asked("POST", path_of(patch.kind, patch.namespace), json=made)

    async def _asked(self, method: str, path: str, **request: Any) -> str:
        answer = await self.hands.ask(method, path, params=DRY_RUN, **request)
        return "" if answer.is_success else _said(answer)

    async def _apply(self, patch: Patch) -> None:
        path = path_of(patch.kind, patch.namespace, patch.name)
        if not patch.recreate:
            answer = await self.hands.ask("PATCH", path, json=_steps(patch), headers=AS_PATCH)
            assert answer.is_success, _said(answer)
            return
        made = _again(await self.hands.read(path), patch)
        options = {"gracePeriodSeconds": 0, "propagationPolicy": "Background"}
        await self.hands.ask("DELETE", path, json=options)
        async with asyncio.timeout(PATIENCE):
            while (await self.hands.ask("GET", path)).is_success:
                await asyncio.sleep(0.5)
        answer = await self.hands.ask("POST", path_of(patch.kind, patch.namespace), json=made)
        assert answer.is_success, _said(answer)

    async def _help(self, case: Case, patch: Patch, commands: Sequence[str]) -> None:
        """What a person does besides: pods are deleted where Kure says so, a CronJob is run
        again."""
        for name in _pods_to_delete(commands):
            await self.hands.ask("DELETE", path_of("Pod", patch.namespace, name))
        if patch.kind == "CronJob":
            await self.hands.run_now(case, patch.name, f"{patch.name}-again")


def _steps(patch: Patch) -> list[dict[str, Any]]:
    return [
        {"op": step.op, "path": step.path} | ({} if step.op == "remove" else {"value": step.value})
        for step in patch.operations
    ]


def _again(obj: Manifest, patch: Patch) -> Manifest:
    """The object as `kubectl replace --force` makes it anew."""
    made = deepcopy(applied(obj, patch.operations))
    for field in ("resourceVersion", "uid", "creationTimestamp", "managedFields"):
        made["metadata"].pop(field, None)
    made.pop("status", None)
    return _without(made, OF_ONE_JOB) if patch.kind == "Job" else made


def _without(obj: Manifest, merge: Mapping[str, Any]) -> Manifest:
    """The object without what is null in a merge patch."""
    kept = dict(obj)
    for key, value in merge.items():
        if value is None:
            kept.pop(key, None)
        elif key in kept:
            kept[key] = _without(kept[key], value)
    return kept


def _pods_to_delete(commands: Sequence[str]) -> Iterator[str]:
    for command in commands:
        words = shlex.split(command)
        if words[:3] == ["kubectl", "delete", "pod"]:
            yield from takewhile(lambda word: not word.startswith("-"), words[3:])


def _subject(patch: Patch) -> str:
    return f"{patch.kind}/{patch.name}"


def _said(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["message"])
    except (ValueError, KeyError):
        return answer.text[:500]
