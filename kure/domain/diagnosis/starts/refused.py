"""What the kubelet or the runtime says when a container cannot be created or started."""

from collections.abc import Iterator, Mapping

from kure.domain import manifests
from kure.domain.diagnosis.aid import NO_AID, Aid, Aiding, aided, in_template
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.messages import MessageRule, cause_from, first_match
from kure.domain.diagnosis.model import Cause, EvidenceLine
from kure.domain.diagnosis.revisions import as_before
from kure.domain.diagnosis.runs import values_of
from kure.domain.diagnosis.starts.config_rules import CONFIG_RULES
from kure.domain.diagnosis.starts.memory import higher_limit, memory_limit
from kure.domain.diagnosis.starts.modes import executable
from kure.domain.diagnosis.starts.mounts import fitting_mount, mounted_at, values_of_mount
from kure.domain.diagnosis.starts.profiles import default_profile
from kure.domain.diagnosis.starts.programs import command_before, meant_program
from kure.domain.diagnosis.starts.runtime_rules import RUNTIME_RULES, START_UNKNOWN
from kure.domain.diagnosis.starts.sub_paths import meant_variable
from kure.domain.diagnosis.starts.users import run_as_user
from kure.domain.diagnosis.starts.words import refused_start, words

RULES = (*CONFIG_RULES, *RUNTIME_RULES)


def refused(case: Case) -> Iterator[Cause]:
    """The first message that a row knows."""
    if case.container is None:
        return
    for message, line in words(case):
        match = first_match(RULES, message)
        if match:
            yield _told(case, *match, message, line)
            return


def start_error(case: Case) -> Iterator[Cause]:
    """The runtime could not start the program: what a row knows, else its own words."""
    said = refused_start(case)
    if said is not None:
        row, found = first_match(RULES, said[0]) or (START_UNKNOWN, {})
        yield _told(case, row, found, *said)


def _told(
    case: Case, row: MessageRule, found: Mapping[str, str], message: str, line: EvidenceLine
) -> Cause:
    values = _values(case, message) | _merged(found)
    if row.rule == "B12":
        values |= values_of_mount(case, values.get("path", ""), values.get("why", ""))
    aid = AIDS.get(row.rule, _no_aid)(case, values)
    return aided(cause_from(row, case, values, (line, *_quoted(case, row, values))), case, aid)


def _values(case: Case, message: str) -> dict[str, str]:
    assert case.container
    info = manifests.mapping(manifests.status(case.node or {}).get("nodeInfo"))
    parts = [manifests.text(info.get(key)) for key in ("operatingSystem", "architecture")]
    own_user = "non-root policy" in message
    return values_of(case, case.container) | {
        "message": case.quote(message, 600),
        "node": manifests.node_name(case.pod) or "(unknown)",
        "platform": "/".join(part for part in parts if part) or "the node's platform",
        "limit": memory_limit(case, case.failure.container) or "none of its own",
        "whose": "its runAsUser is" if own_user else "its image runs as",
        "user": "its user",
        "kind": "security",
        "profile": "it asks for",
        "directory": manifests.text(case.container.spec.get("workingDir")),
        "program": _first_word(case),
        "why": "it cannot be entered",
        "variable": "a variable",
        "volume": "(unnamed)",
    }


def _first_word(case: Case) -> str:
    """The program that the pod names, for runtimes that do not say which."""
    spec = case.container.spec if case.container else {}
    for field in ("command", "args"):
        line = spec.get(field)
        if isinstance(line, list) and line:
            return manifests.text(line[0])
    return "its program"


def _merged(found: Mapping[str, str]) -> dict[str, str]:
    """The groups that found something; `kind2` is another place where `kind` may stand."""
    return {name.rstrip("23"): text.strip() for name, text in found.items() if text.strip()}


def _quoted(case: Case, row: MessageRule, values: Mapping[str, str]) -> Iterator[EvidenceLine]:
    """The field of the spec that the row is about."""
    path = case.spec_path
    if row.rule == "B13" and memory_limit(case, case.failure.container):
        yield case.from_pod(f"{path}.resources.limits.memory", values["limit"])
    if row.rule == "B14" and case.container and case.container.spec.get("workingDir"):
        yield case.from_pod(f"{path}.workingDir", values["directory"])
    mount = mounted_at(case, values.get("path", "")) if row.rule == "B12" else None
    if mount:
        yield case.from_pod(f"{path}.volumeMounts", str(mount.get("mountPath")))


def _no_aid(case: Case, values: Mapping[str, str]) -> Aid:
    return NO_AID


def _folder(case: Case, values: Mapping[str, str]) -> Aid:
    """A relative workingDir with a slash before it; else what an earlier revision had."""
    now = in_template(case)
    folder = manifests.text(now.spec.get("workingDir")) if now else ""
    if now and folder and not folder.startswith("/") and "absolute" in values["message"]:
        steps = now.template.put((*now.place, "workingDir"), f"/{folder}")
        return Aid(f'"/{folder}" was probably meant.', patch=now.template.patch(*steps))
    says, patch = as_before(case, "workingDir")
    if not says and now and folder and values["why"].lower() in NEVER_A_FOLDER:
        return Aid(
            patch=now.template.patch(
                *now.template.drop((*now.place, "workingDir")),
                note="The program then starts in the folder that its image names.",
            )
        )
    return Aid(says, patch=patch) if says else NO_AID


# Why a folder cannot be made: nothing that the container does will mend it.
NEVER_A_FOLDER = ("not a directory", "file exists", "read-only file system")

AIDS: dict[str, Aiding] = {
    "B04": run_as_user,
    "B05": run_as_user,
    "B07": meant_variable,
    "B08": command_before,
    "B10": meant_program,
    "B11": executable,
    "B12": fitting_mount,
    "B13": higher_limit,
    "B14": _folder,
    "B15": default_profile,
    "B16": run_as_user,
}
