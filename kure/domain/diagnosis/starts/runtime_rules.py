"""What a runtime says when it cannot create a container or start its program, as rows of group B.

The texts are those of containerd and Docker with runc, and of CRI-O with runc or crun. Which state
carries them differs: what containerd says at the start, CRI-O says when it creates.
"""

from kure.domain.diagnosis.messages import MessageRule
from kure.domain.diagnosis.model import Confidence

# How runc and crun name a program: exec: "x", exec: \"x\", `x`.
PROGRAM = r"exec:? {1,3}(?:\\?\")?(?P<program>[^\":\\\n]{1,400})(?:\\?\")?: "

RUNTIME_RULES = (
    MessageRule(
        rule="B13",
        pattern=r"OOM-killed \(memory limit too low|container init was OOM|memory limit too low"
        r"|set memory limit \d+ too low|minimum memory limit allowed"
        r"|failed to write \"?(?P<bytes>\d{1,20})\"?.{0,200}memory[\w.]*\"?: "
        r"(?:device or resource busy|invalid argument)",
        title="{container} has a memory limit ({limit}) that is too low to start anything",
        explanation="The kernel ended the container's first process, which belongs to the runtime, "
        "for want of memory: its program never ran. The limit is {limit}.",
        fix="Raise resources.limits.memory to what the program needs.",
    ),
    MessageRule(
        rule="B14",
        pattern=r"chdir to (?:cwd )?\(?[`\"\\]{0,2}(?P<directory>[^\"`\\)]{1,400})[`\"\\]{0,2}\)?"
        r"(?: set in config\.json failed)?: (?P<why>[a-z ]{1,60})",
        title='{container}: its working directory "{directory}" cannot be entered',
        explanation="The runtime was to start the program in {directory}: {why}.",
        fix="Correct workingDir in the pod template (or WORKDIR of the image), or see that the "
        "user of the container may enter it.",
    ),
    MessageRule(
        rule="B14",
        pattern=r"container (?:init|process)[^\"]{0,80}: mkdir (?P<directory>/[^\":]{0,400}): "
        r"(?P<why>not a directory|file exists|read-only file system|permission denied)",
        title='{container}: its working directory "{directory}" cannot be made: {why}',
        explanation="The runtime makes workingDir where the image does not have it, and could not: "
        "a file is in its place, or nothing can be written there.",
        fix="Correct workingDir in the pod template: it has to be a directory of the image or of a "
        "volume.",
    ),
    MessageRule(
        rule="B14",
        pattern=r"cwd must be an absolute path|working directory '(?P<directory>[^']{1,200})' is "
        r"invalid",
        title='{container}: its working directory "{directory}" is no absolute path',
        explanation="workingDir has to begin with a slash.",
        fix="Give workingDir as an absolute path.",
    ),
    MessageRule(
        rule="B12",
        pattern=r"(?:mounting|mount) \\?\"(?P<source>[^\"\\]{0,400})\\?\" to rootfs (?:at )?"
        r"\\?\"(?P<path>[^\"\\]{1,400})\\?\".{0,1500}?"
        r"(?P<why>not a directory|is a directory|read-only file system|file exists"
        r"|permission denied|no such file or directory)",
        title='{container}: nothing can be mounted at "{path}": {why}',
        explanation="The runtime could not put {mount} at {path}. {reason}",
        fix="Correct mountPath or subPath of that mount.",
    ),
    MessageRule(
        rule="B12",
        pattern=r"mount a directory onto a file|not a directory: unknown: are you trying"
        r"|error mounting .{0,500}(?P<why>not a directory|read-only file system)",
        title="{container}: a mount does not fit what the image has at its place",
        explanation="A directory was to be mounted onto a file, or a file onto a directory.",
        fix="Correct mountPath or subPath: to mount one file of a volume, name it in subPath.",
    ),
    MessageRule(
        rule="B12",
        pattern=r"failed to (?:stat|mkdir) \\?\"(?P<source>[^\"\\]{1,400})\\?\": .{0,400}"
        r"(?P<why>no such file or directory|read-only file system|not a directory"
        r"|permission denied)",
        title='{container}: "{source}" of node {node} cannot be mounted: {why}',
        explanation="The runtime was to mount that path of node {node} into the container.",
        fix="See that {source} exists on every node that may run the pod, or set the hostPath's "
        "type to DirectoryOrCreate.",
    ),
    # After the mounts, whose messages end in the same words.
    MessageRule(
        rule="B14",
        pattern=r"(?:mkdir|cwd) [`'\"\\(]{0,3}(?:/run/[^\s\"`']{1,300}/rootfs)?"
        r"(?P<directory>/[^\s\"`':\\]{0,400})[`'\"\\)]{0,3}: "
        r"(?P<why>not a directory|file exists|read-only file system|permission denied)",
        title='{container}: its working directory "{directory}" cannot be made: {why}',
        explanation="The runtime makes workingDir where the image does not have it, and could not: "
        "a file is in its place, or nothing can be written there.",
        fix="Correct workingDir in the pod template: it has to be a directory of the image or of a "
        "volume.",
    ),
    MessageRule(
        rule="B15",
        pattern=r"(?P<kind>apparmor|seccomp) profile \\?\"?(?P<profile>[^\s\"\\]{1,300})\\?\"? "
        r"(?:is not loaded|specified but not loaded|not found)"
        r"|cannot load (?P<kind2>seccomp|apparmor) profile \\?\"(?P<profile2>[^\"\\]{1,300})"
        r"|(?P<kind3>apparmor|seccomp) profile (?:is )?not found:? ?(?P<profile3>\S{0,300})",
        title='{container}: the {kind} profile "{profile}" is not on node {node}',
        explanation="Its security context asks for that profile, and node {node} does not have it.",
        fix="Put the profile on every node that may run the pod, or ask for RuntimeDefault.",
    ),
    MessageRule(
        rule="B15",
        pattern=r"apparmor|seccomp|selinux|label(?:ing)? .{0,200}(?:not allowed|not permitted)"
        r"|PreCreateHookError",
        title="{container}: node {node} cannot apply its security profile",
        explanation="The runtime says: {message}",
        fix="Correct seccompProfile, appArmorProfile or seLinuxOptions in its securityContext, or "
        "see that node {node} supports them.",
        confidence=Confidence.LIKELY,
    ),
    MessageRule(
        rule="B16",
        pattern=r"unable to find (?P<what>user|group) (?P<user>[^\s:]{1,100})"
        r"|no (?P<many>users|groups) found|no matching entries in (?:passwd|group) file",
        title="{container}: the image does not know the user it is to run as",
        explanation="The image {image} says USER {user}, and has no such entry in its /etc/passwd "
        "or /etc/group.",
        fix="Correct USER when the image is built, or set securityContext.runAsUser to a number.",
    ),
    MessageRule(
        rule="B08",
        pattern=r"no command specified|no entrypoint or command",
        title="{container} has no command: neither the image nor the pod names one",
        explanation="The image {image} has no ENTRYPOINT and no CMD, and the container has no "
        "command. An image that was made from a bare file system, or a wrong image, is like that.",
        fix="Set the container's command, or build the image with an ENTRYPOINT.",
    ),
    MessageRule(
        rule="B11",
        pattern=PROGRAM + r"permission denied|open executable: permission denied",
        title='{container}: "{program}" cannot be executed',
        explanation="{container} was to run {program}, which is there and has no execute "
        "permission for the container's user, or is mounted noexec.",
        fix="Give the file the execute permission in the image (`chmod +x`), run it by its "
        "interpreter, or correct the container's command.",
    ),
    MessageRule(
        rule="B11",
        pattern=PROGRAM + r"is a directory",
        title='{container}: "{program}" cannot be executed',
        explanation="{container} was to run {program}, which is a directory of the image.",
        fix="Correct the container's command: it has to name a file.",
    ),
    MessageRule(
        rule="B10",
        pattern=PROGRAM + r"(?:executable file not found|stat .{1,500}no such file or directory)",
        title='{container}: the command "{program}" is not in the image',
        explanation="{container} was to run {program}, and there is no such program in {image}.",
        fix="Correct the container's command, or install {program} in the image.",
    ),
    MessageRule(
        rule="B10",
        pattern=r"executable file [`'\"](?P<program>[^`'\"]{1,400})[`'\"] not found",
        title='{container}: the command "{program}" is not in the image',
        explanation="{container} was to run {program}, and there is no such program in {image}.",
        fix="Correct the container's command, or install {program} in the image.",
    ),
    MessageRule(
        rule="B10",
        pattern=PROGRAM + r"no such file or directory",
        title='{container}: the command "{program}" is not in the image',
        explanation="{container} was to run {program}, and there is no such program in "
        "{image}. Where the file does exist, the interpreter of its first line (`#!`, also one "
        "that ends with a carriage return) or its loader is missing.",
        fix="Correct the container's command, or install what is missing in the image.",
    ),
    MessageRule(
        rule="C12",
        pattern=r"exec format error",
        title="{container}: its program is not made for {platform}",
        explanation="Node {node} ({platform}) cannot execute the file: it is for another "
        "architecture, or a script without `#!` in its first line.",
        fix="Build {image} for {platform}; begin a script with `#!/bin/sh`.",
    ),
    MessageRule(
        rule="B09",
        pattern=r"name \\?\"[^\"]{1,500}\" is reserved for|name is reserved"
        r"|container name .{1,500}already in use|context deadline exceeded|DeadlineExceeded",
        title="Node {node}: its container runtime does not answer in time",
        explanation="The runtime began to create {container} and did not finish in time; that try "
        "still holds the container's name, so the next ones are refused. The disk or the CPU of "
        "node {node} is overloaded, or the runtime hangs.",
        fix="Look at the load and the disk of node {node}, and at its container runtime's log; a "
        "restart of the runtime frees the name.",
        confidence=Confidence.LIKELY,
    ),
)

# Where the runtime's words are not known: they are all there is to say.
START_UNKNOWN = MessageRule(
    rule="B00",
    title="{container} cannot be started",
    explanation="The runtime says: {message}",
    fix="Read the message: it names what in the container's settings the runtime refuses.",
    confidence=Confidence.SYMPTOM,
)
