"""What the operating system refuses a program as a whole: its format, its user, more of something.
C12, C27, C31."""

from kure.domain import manifests
from kure.domain.diagnosis.crashes.logs import spec
from kure.domain.diagnosis.crashes.logs.row import Detail, Groups, LogRow, reads
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.images.reference import parse_image
from kure.domain.diagnosis.log_signals import Signal
from kure.domain.diagnosis.model import EvidenceLine

# Users that images of these programs have beside root, by a part of the image's repository.
USERS = (("postgres", 999), ("mysql", 999), ("mariadb", 999), ("elasticsearch", 1000))
ALPINE_POSTGRES = 70
ANY_USER = 1000


def _format(case: Case, signal: Signal, groups: Groups) -> Detail:
    return _script(case) or _architecture(case, signal, groups)


def _script(case: Case) -> Detail | None:
    """A file of a ConfigMap is text: it is a script that does not say what runs it."""
    command, template = spec.own_spec(case).get("command"), case.template
    line = command if isinstance(command, list) else []
    program = manifests.text(line[0]) if line else ""
    mount = spec.mount_of(case, program) if program else None
    if mount is None or mount.kind != "configMap" or template is None:
        return None
    return Detail(
        says=f"{program} is a file of a ConfigMap, and so a script without that line.",
        fix=f"Begin {program} with `#!/bin/sh`, or run it by its interpreter (`sh {program}`).",
        patch=template.patch(
            *spec.put(case, ("command",), ["sh", *line]),
            note="It takes for granted that the script is one for sh.",
        ),
    )


def _architecture(case: Case, signal: Signal, groups: Groups) -> Detail:
    """The node's architecture; a script without its first line looks the same."""
    info = manifests.mapping(manifests.status(case.node or {}).get("nodeInfo"))
    architecture = manifests.text(info.get("architecture"))
    if not architecture:
        return Detail()
    name = manifests.name(case.node or {})
    field = "status.nodeInfo.architecture"
    return Detail(
        says=f"Its node {name} is {architecture}.",
        evidence=(EvidenceLine("node", f"Node/{name}", field, architecture),),
    )


def _user(case: Case, signal: Signal, groups: Groups) -> Detail:
    """Another user than root. Volumes are given to its group, or it could not write to them."""
    told = spec.security(case, "runAsUser")
    user = _user_of(manifests.text(spec.spec_of(case).get("image")))
    operations = spec.put(case, ("securityContext", "runAsUser"), user)
    template = case.template
    if template and operations and spec.security(case, "fsGroup") is None and spec.mounts(case):
        operations += template.put(("spec", "securityContext", "fsGroup"), user)
    field = f"{case.spec_path}.securityContext.runAsUser"
    says = (
        f"runAsUser is {told}."
        if told is not None
        else "No runAsUser is set, so that the image's own user counts, which is root."
    )
    return Detail(
        says=says,
        evidence=(case.from_pod(field, str(told)),) if told is not None else (),
        fix=f"Run it as another user: set securityContext.runAsUser (such as {user}) for container "
        f'"{case.failure.container}", and fsGroup where it writes to volumes; or start it through '
        "the image's own entrypoint where that changes the user by itself.",
        patch=template.patch(
            *operations,
            note=f"User {user} must be able to read the program's files in the image.",
        )
        if template and operations
        else None,
    )


def _user_of(image: str) -> int:
    reference = parse_image(image)
    for part, user in USERS:
        if part in reference.repository:
            alpine = part == "postgres" and "alpine" in image
            return ALPINE_POSTGRES if alpine else user
    return ANY_USER


WRONG_FORMAT = LogRow(
    rule="C12",
    hints=("exec format error", "cannot execute binary file", "could not open '/lib"),
    pattern=r"exec format error|cannot execute binary file|could not open '/lib\S{0,80}ld-",
    title="{container} cannot run its program on this node: {what}",
    explanation="The program is made for another processor architecture than its node's, or it is "
    "a script whose first line does not say what runs it (`#!/bin/sh`).",
    fix="Build or pull the image for the node's architecture (`docker buildx build --platform`), "
    "keep the pod on nodes that it is made for (nodeSelector kubernetes.io/arch), or give the "
    "script its `#!` line.",
    detail=_format,
)

AS_ROOT = LogRow(
    rule="C31",
    hints=("root",),
    pattern=r"(?:must not|can ?not|can't|should not|don't|do not|refus\w{1,4} to|never) (?:be )?"
    r"(?:run|start|execut)\w{0,4} (?:[\w-]{1,40} ){0,4}as (?:the )?[\"'`]?root"
    r"|[\"']?root[\"']? execution .{0,80}not permitted"
    r"|(?:running|execution|starting) as [\"']?root[\"']? .{0,60}not (?:supported|allowed"
    r"|permitted)"
    r"|not (?:permitted|allowed|supported) to (?:be )?(?:run|start) as root"
    r"|how to run mysqld as root",
    title="{container} refuses to run as root",
    explanation="The program does not work as user 0, for the sake of safety.",
    fix="Set securityContext.runAsUser to another user than 0.",
    detail=_user,
)

WATCHES = LogRow(
    rule="C27",
    hints=("too many open files", "file watchers"),
    pattern=r"^(?=.{0,2000}(?:inotify|fsnotify|file watchers"
    r"|watcher)).{0,2000}?(?:too many open files"
    r"|number of file watchers reached)",
    title="{container} gets no more file watches (inotify) on its node",
    explanation="All programs of one user on a node share fs.inotify.max_user_instances and "
    "max_user_watches; they are used up.",
    fix="Raise fs.inotify.max_user_instances and fs.inotify.max_user_watches on the node (sysctl), "
    "or watch fewer files.",
)

FILES = LogRow(
    rule="C27",
    hints=("too many open files", "emfile", "enfile", "errno 24", "error 24"),
    pattern=r"too many open files|\bEMFILE\b|\bENFILE\b|\[errno 24\]",
    title="{container} has too many files open",
    explanation="It reached the limit of open files and connections of its process (ulimit -n).",
    fix="Close what is no longer needed (connections, responses, watchers): a number that grows is "
    "a leak. Else raise the limit of the container runtime (LimitNOFILE) or of the program.",
)

PROCESSES = LogRow(
    rule="C27",
    hints=("fork", "thread", "resource temporarily unavailable", "eagain"),
    pattern=r"(?:can ?not|can't|failed to|unable to|could not) (?:fork|start new thread"
    r"|create (?:new |native |worker )?(?:os )?thread)|pthread_create.{0,40}failed"
    r"|fork.{0,60}resource temporarily unavailable|unable to create (?:new )?native thread"
    r"|spawn \S{1,100} EAGAIN|fork: retry",
    title="{container} cannot start more processes or threads",
    explanation="The limit of processes (pids) of the pod or of its node is used up, or no memory "
    "is left for their stacks.",
    fix="See why it starts so many, and bound its threads or workers; else raise podPidsLimit of "
    "the node's kubelet.",
)

RULE = reads(WRONG_FORMAT, AS_ROOT, WATCHES, FILES, PROCESSES)
