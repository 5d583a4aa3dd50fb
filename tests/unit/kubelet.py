"""A pod's life as a kubelet writes it: what happens to containers, and the status that follows."""

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from kure.domain.manifests import Manifest

START = datetime(2026, 1, 1, 10, 0, tzinfo=UTC)

# Why a container may wait that does not run: the first two are what every start goes through.
WAITS = (
    *("ContainerCreating", "PodInitializing", "ErrImagePull", "ImagePullBackOff"),
    *("CreateContainerConfigError", "CreateContainerError", "RunContainerError"),
)
ENDS = ((0, "Completed"), (1, "Error"), (137, "OOMKilled"), (143, "Error"))


def stamp(time: datetime) -> str:
    return time.isoformat().replace("+00:00", "Z")


@dataclass
class Life:
    """One pod, from its creation on. `act` does one thing that may happen next; `pod` is its object
    then, conditions and phase as they follow from the containers."""

    restarts: str = "Always"
    kinds: tuple[str, ...] = ("main",)
    now: datetime = START
    ran: set[int] = field(default_factory=set)
    pod: Manifest = field(default_factory=dict)

    def __post_init__(self) -> None:
        specs: dict[str, list[Manifest]] = {"initContainers": [], "containers": []}
        statuses: dict[str, list[Manifest]] = {"initContainers": [], "containers": []}
        for index, kind in enumerate(self.kinds):
            where = "containers" if kind == "main" else "initContainers"
            extra = {"restartPolicy": "Always"} if kind == "sidecar" else {}
            specs[where].append({"name": f"c{index}", **extra})
            waiting = {"waiting": {"reason": "ContainerCreating"}}
            statuses[where].append(
                {"name": f"c{index}", "restartCount": 0, "state": waiting, "lastState": {}}
                | {"ready": False, "started": False}
            )
        self.pod = {
            "metadata": {"name": "web-0", "uid": "1", "creationTimestamp": stamp(START)},
            "spec": {"nodeName": "node-1", "restartPolicy": self.restarts, **specs},
            "status": {
                "phase": "Pending",
                "startTime": stamp(START),
                "conditions": [],
                "initContainerStatuses": statuses["initContainers"],
                "containerStatuses": statuses["containers"],
            },
        }
        self._follow()

    def status(self, index: int) -> Manifest:
        found = self.pod["status"]
        every = found["initContainerStatuses"] + found["containerStatuses"]
        return next(one for one in every if one["name"] == f"c{index}")

    def act(self, seconds: int, index: int, choice: int) -> Manifest:
        """Let time pass, then let one of what may happen to this container happen."""
        self.now += timedelta(seconds=seconds)
        index %= len(self.kinds)
        status = self.status(index)
        if self.pod["status"]["phase"] in ("Pending", "Running") and not self._is_final(index):
            if "running" in status["state"]:
                self._while_running(index, status, choice)
            elif self._may_start(index):
                self._while_stopped(index, status, choice)
        self._follow()
        return deepcopy(self.pod)

    def _while_running(self, index: int, status: Manifest, choice: int) -> None:
        started = status["state"]["running"]["startedAt"]
        if choice % 3 == 0:
            status["ready"] = not status["ready"] and self.kinds[index] != "init"
        elif choice % 3 == 1:
            code, reason = ENDS[choice % len(ENDS)]
            self._end(status, code, reason, started)

    def _while_stopped(self, index: int, status: Manifest, choice: int) -> None:
        end = status["state"].get("terminated")
        if choice % 4 == 0:
            if index in self.ran:
                status["restartCount"] += 1
            status["lastState"] = {"terminated": end} if end else status["lastState"]
            status["state"] = {"running": {"startedAt": stamp(self.now)}}
            status["started"] = True
            self.ran.add(index)
        elif choice % 4 == 1 and not end:
            self._end(status, 128, "StartError", "1970-01-01T00:00:00Z")
            self.ran.add(index)
        else:
            reason = "CrashLoopBackOff" if index in self.ran else WAITS[choice % len(WAITS)]
            status["lastState"] = {"terminated": end} if end else status["lastState"]
            status["state"] = {"waiting": {"reason": reason}}

    def _end(self, status: Manifest, code: int, reason: str, started: str) -> None:
        end = {"exitCode": code, "reason": reason, "startedAt": started}
        status["state"] = {"terminated": end | {"finishedAt": stamp(self.now)}}
        status["ready"] = status["started"] = False

    def _may_start(self, index: int) -> bool:
        """Those before it must have started (sidecars) or be done (init containers)."""
        before = [at for at in range(len(self.kinds)) if self._place(at) < self._place(index)]
        return all(self._lets_pass(at) for at in before)

    def _place(self, index: int) -> tuple[bool, int]:
        main = self.kinds[index] == "main"
        return main, 0 if main else index

    def _lets_pass(self, index: int) -> bool:
        state = self.status(index)["state"]
        if self.kinds[index] == "sidecar":
            return "running" in state
        return bool(state.get("terminated", {}).get("exitCode") == 0)

    def _is_final(self, index: int) -> bool:
        """Its end is for good."""
        end = self.status(index)["state"].get("terminated")
        if not end or self.kinds[index] == "sidecar":
            return False
        done = end["exitCode"] == 0 and (self.kinds[index] == "init" or self.restarts != "Always")
        return done or self.restarts == "Never"

    def lacks_one(self) -> bool:
        """Whether a container that should run does not, or is not ready."""
        return any(
            not self.status(index)["ready"] and not self._is_done(index)
            for index, kind in enumerate(self.kinds)
            if kind != "init"
        )

    def _is_done(self, index: int) -> bool:
        end = self.status(index)["state"].get("terminated", {})
        return self._is_final(index) and end.get("exitCode") == 0

    def _follow(self) -> None:
        status = self.pod["status"]
        mains = [index for index, kind in enumerate(self.kinds) if kind == "main"]
        inits = [index for index, kind in enumerate(self.kinds) if kind == "init"]
        if status["phase"] in ("Pending", "Running"):
            lost = [i for i in inits if self._is_final(i) and not self._is_done(i)]
            if lost or all(self._is_final(index) for index in mains):
                done = not lost and all(self._is_done(index) for index in mains)
                status["phase"] = "Succeeded" if done else "Failed"
            elif all(index in self.ran for index in mains):
                status["phase"] = "Running"
        ready = all(self.status(i)["ready"] for i, kind in enumerate(self.kinds) if kind != "init")
        self._set("PodScheduled", holds=True)
        self._set("Initialized", holds=all(self._is_done(index) for index in inits))
        self._set("ContainersReady", holds=ready)
        self._set("Ready", holds=ready)

    def _set(self, kind: str, *, holds: bool) -> None:
        """A condition's time moves only when its status does."""
        conditions = self.pod["status"]["conditions"]
        value = "True" if holds else "False"
        found = next((one for one in conditions if one["type"] == kind), None)
        if found is None:
            conditions.append({"type": kind})
            found = conditions[-1]
        if found.get("status") != value:
            found |= {"status": value, "lastTransitionTime": stamp(self.now)}
