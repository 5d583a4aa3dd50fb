"""What each class of failure means and what to do first, as rows: for when no rule knows the cause.

In the texts `{what}` is `Container "app"`, `Pod "web-1"` or `Service "cart"`, to begin a sentence
with; `{subject}` is `Pod/web-1`, as kubectl takes it; `{node}` the pod's node; `{reason}` what
Kubernetes calls it. To add a class, add a row and a case.
"""

from dataclasses import dataclass

from kure.domain.failures.model import FailureClass


@dataclass(frozen=True, kw_only=True)
class Symptom:
    """One row. Where Kubernetes' message matches `telling`, it names the cause itself."""

    rule: str
    title: str
    means: str
    fix: str
    telling: str = "(?!)"  # matches nothing


SYMPTOMS: dict[FailureClass, Symptom] = {
    FailureClass.NODE_NOT_READY: Symptom(
        rule="Z01",
        title='Node "{name}" is not ready',
        means="Its pods may have stopped, are no longer reached through Services, and after five "
        "minutes are made anew on other nodes where their owner allows that.",
        fix="See whether the machine and its kubelet run (`systemctl status kubelet` on it) and "
        "whether it reaches the API server.",
        telling=r"cni plugin|network plugin|NetworkPluginNotReady|container runtime",
    ),
    FailureClass.NODE_PRESSURE: Symptom(
        rule="Z02",
        title='Node "{name}" is under pressure ({reason})',
        means="It runs short of what the condition names, takes no new pods, and evicts pods to "
        "win some back.",
        fix="See what uses most of it on the node (`kubectl describe node {name}`); move or limit "
        "those pods, or give the node more.",
    ),
    FailureClass.FAILED_CREATE: Symptom(
        rule="Z03",
        title="{what} cannot create its pods",
        means="The API server refuses the pods that its controller wants to make, so that they do "
        "not exist at all.",
        fix="Change what the message names: the quota or limit, the policy, the ServiceAccount, or "
        "the pod template.",
        telling=r"exceeded quota|failed quota|usage per|violates PodSecurity|not found|denied"
        r"|no PriorityClass|security context constraint|is invalid:|failed calling webhook"
        r"|being terminated",
    ),
    FailureClass.CLAIM_LOST: Symptom(
        rule="Z04",
        title="{what} has lost its volume",
        means="The PersistentVolume that it was bound to is gone, and the data with it unless the "
        "storage behind it was kept.",
        fix="Restore the PersistentVolume from its storage or a backup, or delete the claim and "
        "make it again.",
        telling=r"lost|is gone|does not exist",
    ),
    FailureClass.CLAIM_PENDING: Symptom(
        rule="Z05",
        title="{what} gets no volume",
        means="No PersistentVolume is bound to it, and pods that mount it do not start.",
        fix="Check that its StorageClass exists and that the provisioner of that class runs; or "
        "make a PersistentVolume that fits its size, access mode and class.",
        telling=r"not found|no persistent volumes available|exceeded quota",
    ),
    FailureClass.REJECTED: Symptom(
        rule="Z06",
        title="{what} was refused by its node ({reason})",
        means="The scheduler gave it to node {node}, whose kubelet would not run it. It stays "
        "failed; its owner, if it has one, makes another.",
        fix="Free or add on the node what the reason names, or keep such pods away from it.",
        telling=r"didn't have enough|rejected|predicate|didn't match|forbidden|not enough",
    ),
    FailureClass.EVICTED: Symptom(
        rule="Z07",
        title="{what} was evicted from node {node}",
        means="The kubelet ended it to win back what the node, or the pod's own limit, was short "
        "of. Evicted pods are not started again; its owner, if it has one, makes another.",
        fix="Set requests and limits for what the message names, on this pod and on those that use "
        "more than they ask for.",
        telling=r"low on resource|exceeds the limit|exceeded its|exceeds the total|had condition",
    ),
    FailureClass.STUCK_TERMINATING: Symptom(
        rule="Z08",
        title="{what} does not end, though it was deleted",
        means="Its grace period is over and it is still there: a finalizer is not done, its node "
        "does not answer, or a container cannot be killed.",
        fix="See whether node {node} is ready, and which metadata.finalizers are left; what owns "
        "the finalizer has to be running.",
    ),
    FailureClass.SANDBOX: Symptom(
        rule="Z09",
        title="{what} gets no network or sandbox on node {node}",
        means="The container runtime cannot set up what its containers share; none of them is "
        "started.",
        fix="Look at the network plugin's pods on node {node} and at the node's container runtime.",
        telling=r"failed to assign an IP|no (?:available )?IP addresses|range set|cni plugin not"
        r"|no runtime for",
    ),
    FailureClass.FAILED_MOUNT: Symptom(
        rule="Z10",
        title="{what} cannot mount its volumes",
        means="Its containers are not started before every volume of it is mounted.",
        fix="Make what the message says is missing, or correct the name in spec.volumes.",
        telling=r"not found|references non-existent|Multi-Attach|hostPath type check failed"
        r"|not registered",
    ),
    FailureClass.NOT_STARTED: Symptom(
        rule="Z11",
        title="{what} has a node and is still not started",
        means="Node {node} has it for longer than a start takes, and says nothing about why.",
        fix="See whether node {node} is ready and its kubelet is well, and what its events say "
        "(`kubectl describe node {node}`).",
    ),
    FailureClass.CONFIG_ERROR: Symptom(
        rule="Z12",
        title="{what} cannot be created from its settings",
        means="What its environment or its security context asks for is not there or not allowed, "
        "so the kubelet does not create it and tries again.",
        fix="Make the ConfigMap, Secret or key that the message names, or correct the reference in "
        "the pod template.",
        telling=r"not found|couldn't find key|runAsNonRoot|non-numeric user",
    ),
    FailureClass.CREATE_ERROR: Symptom(
        rule="Z13",
        title="{what} cannot be created by the container runtime",
        means="The runtime of node {node} refuses it before its program is started.",
        fix="Correct what the message names: the command, a mount, a device or a security profile.",
        telling=r"no command specified|unable to find user|seccomp|apparmor|selinux",
    ),
    FailureClass.START_ERROR: Symptom(
        rule="Z14",
        title="{what} cannot be started",
        means="It was created, and its program could not be run.",
        fix="Correct the command, working directory, mount or hook that the message names.",
    ),
    FailureClass.INIT_STUCK: Symptom(
        rule="Z15",
        title="{what} does not finish",
        means="The containers after it wait until it ends without an error. Often it waits for "
        "something else: a database, a Service, a file.",
        fix="Read its log (`kubectl logs`) for what it waits for.",
    ),
    FailureClass.DEADLINE: Symptom(
        rule="Z16",
        title="{what} ran longer than it may",
        means="It was ended because its activeDeadlineSeconds were over.",
        fix="Find out what made it slow, or raise activeDeadlineSeconds.",
        telling=r"longer than (?:the )?specified deadline",
    ),
    FailureClass.POD_FAILED: Symptom(
        rule="Z17",
        title="{what} has failed",
        means="It ended with an error and is not started again.",
        fix="Read its log and its events; its owner, if it has one, may make another.",
    ),
    FailureClass.NOT_READY: Symptom(
        rule="Z18",
        title="{what} runs and is not ready",
        means="No Service sends it anything until it is.",
        fix="Look at its readiness probe and at what the program answers to it; its log may name "
        "something else that it waits for.",
    ),
    FailureClass.JOB_FAILED: Symptom(
        rule="Z19",
        title="{what} has failed",
        means="It gave up, and makes no more pods.",
        fix="Mend what its pods fail of, then delete it and run it again.",
        telling="deadline",
    ),
    FailureClass.JOB_BLOCKED: Symptom(
        rule="Z20",
        title="{what} does not start, since an earlier run has not ended",
        means="Its concurrencyPolicy is Forbid: while one run goes on, the next ones are left out.",
        fix="See why the earlier run does not end; delete its Job if it hangs, and give the Job an "
        "activeDeadlineSeconds.",
        telling="concurrencyPolicy is Forbid",
    ),
    FailureClass.MISSED_SCHEDULE: Symptom(
        rule="Z21",
        title="{what} has missed its time",
        means="It should have started a Job by now and has not.",
        fix="Check its schedule, timeZone and startingDeadlineSeconds, and that the cluster's "
        "controller manager runs.",
        telling=r"cannot be read|too short",
    ),
    FailureClass.ROLLOUT_STUCK: Symptom(
        rule="Z22",
        title="{what} does not get its new pods ready",
        means="The rollout has made no progress for as long as it may, or waits for a pod that "
        "does not become ready; pods of the version before, if any, go on.",
        fix="Look at its newest pods; undo the rollout (`kubectl rollout undo`) if the version "
        "before was well.",
    ),
    FailureClass.NO_ENDPOINTS: Symptom(
        rule="Z23",
        title="{what} has nobody behind it",
        means="No ready pod matches its selector, so that whoever calls it gets no answer.",
        fix="Compare its spec.selector with the labels of the pods that it is meant for, and see "
        "whether those are ready.",
    ),
    FailureClass.INGRESS_BACKEND: Symptom(
        rule="Z24",
        title="{what} leads to nowhere",
        means="What it names is not there, so that its requests are answered with an error.",
        fix="Make what is missing, or correct its name or port in the Ingress.",
        telling=r"does not exist|has no port",
    ),
    FailureClass.NOT_ACCEPTED: Symptom(
        rule="Z26",
        title="{what} is not taken as it is by its controller",
        means="Requests that it is to lead are not led, or not all of them.",
        fix="Read the conditions of its status; mend what they name.",
    ),
    FailureClass.SCALING: Symptom(
        rule="Z25",
        title="{what} cannot scale as it should",
        means="The number of replicas stays as it is, whatever the load.",
        fix="Check that its target exists, that the target's containers have requests, that the "
        "metrics API answers (`kubectl top pods`), and its maxReplicas.",
        telling=r"missing request for|could not find the requested resource|no metrics returned"
        r"|metrics API|not found|TooManyReplicas",
    ),
}
