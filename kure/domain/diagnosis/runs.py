"""How a container's last run went: its exit code, its log, and what can be quoted of them."""

from collections.abc import Iterator
from datetime import datetime

from kure.domain import manifests
from kure.domain.diagnosis.exit_codes import exit_code
from kure.domain.diagnosis.facts import CURRENT, PREVIOUS, Case, Log
from kure.domain.diagnosis.model import EvidenceLine
from kure.domain.failures.match import end_path, last_end
from kure.domain.manifests import Container, Manifest


def exit_code_of(container: Container | None) -> int | None:
    """Of its newest run that is over."""
    return manifests.number(last_end(container).get("exitCode")) if container else None


def crash_log(case: Case) -> Log | None:
    """The log of the run that ended: `current` while that is the present state, else `previous`.

    The other one stands in where that could not be read: an earlier crash of the same program. So
    it does where the container has been started again since it was seen to end: what is `current`
    then has nothing in it yet.
    """
    ended = case.container is not None and bool(case.container.state("terminated"))
    order = (CURRENT, PREVIOUS) if ended else (PREVIOUS, CURRENT)
    found = [log for log in map(case.log, order) if log is not None]
    if ended:
        found.sort(key=lambda log: not (log.text or "").strip())
    return next((log for log in found if log.text is not None), found[0] if found else None)


def how_it_ran(container: Container) -> str:
    """`It ran for 3 s, ended at 20:17:31 UTC on 2026-11-23 and has been restarted 4 times.`"""
    ended = last_end(container)
    parts = []
    start, end = (manifests.time_of(ended.get(key)) for key in ("startedAt", "finishedAt"))
    if start and end:
        parts.append(f"ran for {_duration(start, end)}")
    if end:
        parts.append(f"ended at {end:%H:%M:%S} UTC on {end:%Y-%m-%d}")
    count = container.restart_count
    times = "once" if count == 1 else f"{count} times"
    parts.append(f"has been restarted {times}" if count else "has not been restarted")
    return "It " + ", ".join(parts[:-1]) + (" and " if len(parts) > 1 else "") + parts[-1] + "."


def _duration(start: datetime, end: datetime) -> str:
    seconds = max(0, round((end - start).total_seconds()))
    if seconds < 1:
        return "less than a second"
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 7200 else f"{seconds // 3600} h"


def who_waits(pod: Manifest, container: Container) -> str:
    """What an init container or a native sidecar keeps waiting; '' where nothing does."""
    if not container.init:
        return ""
    names = [
        manifests.text(each.get("name"))
        for field in ("initContainers", "containers")
        for each in manifests.mappings(manifests.spec(pod).get(field))
    ]
    after = names[names.index(container.name) + 1 :] if container.name in names else []
    told = f" ({', '.join(after)})" if after else ""
    if container.sidecar:
        return (
            "It is a native sidecar (an init container with restartPolicy Always): the containers "
            f"after it{told} wait until it has started."
        )
    return f"The containers after it{told} wait until it ends without an error."


def meaning_of(container: Container, code: int) -> str:
    """What the code says, and how the container ran."""
    text = f"Exit code {code}: {exit_code(code).meaning}. {how_it_ran(container)}"
    return text


def evidence_of_end(case: Case, container: Container) -> Iterator[EvidenceLine]:
    """How the run ended, as the pod tells it."""
    path, ended = end_path(container), last_end(container)
    reason = manifests.text(ended.get("reason"))
    yield case.from_pod(path, f"{reason}, exit code {ended.get('exitCode')}".strip(", "))
    said = manifests.text(ended.get("message"))
    if said:
        yield case.from_pod(f"{path}.message", said)


def values_of(case: Case, container: Container) -> dict[str, str]:
    """What the words of the rows may name."""
    return {
        "container": case.container_label,
        "image": manifests.text(container.spec.get("image")) or "its image",
        "code": str(exit_code_of(container)),
        "program": "",
        "directory": "",
    }
