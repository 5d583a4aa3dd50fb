"""The recorded cluster as a whole: what may be asked of it and created in it."""

import asyncio
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from kure.demo.recorded import state
from kure.demo.recorded.kubelet import Kubelet
from kure.demo.recorded.outcomes import known
from kure.demo.recorded.problems import Refused, not_found, only_played
from kure.demo.recorded.requests import Target
from kure.demo.recorded.schema import check_pod
from kure.demo.recorded.store import Store
from kure.demo.recorded.story import Plan, Story, objects
from kure.domain import manifests
from kure.domain.manifests import Manifest
from kure.ids import new_id
from kure.recording.format import Recording, Unread
from kure.recording.kinds import LEASES, NAMESPACES, POD_SCHEMA, PODS, SERVICE_ACCOUNTS

WRITABLE = (PODS, LEASES)
GENERATED = 5


@dataclass(frozen=True)
class Place:
    """Where the state is kept, and what tells one recording from another."""

    file: Path
    recording: str


class RecordedCluster:
    """A recording that goes on by itself, with the pods and leases that were created in it."""

    def __init__(
        self, recording: Recording, place: Place, clock: Callable[[], datetime], *, loop: bool
    ) -> None:
        self._clock = clock
        self._place = place
        self._recording = recording
        self._kept = state.load(place.file, place.recording, clock())
        self.store = Store()
        self.story = Story(recording, Plan(self._kept.began, loop), self.store, clock)
        self._known = lru_cache(1)(lambda: known(recording, objects(recording, PODS.path)))
        self.kubelet = Kubelet(self.store, self._known, clock)
        self._created: set[tuple[str, str]] = set()

    @property
    def documents(self) -> dict[str, Manifest]:
        return dict(self._recording.documents)

    @property
    def unread(self) -> Mapping[str, Unread]:
        """What could not be read while it was recorded, by the path of its list."""
        return self._recording.unread

    async def run(self) -> None:
        """Let time pass, for ever."""
        self.story.catch_up()
        for path, obj in self._kept.created:
            self._put(path, obj)
            if path == PODS.path:
                self.kubelet.adopt(obj)
        self._save()
        await self.story.play()
        await asyncio.Event().wait()

    def create(self, target: Target, body: Manifest, *, dry_run: bool, strict: bool) -> Manifest:
        """The object as it was created, or with `dry_run` would be. Refused says why not."""
        if target.resource not in WRITABLE:
            raise only_played(f"Cannot create {target.resource.plural}")
        made = self._with_defaults(target, body)
        if target.resource is PODS:
            schemas = self._recording.documents.get(POD_SCHEMA, {})
            check_pod(made, schemas, strict=strict)
            self._admit(made)
        name, path = manifests.name(made), target.resource.path
        if self.store.get(path, target.namespace, name) is not None:
            raise Refused(409, "AlreadyExists", f'{target.resource.plural} "{name}" already exists')
        if dry_run:
            return made
        made = self._put(path, made)
        if target.resource is PODS:
            self.kubelet.adopt(made)
        self._save()
        return made

    def replace(self, target: Target, body: Manifest) -> Manifest:
        """A PUT: of what was created here, at the version that was read."""
        found = self._own(target)
        wanted = manifests.resource_version(body)
        if wanted not in ("", manifests.resource_version(found)):
            raise _conflict(target)
        kept = {key: manifests.metadata(found).get(key) for key in ("uid", "creationTimestamp")}
        made = self._put(target.resource.path, body | {"metadata": body["metadata"] | kept})
        self._save()
        return made

    def merge(self, target: Target, change: Manifest) -> Manifest:
        """A merge patch: https://www.rfc-editor.org/rfc/rfc7386"""
        made = self._put(target.resource.path, _merged(self._own(target), change))
        self._save()
        return made

    def delete(self, target: Target, options: Manifest) -> Manifest:
        """Delete what was created here. Its uid, where a precondition names one, must be right."""
        found = self._own(target)
        wanted = manifests.mapping(options.get("preconditions")).get("uid")
        if wanted not in (None, manifests.uid(found)):
            raise _conflict(target)
        if target.resource is PODS:
            self.kubelet.leave(found)
        self.store.drop(target.resource.path, found)
        self._created.discard((target.resource.path, manifests.uid(found)))
        self._save()
        return found

    def log(self, pod: Manifest, container_id: str) -> Iterable[tuple[datetime, str]] | None:
        """The lines of a container's run, those to come included; None where nobody has it."""
        if self.kubelet.owns(pod):
            return self.kubelet.log(pod, container_id)
        return self.story.log(container_id)

    def _own(self, target: Target) -> Manifest:
        path, name = target.resource.path, target.name
        found = self.store.get(path, target.namespace, name)
        if found is None:
            raise not_found(target.resource.plural, name)
        if (path, manifests.uid(found)) not in self._created:
            raise only_played(f'Cannot change {target.resource.plural} "{name}"')
        return found

    def _with_defaults(self, target: Target, body: Manifest) -> Manifest:
        metadata = dict(manifests.metadata(body))
        if metadata.get("namespace", target.namespace) != target.namespace:
            told = "the namespace of the provided object does not match the namespace sent"
            raise Refused(400, "BadRequest", f"{told} on the request")
        if not metadata.get("name") and (prefix := metadata.get("generateName")):
            metadata["name"] = f"{prefix}{secrets.token_hex(GENERATED)[:GENERATED]}"
        metadata |= {
            "namespace": target.namespace,
            "uid": str(new_id()),
            "creationTimestamp": f"{self._clock():%Y-%m-%dT%H:%M:%SZ}",
        }
        made = body | {"metadata": metadata}
        if target.resource is not PODS:
            return made
        defaults = {
            **{"restartPolicy": "Always", "serviceAccountName": "default"},
            **{"terminationGracePeriodSeconds": 30, "schedulerName": "default-scheduler"},
        }
        spec = defaults | manifests.spec(body)
        return made | {"spec": spec, "status": {"phase": "Pending", "qosClass": "BestEffort"}}

    def _admit(self, pod: Manifest) -> None:
        home, name = manifests.namespace(pod), manifests.name(pod)
        if self.store.get(NAMESPACES.path, "", home) is None:
            raise not_found("namespaces", home)
        account = manifests.text(manifests.spec(pod).get("serviceAccountName"))
        if self.store.get(SERVICE_ACCOUNTS.path, home, account) is None:
            told = f"error looking up service account {home}/{account}"
            why = f'serviceaccount "{account}" not found'
            raise Refused(403, "Forbidden", f'pods "{name}" is forbidden: {told}: {why}')

    def _put(self, path: str, obj: Manifest) -> Manifest:
        made = self.store.put(path, obj)
        self._created.add((path, manifests.uid(made)))
        return made

    def _save(self) -> None:
        self._kept.created = [
            (resource.path, obj)
            for resource in WRITABLE
            for obj in self.store.all(resource.path)
            if (resource.path, manifests.uid(obj)) in self._created
        ]
        state.save(self._place.file, self._kept)


def _conflict(target: Target) -> Refused:
    told = f'Operation cannot be fulfilled on {target.resource.plural} "{target.name}"'
    why = "the object has been modified; please apply your changes to the latest version"
    return Refused(409, "Conflict", f"{told}: {why} and try again")


def _merged(old: Manifest, change: Manifest) -> Manifest:
    made = dict(old)
    for key, value in change.items():
        if value is None:
            made.pop(key, None)
        elif isinstance(value, dict):
            made[key] = _merged(manifests.mapping(made.get(key)), value)
        else:
            made[key] = value
    return made
