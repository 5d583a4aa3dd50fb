"""What the rules of this family tell, for people: docs/failures.md is made from it."""

from kure.domain.diagnosis.known import Known

KNOWN: tuple[Known, ...] = (
    Known(
        rule="C01",
        name="Memory limit reached",
        means="The kernel killed the container because it used up its memory limit.",
        looks_at="`OOMKilled` of the run that ended, or, after exit code 137, of the run before it "
        "or in an event; the memory limit and request, heap flags in command and environment.",
        fix="Raise the limit (the patch doubles it), or make the program use less.",
    ),
    Known(
        rule="C02",
        name="Out of memory without a limit",
        means="The container has no memory limit, and its node ran out of memory.",
        looks_at="`OOMKilled` of the run that ended, the node's allocatable memory and its "
        "MemoryPressure.",
        fix="Give it a request and a limit; see what else uses memory on the node.",
    ),
    Known(
        rule="C03",
        name="Killed (SIGKILL)",
        means="The container was killed, and not for its memory limit.",
        looks_at="Exit code 137 without `OOMKilled`, and events of the kubelet that say who "
        "stopped it.",
        fix="Find who sends the signal: a probe, a grace period that was too short, the node.",
    ),
    Known(
        rule="C04",
        name="Asked to stop (SIGTERM)",
        means="The container was asked to stop and is started again.",
        looks_at="Exit code 143 and events of the kubelet.",
        fix="Find who stopped it; nothing is to be done after a rollout.",
    ),
    Known(
        rule="C05",
        name="Crash in native code",
        means="The program ended by SIGSEGV, SIGABRT, SIGBUS, SIGILL or SIGFPE.",
        looks_at="Exit codes 139, 134, 135, 132 and 136.",
        fix="Look for a core dump, a library that does not fit, a processor feature that "
        "the node lacks.",
    ),
    Known(
        rule="C06",
        name="Interrupted or broken pipe",
        means="The program ended by SIGINT or SIGPIPE.",
        looks_at="Exit codes 130 and 141.",
        fix="Find who sends the signal or closes the other end.",
    ),
    Known(
        rule="C07",
        name="Error of the program's own",
        means="The program ended with an error that no rule knows.",
        looks_at="The exit code and the last lines of the log that complain.",
        fix="Mend what those lines say.",
    ),
    Known(
        rule="C08",
        name="Called wrongly",
        means="The program or its shell does not understand its arguments.",
        looks_at="The line of the log, the word in command or args that it is about, and options "
        "of the usage text with a near name.",
        fix="Correct the option; the patch does where the usage text has one with a near name.",
    ),
    Known(
        rule="C09",
        name="Command not in the image",
        means="A shell does not find a command, or may not execute it.",
        looks_at="The line of the shell, the word in command or args, usual programs with a near "
        "name.",
        fix="Correct the command, or install the program and make it executable.",
    ),
    Known(
        rule="C10",
        name="Exit code out of range",
        means="The program ended with 255, often -1.",
        looks_at="The exit code and the last lines of the log that complain.",
        fix="Mend what those lines say.",
    ),
    Known(
        rule="C11",
        name="Finishes and is started again",
        means="The program ends without an error in a workload whose programs should not end.",
        looks_at="Exit code 0 with restartPolicy Always; command and image.",
        fix="Run it as a Job or CronJob, or keep the server in the foreground.",
    ),
    Known(
        rule="C12",
        name="Wrong architecture",
        means="The program is made for another processor, or a script lacks its first line.",
        looks_at="The line of the log and the node's architecture.",
        fix="Build the image for the node's architecture, or choose nodes that fit.",
    ),
    Known(
        rule="C13",
        name="Variable missing",
        means="The program needs a variable of its environment that is not set.",
        looks_at="The line of the log; env and envFrom of the container, variables with a near "
        "name, other containers of the pod, keys of the namespace's ConfigMaps.",
        fix="Set the variable; the patch renames a near one or takes it from where it is.",
    ),
    Known(
        rule="C14",
        name="File missing",
        means="The program needs a file that is not there.",
        looks_at="The path in the log, the volumes that are mounted, the keys of their "
        "ConfigMaps, where else such a file is.",
        fix="Mount it or correct the path; the patch does where one near file is there.",
    ),
    Known(
        rule="C15",
        name="Configuration that cannot be read",
        means="A value or a configuration file makes no sense to the program.",
        looks_at="The line of the log, the ConfigMap that the file is from, the variable or "
        "argument that has the value.",
        fix="Correct what the message names.",
    ),
    Known(
        rule="C16",
        name="Module or library missing",
        means="Something that the program is made of is not in the image.",
        looks_at="The line of the log; a volume that hides the folder of the image.",
        fix="Install it when the image is built, or mount the volume elsewhere.",
    ),
    Known(
        rule="C17",
        name="Port in use",
        means="Another process has the port that the program wants.",
        looks_at="The port in the log, other containers of the pod, with hostNetwork other pods "
        "of the node.",
        fix="Let one of them listen on another port.",
    ),
    Known(
        rule="C18",
        name="Low port without the right",
        means="A port below 1024 is kept for root.",
        looks_at="The port in the log, runAsUser, dropped capabilities.",
        fix="Listen on a higher port, or allow low ports with the sysctl that the patch sets.",
    ),
    Known(
        rule="C25",
        name="Disk full",
        means="The volume or disk that the program writes to is full.",
        looks_at="The path in the log, the volume it is in, sizeLimit of an emptyDir, size and "
        "class of a claim.",
        fix="Free space, or enlarge the volume; the patch doubles it where that can be.",
    ),
    Known(
        rule="C26",
        name="File permissions",
        means="The file system is read-only, or the user may not use the file.",
        looks_at="The path in the log, readOnlyRootFilesystem, runAsUser, fsGroup, the volume "
        "and how it is mounted.",
        fix="Mount a volume that can be written to, or give it to the user's group.",
    ),
    Known(
        rule="C27",
        name="Too many files, processes or threads",
        means="A limit of open files, file watches or processes is reached.",
        looks_at="The line of the log.",
        fix="Close or bound what grows, or raise the limit on the node.",
    ),
    Known(
        rule="C29",
        name="Runtime out of memory",
        means="The heap of Java, Node.js, Python, PHP and others is full.",
        looks_at="The line of the log, heap flags in command and environment, the memory limit.",
        fix="Raise the heap and the limit with it, or use less.",
    ),
    Known(
        rule="C30",
        name="Uncaught exception or panic",
        means="An exception that nothing caught ended the program, and no rule knows it.",
        looks_at="The line that names it, in the formats of the usual languages; the deepest "
        "cause of a chain.",
        fix="Mend what it says.",
    ),
    Known(
        rule="C31",
        name="Refuses to run as root",
        means="The program does not work as user 0.",
        looks_at="The line of the log and runAsUser.",
        fix="Set runAsUser to another user, as the patch does.",
    ),
    Known(
        rule="C32",
        name="Database schema",
        means="The database has not the tables or columns that the program expects, or a "
        "migration failed.",
        looks_at="The line of the log.",
        fix="Run the migrations of this version.",
    ),
    Known(
        rule="C33",
        name="Too many requests",
        means="A service that the program calls limits the number of requests.",
        looks_at="The line of the log.",
        fix="Wait and try again more slowly, ask less, or raise the quota.",
    ),
    Known(
        rule="C34",
        name="Silent crash",
        means="The program ended with an error and wrote nothing.",
        looks_at="An exit code that says nothing by itself, and the log, which was read and is "
        "empty.",
        fix="Make the program say why it ends.",
    ),
    Known(
        rule="C35",
        name="Container lost",
        means="The kubelet no longer found the container and made up how it ended.",
        looks_at="The reason `ContainerStatusUnknown`.",
        fix="See what happened to the node.",
    ),
    Known(
        rule="C36",
        name="Began with a rollout",
        means="The newest revision of a Deployment, StatefulSet or DaemonSet changed something "
        "shortly before its pods failed. It is told with the first cause.",
        looks_at="The pod templates that its ReplicaSets or ControllerRevisions hold, and whether "
        "the revision before was well: its pods are ready, or events tell that a pod of it was "
        "deleted while it ran and nothing was wrong with it.",
        fix="Take the change back. The patch sets the whole template back to that of a revision "
        "that was well, unless the cause has a patch of its own for something that was not "
        "changed.",
    ),
    Known(
        rule="D02",
        name="Init container does not end",
        means="An init container runs on, and the containers after it wait.",
        looks_at="Its state, its command and the last line of its log.",
        fix="See what it waits for.",
    ),
    Known(
        rule="D05",
        name="Sidecar does not start",
        means="A native sidecar has not started, and the containers after it wait.",
        looks_at="Its state and its postStart hook.",
        fix="See what its hook waits for, or give it a startup probe.",
    ),
)
