"""A hook of a container fails: B17 when it starts, B18 when it is stopped."""

from collections.abc import Iterator
from datetime import timedelta

from kure.domain import manifests
from kure.domain.diagnosis.aid import in_template
from kure.domain.diagnosis.alike import near_of
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.fixes import Patch
from kure.domain.diagnosis.model import Cause, Confidence, EvidenceLine
from kure.domain.diagnosis.runs import exit_code_of
from kure.domain.diagnosis.starts.programs import USUAL
from kure.domain.failures.match import last_end
from kure.domain.manifests import Manifest

POST_START, PRE_STOP = "postStart", "preStop"

# How a container ends that the kubelet stops because its hook failed. Another code is the
# program's own: then the hook failed because the program was gone.
STOPPED = (0, 137, 143, None)
# Between the start of a run and its hook's event, as clocks and rounding have it.
ROUNDING = timedelta(seconds=2)


def failed_start_hook(case: Case) -> Iterator[Cause]:
    """B17: the kubelet stops a container whose postStart hook fails, whatever its program does."""
    line = _start_hook_failed(case)
    if line is None or case.container is None:
        return
    handler = _handler(case.container.spec, POST_START)
    yield Cause(
        rule="B17",
        failure_class=case.failure.failure_class,
        container=case.failure.container,
        title=f"{case.container_label}: its postStart hook fails",
        explanation=f"The kubelet stops a container whose postStart hook fails, and starts it "
        f"again.{_told(case, handler)} The program's own log need not show anything of it.",
        confidence=Confidence.DEFINITIVE,
        evidence=(line, *_quoted(case, handler, POST_START)),
        fix="Run the hook by hand in the container, and correct it. A hook runs beside the "
        "program: it must not count on the program being up already.",
        patch=_slip(case, handler),
    )


def failed_stop_hook(case: Case) -> Iterator[Cause]:
    """B18: no reason why a container fails, but it is stopped without what the hook was to do."""
    for event in case.events("FailedPreStopHook"):
        handler = _handler(case.container.spec if case.container else {}, PRE_STOP)
        label = case.container_label if case.container else f'Pod "{case.name}"'
        yield Cause(
            rule="B18",
            failure_class=case.failure.failure_class,
            container=case.failure.container,
            title=f"{label}: its preStop hook fails",
            explanation="The container is stopped without what the hook was to do, such as "
            f"finishing requests.{_told(case, handler)}",
            confidence=Confidence.LIKELY,
            evidence=(case.from_event(event), *_quoted(case, handler, PRE_STOP)),
            fix="Run the hook by hand in the container, and correct it; its program must be in "
            "the image.",
        )
        return


def _start_hook_failed(case: Case) -> EvidenceLine | None:
    container = case.container
    if container is None or POST_START not in manifests.mapping(container.spec.get("lifecycle")):
        return None
    waiting = container.state("waiting")
    if waiting.get("reason") == "PostStartHookError":
        message = manifests.text(waiting.get("message")) or "PostStartHookError"
        return case.from_pod(f"{container.path}.state.waiting", message)
    if exit_code_of(container) not in STOPPED:
        return None
    began = manifests.time_of(last_end(container).get("startedAt"))
    for event in case.events("FailedPostStartHook"):
        seen = manifests.event_time(event)
        old = began is not None and seen is not None and seen < began - ROUNDING
        return None if old else case.from_event(event)
    return None


def _handler(container: Manifest, hook: str) -> Manifest:
    return manifests.mapping(manifests.mapping(container.get("lifecycle")).get(hook))


def _told(case: Case, handler: Manifest) -> str:
    command = _command(handler)
    if command:
        return f" It runs {case.quote(' '.join(command), 300)}."
    request = manifests.mapping(handler.get("httpGet"))
    if request:
        path = manifests.text(request.get("path")) or "/"
        return f" It asks for {case.quote(path, 200)} on port {request.get('port')}."
    return ""


def _command(handler: Manifest) -> list[str]:
    line = manifests.mapping(handler.get("exec")).get("command")
    return [str(word) for word in line] if isinstance(line, list) else []


def _quoted(case: Case, handler: Manifest, hook: str) -> Iterator[EvidenceLine]:
    command = _command(handler)
    if command:
        field = f"{case.spec_path}.lifecycle.{hook}.exec.command"
        yield case.from_pod(field, " ".join(command))


def _slip(case: Case, handler: Manifest) -> Patch | None:
    """The hook's program, where it is a slip of one that is usual."""
    command, now = _command(handler), in_template(case)
    near = near_of(command[0], USUAL) if command and command[0] not in USUAL else None
    if near is None or not near.sure or now is None:
        return None
    if _command(_handler(now.spec, POST_START)) != command:
        return None
    place = (*now.place, "lifecycle", POST_START, "exec", "command", 0)
    return now.template.patch(
        *now.template.put(place, near.name), note=f'Assumes that the image has "{near.name}".'
    )
