"""What a list or a watch of a recording is narrowed to."""

from collections.abc import Mapping

from kure.demo.recorded.problems import Refused
from kure.domain.selectors import Matches, Unreadable, field_terms, label_terms
from kure.recording.kinds import CORE, EVENTS, PODS

COMMON = ("metadata.name", "metadata.namespace")
FIELDS: dict[str, tuple[str, ...]] = {
    PODS.path: (
        *("spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName"),
        *("status.phase", "status.podIP", "status.nominatedNodeName"),
    ),
    f"{CORE}/services": ("spec.clusterIP", "spec.type"),
    EVENTS.path: (
        *(f"involvedObject.{part}" for part in ("kind", "namespace", "name", "uid")),
        *(f"involvedObject.{part}" for part in ("apiVersion", "resourceVersion", "fieldPath")),
        *("reason", "type", "source", "reportingComponent"),
    ),
}


def selected(path: str, query: Mapping[str, str]) -> Matches:
    """Whether an object of the list is wanted. Refused where a selector cannot be read."""
    try:
        fields = list(field_terms(query.get("fieldSelector", "")))
        labels = list(label_terms(query.get("labelSelector", "")))
    except Unreadable as error:
        raise Refused(400, "BadRequest", str(error)) from error
    for term in fields:
        if term.field not in (*COMMON, *FIELDS.get(path, ())):
            raise Refused(400, "BadRequest", f'field label not supported: "{term.field}"')
    wanted = [*(term.matches for term in fields), *labels]
    return lambda obj: all(matches(obj) for matches in wanted)
