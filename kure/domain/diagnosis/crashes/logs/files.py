"""A file that is not there: C14. It is looked for among what the container mounts."""

import re
from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.diagnosis.crashes.logs import spec
from kure.domain.diagnosis.crashes.logs.hidden import is_started, uncovered
from kure.domain.diagnosis.crashes.logs.paths import path_in
from kure.domain.diagnosis.crashes.logs.permissions import not_written
from kure.domain.diagnosis.crashes.logs.row import Detail, Groups, LogRow, reads, wants_of
from kure.domain.diagnosis.crashes.logs.spec import Mount
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.fixes import Operation, Patch
from kure.domain.diagnosis.log_signals import Signal
from kure.domain.diagnosis.model import EvidenceLine
from kure.domain.diagnosis.nearby import Want, nearest
from kure.domain.manifests import Manifest

# A path that is not absolute, or the name of a program.
RELATIVE = re.compile(
    r"(?:no such file or directory"
    r"|file not found)[:,]? (?:\w{1,20} )?['\"](?P<path>[^'\"\n]{1,200})"
    r"|open (?P<path2>[\w.-]{1,200}): no such file",
    re.IGNORECASE,
)

SOCKET = re.compile(r"\.sock(?:et)?$|/\.s\.PGSQL\.")


def _missing(case: Case, signal: Signal, groups: Groups) -> Detail | None:
    path = path_in(signal)
    if not path:
        relative = RELATIVE.search(signal.text)
        return Detail(values={"file": _told(relative)})
    if SOCKET.search(path):
        return None  # another program is meant to listen there
    if not_written(signal, path):
        return None
    values = {"file": path}
    origin = _origin(case, path)
    mount = spec.mount_of(case, path)
    if mount is not None and mount.kind == "configMap" and not mount.sub_path:
        found = _in_config_map(case, mount, path)
    elif mount is not None:
        found = _in_volume(case, mount, path)
    else:
        found = _elsewhere(case, path)
    return Detail(
        says=" ".join(filter(None, (found.says, origin[0]))),
        fix=found.fix,
        evidence=(*found.evidence, *origin[1]),
        commands=found.commands,
        patch=found.patch,
        values=values,
    )


def _told(relative: re.Match[str] | None) -> str:
    return f'"{relative["path"] or relative["path2"]}"' if relative else "a file"


def _origin(case: Case, path: str) -> tuple[str, tuple[EvidenceLine, ...]]:
    """Which word of its command or which variable names the path."""
    moved = spec.reworded(case, path, path)
    if moved is None:
        return "", ()
    place, text, _ = moved
    field = spec.field_of(case, place)
    return f"The path is from {field}.", (case.from_pod(field, text),)


def keys_of(case: Case, mount: Mount) -> dict[str, str] | None:
    """The files of a ConfigMap's volume, each with its key; None where it was not read."""
    items = manifests.mappings(mount.source.get("items"))
    if items:
        return {manifests.text(i.get("path")): manifests.text(i.get("key")) for i in items}
    config_map = case.facts.nearby.named(case.want("ConfigMap"), mount.source_name)
    return None if config_map is None else {key: key for key in keys(config_map)}


def keys(config_map: Manifest) -> list[str]:
    return [
        key
        for field in ("data", "binaryData")
        for key in manifests.mapping(config_map.get(field))
    ]  # fmt: skip


def _in_config_map(case: Case, mount: Mount, path: str) -> Detail:
    wanted = path[len(mount.path.rstrip("/")) :].strip("/")
    files = keys_of(case, mount)
    says = f"{mount.path} is {mount.told}"
    if files is None or wanted in files:
        return Detail(says=f"{says}.", evidence=(mount.evidence(case),))
    near = nearest(wanted, files) or (next(iter(files)) if len(files) == 1 else "")
    meant = f' "{near}" is there: is it meant?' if near else ""
    shown = ", ".join(f'"{name}"' for name in sorted(files)[:10]) or "no keys"
    says = f'{says}, which has {shown} and no "{wanted}".{meant}'
    return Detail(
        says=says,
        fix=f'Add the key "{wanted}" to ConfigMap "{mount.source_name}", or let the program read '
        f"another file of {mount.path}.",
        evidence=(mount.evidence(case),),
        patch=_renamed(case, mount, path, near, files) if near else None,
    )


def _renamed(
    case: Case, mount: Mount, path: str, near: str, files: dict[str, str]
) -> Patch | None:  # fmt: skip
    """The file that is meant: named where the path comes from, else shown under the other name."""
    base = mount.path.rstrip("/")
    patch, template = _instead(case, path, f"{base}/{near}"), case.template
    at = _volume_index(template.pod, mount.volume) if template else None
    if patch is not None or template is None or at is None:
        return patch
    items = [{"key": files[near], "path": path[len(base) :].strip("/")}]
    items += [{"key": key, "path": name} for name, key in files.items() if name != near]
    return template.patch(*template.put(("spec", "volumes", at, "configMap", "items"), items))


def _volume_index(pod: Manifest, name: str) -> int | None:
    volumes = manifests.spec(pod).get("volumes")
    for index, volume in enumerate(volumes if isinstance(volumes, list) else []):
        if manifests.mapping(volume).get("name") == name:
            return index
    return None


def _instead(case: Case, path: str, other: str) -> Patch | None:
    """The path that is there, where command, args or a variable name the one that is not."""
    moved = spec.reworded(case, path, other)
    if moved is None or not moved[2] or case.template is None:
        return None
    return case.template.patch(*moved[2])


def _in_volume(case: Case, mount: Mount, path: str) -> Detail:
    says = f"{path} is in {mount.told}, mounted at {mount.path}"
    if mount.kind == "emptyDir":
        says += ": it is empty when the pod starts, and hides what the image has there"
    if mount.kind == "secret":
        says += "; Kure does not read what a Secret holds"
    return Detail(
        says=f"{says}.",
        fix=f"Put the file into that volume, or mount the volume elsewhere than at {mount.path} if "
        "the image has the file.",
        evidence=(mount.evidence(case),),
        patch=uncovered(case, mount) if is_started(case, path) else None,
    )


def _elsewhere(case: Case, path: str) -> Detail:
    """In no volume: the file of that name may be mounted at another place."""
    name = path.rpartition("/")[2]
    for mount in spec.mounts(case):
        there = mount.path if mount.sub_path else f"{mount.path.rstrip('/')}/{name}"
        files = keys_of(case, mount) if mount.kind == "configMap" and not mount.sub_path else None
        if (files and name in files) or (mount.sub_path and mount.path.rpartition("/")[2] == name):
            return _at_another_place(case, mount, path, there)
    owners = _unmounted(case, name)
    if len(owners) == 1:
        return _never_mounted(case, owners[0], path, name)
    mounted = ", ".join(sorted({mount.path for mount in spec.mounts(case)})[:10])
    tail = f" Its volumes are mounted at {mounted}." if mounted else ""
    return Detail(
        says=f"{path} is in no volume of the container, so that it would have to be in the image "
        f"{case.quote(manifests.text(spec.spec_of(case).get('image')), 200)}.{tail}"
    )


def _at_another_place(case: Case, mount: Mount, path: str, there: str) -> Detail:
    patch, template = _instead(case, path, there), case.template
    if patch is None and template:
        at = int(mount.field.rpartition("[")[2].rstrip("]"))
        folder = path if mount.sub_path else path.rpartition("/")[0]
        steps = spec.put(case, ("volumeMounts", at, "mountPath"), folder) if folder else ()
        patch = template.patch(*steps)
    return Detail(
        says=f"{path} is in no volume of the container; {there} is, in {mount.told}: is it meant?",
        fix=f"Let the program read {there}, or mount the volume so that the file is {path}.",
        evidence=(mount.evidence(case),),
        patch=patch,
    )


def _unmounted(case: Case, name: str) -> list[str]:
    """ConfigMaps of the namespace that have such a key."""
    found = case.facts.nearby.read(case.want("ConfigMap")) or ()
    return [manifests.name(each) for each in found if name in keys(each)]


def _never_mounted(case: Case, owner: str, path: str, name: str) -> Detail:
    return Detail(
        says=f'{path} is in no volume of the container. ConfigMap "{owner}" has the key "{name}", '
        "and the container does not mount it.",
        fix=f'Mount ConfigMap "{owner}" so that the file is {path}.',
        patch=_mounted(case, owner, path, name),
    )


def _mounted(case: Case, owner: str, path: str, name: str) -> Patch | None:
    template = case.template
    own = template.container(case.failure.container) if template else None
    if template is None or own is None:
        return None
    volumes = manifests.mappings(manifests.spec(template.pod).get("volumes"))
    named = [manifests.text(v.get("name")) for v in volumes]
    used = [v for v in volumes if manifests.mapping(v.get("configMap")).get("name") == owner]
    steps: tuple[Operation, ...] = ()
    volume = manifests.text(used[0].get("name")) if used else f"{owner}"[:60].replace(".", "-")
    if not used:
        if volume in named:
            return None
        source = {"name": volume, "configMap": {"name": owner}}
        steps = template.put(("spec", "volumes"), [*volumes, source])
    mounts = manifests.mappings(spec.own_spec(case).get("volumeMounts"))
    mount = {"name": volume, "mountPath": path, "subPath": name}
    return template.patch(*steps, *template.put((*own, "volumeMounts"), [*mounts, mount]))


def _wants(case: Case, groups: Groups) -> Iterator[Want]:
    yield case.want("ConfigMap")


MISSING = LogRow(
    rule="C14",
    hints=("no such file", "filenotfound", "enoent", "could not find file", "nosuchfile",
           "unable to access jarfile", "cannot open", "can't open", "not found", "does not exist",
           "cannot access", "failed to open stream"),
    pattern=r"no such file or directory|FileNotFoundError|FileNotFoundException|\bENOENT\b"
    r"|NoSuchFileException|could not find (?:file|a part of the path)|unable to access jarfile"
    r"|(?:can ?not|can't|unable to|failed to|could not) (?:open|find|access|stat)\b[^/:]{0,80}/\w"
    r"|(?:file|config\w{0,10}|directory|folder|path|key|cert\w{0,10}) [\"'(]?/\S{1,300} "
    r"?(?:is |was )?(?:not found|does not exist|doesn't exist|missing|not present)"
    r"|(?:missing|no) (?:config\w{0,10} |required )?file:? [\"'(]?/\S",
    title="{container} does not find {file}",
    explanation="The program ends because a file that it needs is not there.",
    fix="Put the file into the image or mount it (a ConfigMap, a Secret), or correct the path.",
    detail=_missing,
    wants=_wants,
)  # fmt: skip

RULE = reads(MISSING)
WANTS = wants_of(MISSING)
