"""Stands in for scheduler and kubelet: gives each created pod the status that is due."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from kure.demo.recorded.outcomes import Known
from kure.demo.recorded.references import config_error, failed_mount, unschedulable
from kure.demo.recorded.statuses import SCHEDULED_AT, Fate, log_of, status_at
from kure.demo.recorded.store import Store
from kure.domain import manifests
from kure.domain.manifests import Manifest
from kure.recording.kinds import EVENTS, NODES, PODS

UNSCHEDULABLE, MOUNT = "FailedScheduling", "FailedMount"


class Kubelet:
    """Looks after pods that were created here, not after recorded ones."""

    def __init__(
        self, store: Store, known: Callable[[], Known], clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._known = known
        self._clock = clock
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._fates: dict[str, Fate] = {}

    def adopt(self, pod: Manifest) -> None:
        """Look after the pod from now on, until it is deleted."""
        uid = manifests.uid(pod)
        self._tasks[uid] = asyncio.create_task(self._look_after(pod))

    def owns(self, pod: Manifest) -> bool:
        return manifests.uid(pod) in self._tasks

    def leave(self, pod: Manifest) -> None:
        """The pod is being deleted."""
        self._tasks.pop(manifests.uid(pod)).cancel()
        self._fates.pop(manifests.uid(pod), None)

    def log(self, pod: Manifest, container_id: str) -> Iterable[tuple[datetime, str]] | None:
        """The lines of a run, those to come included."""
        fate = self._fates.get(manifests.uid(pod))
        return log_of(fate, pod, container_id, self._seconds(pod)) if fate else None

    async def _look_after(self, pod: Manifest) -> None:
        await self._sleep_until(pod, SCHEDULED_AT)
        fate = self._fates[manifests.uid(pod)] = self._fate(pod)
        node = next((manifests.name(each) for each in self._store.all(NODES.path)), "")
        self._tell(pod, fate, node)
        later: float | None = 0.0
        while later is not None:
            status, later = status_at(pod, fate, self._seconds(pod))
            now = self._store.get(PODS.path, manifests.namespace(pod), manifests.name(pod)) or pod
            spec = manifests.spec(now)
            if not fate.unschedulable:
                spec = spec | {"nodeName": node}
            self._store.put(PODS.path, now | {"spec": spec, "status": status})
            if later is not None:
                await self._sleep_until(pod, later)

    def _fate(self, pod: Manifest) -> Fate:
        known = self._known()
        containers = manifests.mappings(manifests.spec(pod).get("containers"))
        return Fate(
            outcomes={
                str(each["name"]): config_error(self._store, known, pod, each)
                or known.outcome(each)
                for each in containers
            },
            unschedulable=unschedulable(self._store, pod),
            failed_mount=failed_mount(self._store, known, pod),
        )

    def _tell(self, pod: Manifest, fate: Fate, node: str) -> None:
        """The events that explain what the status alone does not."""
        name, home = manifests.name(pod), manifests.namespace(pod)
        if fate.unschedulable:
            self._event(pod, "Warning", UNSCHEDULABLE, fate.unschedulable)
            return
        self._event(pod, "Normal", "Scheduled", f"Successfully assigned {home}/{name} to {node}")
        if fate.failed_mount:
            self._event(pod, "Warning", MOUNT, fate.failed_mount)

    def _event(self, pod: Manifest, kind: str, reason: str, message: str) -> None:
        name, home, uid = manifests.name(pod), manifests.namespace(pod), manifests.uid(pod)
        now = f"{self._clock():%Y-%m-%dT%H:%M:%SZ}"
        event = {
            "kind": "Event",
            "apiVersion": "v1",
            "metadata": {
                "name": f"{name}.{reason.lower()}",
                "namespace": home,
                "uid": f"{uid}.{reason.lower()}",
                "creationTimestamp": now,
            },
            "involvedObject": {
                **{"kind": "Pod", "apiVersion": "v1", "namespace": home, "name": name},
                "uid": uid,
            },
            **{"type": kind, "reason": reason, "message": message, "count": 1},
            **{"firstTimestamp": now, "lastTimestamp": now},
            "source": {"component": "default-scheduler" if reason != MOUNT else "kubelet"},
        }
        self._store.put(EVENTS.path, event)

    async def _sleep_until(self, pod: Manifest, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds - self._seconds(pod)))

    def _seconds(self, pod: Manifest) -> float:
        created = manifests.created_at(pod)
        assert created is not None, "given to it when it was created"
        return (self._clock() - created) / timedelta(seconds=1)
