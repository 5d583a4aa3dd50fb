"""What the rules of this family tell, for people: docs/failures.md is made from it."""

from kure.domain.diagnosis.known import Known

KNOWN: tuple[Known, ...] = (
    Known(
        rule="B00",
        name="Container cannot be started, unknown message",
        means="The runtime refuses to start the program, in words that are not known.",
        looks_at="The message of the terminated state StartError or ContainerCannotRun.",
        fix="Read the message, which is quoted.",
    ),
    Known(
        rule="B01",
        name="ConfigMap of the environment does not exist",
        means="env or envFrom names a ConfigMap that is not in the pod's namespace.",
        looks_at="CreateContainerConfigError; the ConfigMaps of the namespace, those of that name "
        "in other namespaces, and what the revision before named.",
        fix="Create it or correct the name. Proposed: a name that is nearly the same and has the "
        "keys, or what the revision before named.",
    ),
    Known(
        rule="B02",
        name="Secret of the environment does not exist",
        means="env or envFrom names a Secret that is not in the pod's namespace.",
        looks_at="CreateContainerConfigError; which Secrets pods that run, ServiceAccounts and "
        "Ingresses name. Secrets themselves are never listed.",
        fix="Create it or correct the name. Proposed: a name that is nearly the same and that a "
        "running pod needs.",
    ),
    Known(
        rule="B03",
        name="Key does not exist",
        means="The ConfigMap or Secret is there and lacks the key that env takes from it.",
        looks_at="CreateContainerConfigError (couldn't find key); the keys of the ConfigMap, of a "
        "Secret those that running pods take.",
        fix="Add the key or correct its name. Proposed: a key that is nearly the same.",
    ),
    Known(
        rule="B04",
        name="Must not run as root, and would",
        means="runAsNonRoot is set, and the image or runAsUser says user 0.",
        looks_at="CreateContainerConfigError (image will run as root).",
        fix="Set runAsUser to a user that the image can run as. Proposed: 1000, where the image is "
        "not known to need root.",
    ),
    Known(
        rule="B05",
        name="User of the image is a name",
        means="runAsNonRoot is set, and of a name the kubelet cannot tell whether it is root.",
        looks_at="CreateContainerConfigError (non-numeric user).",
        fix="Set runAsUser to the user's number. Proposed: the number that is usual for that name.",
    ),
    Known(
        rule="B06",
        name="Kubelet has not read the settings yet",
        means="The kubelet did not get ConfigMaps or Secrets from the API server in time; they may "
        "well exist.",
        looks_at="The messages failed to sync cache and not registered, once they have lasted.",
        fix="Wait; then look at the node's way to the API server.",
    ),
    Known(
        rule="B07",
        name="subPath cannot be prepared",
        means="The path inside the volume cannot be made or found, or subPathExpr uses a variable "
        "that is not set.",
        looks_at="CreateContainerConfigError (failed to prepare subPath).",
        fix="Correct subPath or subPathExpr.",
    ),
    Known(
        rule="B08",
        name="No command",
        means="Neither the image nor the pod says what to run.",
        looks_at="CreateContainerError (no command specified).",
        fix="Set the container's command, or build the image with an ENTRYPOINT.",
    ),
    Known(
        rule="B09",
        name="Container runtime is overloaded",
        means="An earlier try did not finish in time and still holds the container's name.",
        looks_at="CreateContainerError (name is reserved, context deadline exceeded).",
        fix="Look at the node's disk, load and runtime.",
    ),
    Known(
        rule="B10",
        name="Command is not in the image",
        means="There is no such program, or its interpreter is missing.",
        looks_at="The runtime's message (executable file not found); the pod's command; what "
        "earlier revisions ran; a list of usual programs.",
        fix="Correct the command. Proposed: a usual program without the slip, sh for bash, the "
        "words of a line that was taken for one, or the command of the revision before.",
    ),
    Known(
        rule="B11",
        name="Command cannot be executed",
        means="The file has no execute permission, is a directory, or lies on a noexec mount.",
        looks_at="The runtime's message (permission denied, is a directory).",
        fix="Give the file the permission in the image, or correct the command.",
    ),
    Known(
        rule="B12",
        name="Mount does not fit",
        means="A directory is mounted onto a file or the other way round, or there is nothing to "
        "mount onto.",
        looks_at="The runtime's message (error mounting), the container's volumeMounts and the "
        "keys of the ConfigMap that is mounted.",
        fix="Correct mountPath or subPath. Proposed: the key of the ConfigMap as subPath.",
    ),
    Known(
        rule="B13",
        name="Memory limit is too low to start",
        means="The limit is too low for the runtime's first process; often the unit is wrong.",
        looks_at="The runtime's message (OOM-killed, memory limit too low) and the limit.",
        fix="Raise the limit. Proposed: the number with Mi where the unit is mistaken, else twice "
        "as much and at least 64Mi.",
    ),
    Known(
        rule="B14",
        name="Working directory cannot be entered",
        means="workingDir is no absolute path, is no directory, or may not be entered.",
        looks_at="The runtime's message (chdir to cwd) and workingDir.",
        fix="Correct workingDir. Proposed: with a slash before it, or that of the revision before.",
    ),
    Known(
        rule="B15",
        name="Security profile is missing",
        means="The node does not have the seccomp or AppArmor profile, or cannot apply SELinux "
        "labels.",
        looks_at="The runtime's message and the securityContext.",
        fix="Put the profile on the nodes. Proposed: RuntimeDefault instead.",
    ),
    Known(
        rule="B16",
        name="User is not in the image",
        means="The image names a user or group that its /etc/passwd or /etc/group does not have.",
        looks_at="The runtime's message (unable to find user, no users found).",
        fix="Correct USER of the image. Proposed: a number as runAsUser.",
    ),
    Known(
        rule="B17",
        name="postStart hook fails",
        means="The kubelet stops a container whose postStart hook fails, and starts it again.",
        looks_at="The event FailedPostStartHook or the reason PostStartHookError, and that the "
        "program did not end by itself.",
        fix="Correct the hook.",
    ),
    Known(
        rule="B18",
        name="preStop hook fails",
        means="The container is stopped without what the hook was to do. Told beside other causes.",
        looks_at="The event FailedPreStopHook.",
        fix="Correct the hook.",
    ),
    Known(
        rule="B19",
        name="Environment variables were left out",
        means="Keys of envFrom cannot be names of variables and are skipped. Told beside other "
        "causes.",
        looks_at="The event InvalidEnvironmentVariableNames.",
        fix="Rename the keys, or take each by env with a valid name.",
    ),
)
