"""A file that may not be written or read: C26; in a volume that no fsGroup gives the user: G09. Who
may is said by the security context and by the volume that the path is in."""

import re

from kure.domain import manifests
from kure.domain.diagnosis.crashes.logs import spec
from kure.domain.diagnosis.crashes.logs.paths import path_in
from kure.domain.diagnosis.crashes.logs.row import Detail, Groups, LogRow, matches, reads
from kure.domain.diagnosis.crashes.logs.spec import Mount
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.fixes import Patch
from kure.domain.diagnosis.log_signals import Signal, signals_of

# An empty volume there would hide the program or what it is made of.
OF_THE_IMAGE = frozenset(
    "/etc /usr /bin /sbin /lib /lib64 /opt /app /proc /sys /dev /root /srv /home /var /var/lib "
    "/usr/local /usr/share /usr/lib /usr/bin /usr/src /usr/src/app /code /workspace /src "
    "/usr/share/nginx/html /etc/nginx /etc/nginx/conf.d /var/www /var/www/html".split()
) | {""}
# What is below these is of the image, too, unless it is still to be made.
PROGRAMS = ("/bin/", "/etc/", "/lib/", "/lib64/", "/sbin/", "/usr/", "/var/www/")
MAKES = re.compile(r"mkdir|director|makedirs", re.IGNORECASE)
# Kinds of volumes that can never be written to, and those of which a mount alone says it.
NEVER_WRITTEN = ("configMap", "secret", "projected", "downwardAPI", "image")
WRITABLE = ("emptyDir", "persistentVolumeClaim", "ephemeral")


def _read_only(case: Case, signal: Signal, groups: Groups) -> Detail:
    path = path_in(signal)
    mount = spec.mount_of(case, path) if path else None
    if mount is not None and (mount.read_only or mount.kind in NEVER_WRITTEN):
        return _mounted_read_only(case, mount, path)
    if mount is None and spec.security(case, "readOnlyRootFilesystem") is True:
        return _root_read_only(case, signal, path)
    return Detail(evidence=(mount.evidence(case),) if mount else ())


def _mounted_read_only(case: Case, mount: Mount, path: str) -> Detail:
    if mount.kind in NEVER_WRITTEN:
        why = "Volumes of this kind can never be written to."
        fix = (
            f"Let it write elsewhere, or copy the file into an emptyDir first (an init container) "
            f"and mount that at {mount.path}."
        )
    else:
        why, fix = "The mount is readOnly.", f"Take readOnly from the mount at {mount.path}."
    patch: Patch | None = None
    if mount.kind in WRITABLE and case.template:
        at = int(mount.field.rpartition("[")[2].rstrip("]"))
        own = case.template.container(case.failure.container)
        same = spec.put(case, ("volumeMounts", at, "readOnly"), True)
        steps = case.template.drop((*own, "volumeMounts", at, "readOnly")) if own and same else ()
        patch = case.template.patch(*steps)
    return Detail(
        says=f"{path} is in {mount.told}. {why}",
        fix=fix,
        evidence=(mount.evidence(case),),
        patch=patch,
    )


def _root_read_only(case: Case, signal: Signal, path: str) -> Detail:
    field = f"{case.spec_path}.securityContext.readOnlyRootFilesystem"
    folder = folder_of(path, made=MAKES.search(signal.text) is not None)
    return Detail(
        says="Its securityContext says readOnlyRootFilesystem, so that it can write to volumes "
        "only" + (f", and {path} is in none." if path else "."),
        fix=f"Mount an emptyDir at {folder or 'the folder that it writes to'}"
        + ("." if folder else ", or let it write to a volume."),
        evidence=(case.from_pod(field, "true"),),
        patch=with_empty_dir(case, folder) if folder else None,
    )


def folder_of(path: str, *, made: bool = False) -> str:
    """Where an empty volume makes the path writable and hides nothing; '' where it would. `made`:
    the path is a folder that is to be made."""
    path = path.rstrip("/")
    folder = path if path in ("/tmp", "/run", "/var/run", "/var/tmp", "/data") else ""
    folder = folder or path.rpartition("/")[0]
    if folder in OF_THE_IMAGE or folder.startswith(PROGRAMS):
        folder = path if made else ""
    return "" if folder in OF_THE_IMAGE else folder


def with_empty_dir(case: Case, folder: str) -> Patch | None:
    template = case.template
    own = template.container(case.failure.container) if template else None
    if template is None or own is None:
        return None
    volumes = manifests.mappings(manifests.spec(template.pod).get("volumes"))
    name = "".join(c if c.isalnum() else "-" for c in folder.strip("/").lower())[:50].strip("-")
    if any(volume.get("name") == name for volume in volumes):
        return None
    mounts = manifests.mappings(spec.own_spec(case).get("volumeMounts"))
    return template.patch(
        *template.put(("spec", "volumes"), [*volumes, {"name": name, "emptyDir": {}}]),
        *template.put(
            (*own, "volumeMounts"), [*mounts, {"name": name, "mountPath": folder}]
        ),
        note=f"What is written to {folder} is lost when the pod ends.",
    )  # fmt: skip


def _denied(case: Case, signal: Signal, groups: Groups) -> Detail:
    path = path_in(signal)
    mount = spec.mount_of(case, path) if path else None
    if mount is not None and (mount.read_only or mount.kind == "image"):
        return _mounted_read_only(case, mount, path)
    user, group = spec.security(case, "runAsUser"), spec.security(case, "fsGroup")
    path_field = f"{case.spec_path}.securityContext.runAsUser"
    evidence = [case.from_pod(path_field, str(user))] if user is not None else []
    who = f"It runs as user {user}" if user is not None else "It runs as the user of its image"
    if mount is None:
        return Detail(
            says=f"{who}." + (f" {path} is in no volume, but in the image." if path else ""),
            evidence=tuple(evidence),
            fix="Let that user write there when the image is built (`chown`), mount a volume at "
            f"{folder_of(path) or 'that folder'}, or run the container as the user that owns it.",
            patch=_for_user(case, path),
        )
    if group is not None or mount.kind not in WRITABLE:
        says = f"{who}, with fsGroup {group}." if group is not None else f"{who}."
        return Detail(
            says=f"{says} {path} is in {mount.told}.",
            evidence=(*evidence, mount.evidence(case)),
        )
    return Detail(
        says=f"{who}, and no fsGroup gives it the volume. {path} is in {mount.told}.",
        evidence=(*evidence, mount.evidence(case)),
        fix="Set securityContext.fsGroup of the pod to the group of the user that it runs as, so "
        "that the volume is given to that group when it is mounted.",
        patch=_with_group(case, user),
        rule="G09",
    )


def _for_user(case: Case, path: str) -> Patch | None:
    """Where programs keep what they may lose, an empty volume is as good."""
    folder = folder_of(path)
    lost = folder.startswith(("/var/cache/", "/var/run", "/run", "/var/log/", "/tmp/", "/var/tmp"))
    return with_empty_dir(case, folder) if lost else None


def _with_group(case: Case, user: object) -> Patch | None:
    group = manifests.number(spec.security(case, "runAsGroup")) or manifests.number(user)
    if case.template is None or not group:
        return None
    return case.template.patch(*case.template.put(("spec", "securityContext", "fsGroup"), group))


READ_ONLY = LogRow(
    rule="C26",
    hints=("read-only file system", "read-only filesystem", "erofs", "errno 30"),
    pattern=r"read-only file ?system|\bEROFS\b|\[errno 30\]",
    title="{container} cannot write to a read-only file system: {what}",
    explanation="The file system that it writes to is mounted read-only.",
    fix="Let the program write to a volume, such as an emptyDir mounted at that folder.",
    detail=_read_only,
)

DENIED = LogRow(
    rule="C26",
    hints=("permission denied", "eacces", "errno 13", "not permitted", "eperm", "accessdenied",
           "access to the path", "(13:"),
    pattern=r"permission denied(?!,? please try again| \(publickey| for (?:table|relation|schema"
    r"|database|user|sequence|function)| to (?:create|set) )|\bEACCES\b|\[errno 13\]"
    r"|(?:chown|chmod|mkdir|open|mount|setuid|setgid|chroot)\b.{0,400}operation not permitted"
    r"|\bEPERM\b|AccessDeniedException: /|access to the path '[^']{1,300}' is denied",
    title="{container} may not use a file: {what}",
    explanation="The user that it runs as has no permission for it.",
    fix="Make the file belong to the user that the program runs as, or run it as another user.",
    detail=_denied,
)  # fmt: skip

RULE = reads(READ_ONLY, DENIED)


def not_written(signal: Signal, path: str) -> bool:
    """Whether another line of the log says that this file could not be made: that it is not there
    then only follows."""
    folder = path.rpartition("/")[0]
    return any(
        path_in(other) in (path, folder)
        for other in signals_of(signal.log)
        if other.number != signal.number and any(matches((READ_ONLY, DENIED), other))
    )
