"""What becomes of a container that is created now, from what the recording knows of its like.

The same image, command, environment and memory as a recorded container ends as that one did; an
image that nothing recorded ran with cannot be pulled; what a command says by itself (`exit 3`) is
taken at its word. Anything else runs.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kure.domain import manifests
from kure.domain.manifests import Manifest
from kure.recording.format import Recording

FINGERPRINT = ("image", "command", "args", "env", "envFrom", "readinessProbe", "livenessProbe")
PULLING = ("ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull")
BROKEN_STARTS = ("CreateContainerConfigError", "CreateContainerError", "RunContainerError")
EXITS = re.compile(r"(?s)(?:.*[;&\n]|)\s*exit\s+([1-9]\d{0,2})\s*;?\s*")

Lines = Sequence[tuple[float, str]]


@dataclass(frozen=True)
class Waits:
    """It never starts."""

    reason: str
    message: str


@dataclass(frozen=True)
class Ends:
    """It ends after some seconds."""

    exit_code: int
    reason: str
    seconds: float = 1.0
    lines: Lines = ()
    message: str = ""


@dataclass(frozen=True)
class Runs:
    """It goes on, and is ready or never will be."""

    lines: Lines = ()
    ready: bool = True


Outcome = Waits | Ends | Runs


@dataclass
class Known:
    """What the recording tells of images, containers and Secrets (which nobody lists)."""

    good_images: set[str] = field(default_factory=set)
    bad_images: dict[str, str] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    secrets: set[tuple[str, str]] = field(default_factory=set)

    def outcome(self, container: Manifest) -> Outcome:
        """Of a container whose references are all there."""
        image = manifests.text(container.get("image"))
        if message := self.bad_images.get(image):
            return Waits("ErrImagePull", message)
        if image not in self.good_images:
            return Waits("ErrImagePull", not_pulled(image))
        return self.outcomes.get(fingerprint(container)) or _own_word(container) or Runs()


def not_pulled(image: str) -> str:
    """As containerd says it of a registry that does not know the image."""
    return (
        f'failed to pull and unpack image "{image}": failed to resolve reference "{image}": '
        f"{image}: not found"
    )


def known(recording: Recording, pods: Iterable[Manifest]) -> Known:
    """What is known after all that was recorded."""
    found = Known()
    for pod in pods:
        for container, status in _both(pod):
            _learn(found, recording.logs, container, status)
        if manifests.phase(pod) in ("Running", "Succeeded"):
            home = manifests.namespace(pod)
            found.secrets |= {(home, name) for name in _named_secrets(manifests.spec(pod))}
    for image in found.good_images:
        found.bad_images.pop(image, None)
    return found


def fingerprint(container: Manifest) -> str:
    """What two containers have in common that end alike."""
    limits = manifests.mapping(manifests.mapping(container.get("resources")).get("limits"))
    told = {name: container[name] for name in FINGERPRINT if container.get(name)}
    return json.dumps([told, limits.get("memory")], sort_keys=True)


def _both(pod: Manifest) -> Iterator[tuple[Manifest, Manifest]]:
    """Each container with its status."""
    for part in ("initContainer", "container"):
        statuses = manifests.mappings(manifests.status(pod).get(f"{part}Statuses"))
        by_name = {each.get("name"): each for each in statuses}
        for container in manifests.mappings(manifests.spec(pod).get(f"{part}s")):
            yield container, by_name.get(container.get("name"), {})


def _learn(found: Known, logs: Mapping[str, Lines], container: Manifest, status: Manifest) -> None:
    image = manifests.text(container.get("image"))
    state = manifests.mapping(status.get("state"))
    waiting = manifests.mapping(state.get("waiting"))
    reason, message = manifests.text(waiting.get("reason")), manifests.text(waiting.get("message"))
    if status.get("imageID"):
        found.good_images.add(image)
    if reason in PULLING and message:
        found.bad_images.setdefault(image, message.partition(": ErrImagePull: ")[2] or message)
    mark = fingerprint(container)
    if ended := _ended(status):
        found.outcomes[mark] = _as_it_ended(ended, logs)
    elif reason in BROKEN_STARTS:
        found.outcomes.setdefault(mark, Waits(reason, message))
    elif "running" in state and not isinstance(found.outcomes.get(mark), Ends):
        lines = _from_its_start(logs, manifests.text(status.get("containerID")))
        found.outcomes[mark] = Runs(lines, ready=bool(status.get("ready")))


def _ended(status: Manifest) -> Manifest:
    """How it ended: the last run that failed, else a success."""
    for which in ("state", "lastState"):
        ended = manifests.mapping(manifests.mapping(status.get(which)).get("terminated"))
        if ended:
            return ended
    return {}


def _as_it_ended(ended: Manifest, logs: Mapping[str, Lines]) -> Ends:
    began, over = (manifests.time_of(ended.get(at)) for at in ("startedAt", "finishedAt"))
    seconds = (over - began).total_seconds() if began and over else 0.0
    return Ends(
        exit_code=manifests.number(ended.get("exitCode")) or 0,
        reason=manifests.text(ended.get("reason")),
        seconds=max(seconds, 0.5),
        lines=_from_its_start(logs, manifests.text(ended.get("containerID"))),
        message=manifests.text(ended.get("message")),
    )


def _from_its_start(logs: Mapping[str, Lines], container_id: str) -> Lines:
    lines = logs.get(container_id, ())
    first = lines[0][0] if lines else 0.0
    return [(at - first, text) for at, text in lines]


def _own_word(container: Manifest) -> Outcome | None:
    """What the command itself says."""
    words = [*(container.get("command") or []), *(container.get("args") or [])]
    if words in (["false"], ["/bin/false"]):
        return Ends(1, "Error")
    if words and (found := EXITS.fullmatch(str(words[-1]))):
        return Ends(int(found[1]), "Error")
    return None


def _named_secrets(spec: Manifest) -> Iterator[str]:
    for volume in manifests.mappings(spec.get("volumes")):
        if name := manifests.mapping(volume.get("secret")).get("secretName"):
            yield str(name)
    for container in manifests.mappings(spec.get("containers")):
        for variable in manifests.mappings(container.get("env")):
            source = manifests.mapping(variable.get("valueFrom"))
            if name := manifests.mapping(source.get("secretKeyRef")).get("name"):
                yield str(name)
        for source in manifests.mappings(container.get("envFrom")):
            if name := manifests.mapping(source.get("secretRef")).get("name"):
                yield str(name)
