"""The log of a container: what it has written, and what it goes on to write."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from datetime import datetime, timedelta

from kure.demo.recorded.cluster import RecordedCluster
from kure.demo.recorded.problems import Refused, not_found
from kure.demo.recorded.requests import Target, is_true
from kure.domain import manifests
from kure.domain.manifests import Manifest
from kure.recording.kinds import PODS

LOOK_SECONDS = 1.0


def read(
    cluster: RecordedCluster,
    target: Target,
    query: Mapping[str, str],
    clock: Callable[[], datetime],
) -> AsyncIterator[bytes]:
    """The answer, piece by piece. Refused says, in the API server's and kubelet's words, why there
    is none."""
    pod = cluster.store.get(PODS.path, target.namespace, target.name)
    if pod is None:
        raise not_found("pods", target.name)
    status = _status(pod, _container(pod, query.get("container", "")))
    if not manifests.node_name(pod):
        return _one(b"")  # no kubelet to ask, which the API server does not call an error
    container_id = _run(pod, status, previous=is_true(query, "previous"))
    lines = cluster.log(pod, container_id)
    if lines is None:
        return _one(f"unable to retrieve container logs for {container_id}".encode())
    stamped = is_true(query, "timestamps")
    told = [(at, f"{_stamp(at)} {text}" if stamped else text) for at, text in lines]
    return _told(told, query, clock, lambda: _runs(cluster, target, container_id))


async def _one(text: bytes) -> AsyncIterator[bytes]:
    yield text


async def _told(
    lines: list[tuple[datetime, str]],
    query: Mapping[str, str],
    clock: Callable[[], datetime],
    runs: Callable[[], bool],
) -> AsyncIterator[bytes]:
    now = clock()
    begun = [text for at, text in lines if at <= now]
    if (tail := query.get("tailLines", "")).isdigit():
        begun = begun[len(begun) - min(len(begun), int(tail)) :]
    text = "".join(f"{line}\n" for line in begun).encode()
    limit = query.get("limitBytes", "")
    yield text[: int(limit)] if limit.isdigit() else text
    if not is_true(query, "follow"):
        return
    coming = ((at, text) for at, text in lines if at > now)
    async for _, line in _as_they_come(coming, clock, runs):
        yield f"{line}\n".encode()


async def _as_they_come(
    coming: Iterator[tuple[datetime, str]],
    clock: Callable[[], datetime],
    runs: Callable[[], bool],
) -> AsyncIterator[tuple[datetime, str]]:
    """Each line at its time, until the container has ended."""
    following = next(coming, None)
    while following or runs():
        due = following[0] if following else clock() + timedelta(seconds=LOOK_SECONDS)
        await asyncio.sleep(max(0.0, min((due - clock()).total_seconds(), LOOK_SECONDS)))
        if following and following[0] <= clock():
            yield following
            following = next(coming, None)


def _container(pod: Manifest, wanted: str) -> str:
    parts = ("initContainers", "containers", "ephemeralContainers")
    found = [each for part in parts for each in manifests.mappings(manifests.spec(pod).get(part))]
    names = [manifests.text(each.get("name")) for each in found]
    if not wanted and len(names) == 1:
        return names[0]
    name = manifests.name(pod)
    if not wanted:
        told = f"a container name must be specified for pod {name}"
        raise Refused(400, "BadRequest", f"{told}, choose one of: [{' '.join(names)}]")
    if wanted not in names:
        raise Refused(400, "BadRequest", f"container {wanted} is not valid for pod {name}")
    return wanted


def _status(pod: Manifest, container: str) -> Manifest:
    status = manifests.status(pod)
    for part in ("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"):
        for found in manifests.mappings(status.get(part)):
            if found.get("name") == container:
                return found
    return {"name": container}


def _run(pod: Manifest, status: Manifest, *, previous: bool) -> str:
    name, container = manifests.name(pod), manifests.text(status.get("name"))
    state, last = manifests.mapping(status.get("state")), _ended(status.get("lastState"))
    if previous:
        if not last:
            told = f'previous terminated container "{container}" in pod "{name}" not found'
            raise Refused(400, "BadRequest", told)
        return last
    own = manifests.text(status.get("containerID")) if "running" in state else _ended(state)
    if own or last:
        return own or last
    why = manifests.text(manifests.mapping(state.get("waiting")).get("reason"))
    if why in ("ErrImagePull", "ImagePullBackOff"):
        why = "trying and failing to pull image"
    told = f'container "{container}" in pod "{name}" is waiting to start: {why}'
    raise Refused(400, "BadRequest", told)


def _ended(state: object) -> str:
    terminated = manifests.mapping(manifests.mapping(state).get("terminated"))
    return manifests.text(terminated.get("containerID"))


def _runs(cluster: RecordedCluster, target: Target, container_id: str) -> bool:
    pod = cluster.store.get(PODS.path, target.namespace, target.name)
    if pod is None:
        return False
    return any(
        each.get("containerID") == container_id
        and "running" in manifests.mapping(each.get("state"))
        for part in ("containerStatuses", "initContainerStatuses")
        for each in manifests.mappings(manifests.status(pod).get(part))
    )


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
