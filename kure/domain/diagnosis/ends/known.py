"""What the rules of this family tell, for people: docs/failures.md is made from it."""

from kure.domain.diagnosis.known import Known

KNOWN: tuple[Known, ...] = (
    Known(
        rule="I01",
        name="Evicted for memory",
        means="The node ran out of memory, and its kubelet ended the pod to win some back.",
        looks_at="The pod's message (`low on resource: memory`, `MemoryPressure`), what its "
        "containers used and had asked for.",
        fix="Set memory requests to what is used. Proposed where one container used more than it "
        "asked for and the node has room: what it used and a fifth more.",
    ),
    Known(
        rule="I02",
        name="Evicted for disk or process ids",
        means="The node ran out of disk, inodes or process ids, and its kubelet ended or turned "
        "away the pod.",
        looks_at="The pod's message (`low on resource`, `node had condition`).",
        fix="Find what fills the node; give pods requests and limits of ephemeral-storage, or the "
        "node more.",
    ),
    Known(
        rule="I03",
        name="emptyDir over its limit",
        means="A volume of type emptyDir grew above its `sizeLimit`.",
        looks_at="The pod's message, and the volume in its spec.",
        fix="Write less to it, or raise `sizeLimit`; twice as much is proposed.",
    ),
    Known(
        rule="I04",
        name="Over the limit of ephemeral-storage",
        means="A container, or all of the pod together, wrote more to files, logs and emptyDir "
        "volumes than its limit allows.",
        looks_at="The pod's message, and the limits of its containers.",
        fix="Write less, use a volume, or raise the limit; twice as much is proposed where it is "
        "clear whose.",
    ),
    Known(
        rule="I05",
        name="Taken off a tainted node",
        means="The node has a taint with effect NoExecute that the pod does not tolerate. Told "
        "beside why it does not end.",
        looks_at="The condition DisruptionTarget (DeletionByTaintManager) of the pod and the "
        "taints of its node.",
        fix="See why the node has the taint; tolerate it where the pod belongs there.",
    ),
    Known(
        rule="I06",
        name="Ended for a more important pod",
        means="The kubelet had no room for a pod of a system-critical priority, or the scheduler "
        "none for one of a higher priority, and ended this one.",
        looks_at="The pod's reason `Preempting` and its message; the condition DisruptionTarget "
        "(PreemptionByScheduler).",
        fix="Give the node more room, or the pod a higher priority.",
    ),
    Known(
        rule="I07",
        name="Pod on a node that is not ready",
        means="The pod's node is not ready, so that its kubelet cannot start, stop or probe it. "
        "The node is what has to be mended.",
        looks_at="The condition `Ready` of the pod's node, and when it changed; a pod's reason "
        "`NodeLost`.",
        fix="Bring the node back, or delete it if it is gone for good.",
    ),
    Known(
        rule="I08",
        name="Ended by a node's shutdown",
        means="The machine was shut down, and a pod without an owner is not made anew.",
        looks_at="The pod's reason (`Terminated`, `NodeShutdown`).",
        fix="Delete it and make it again, best with an owner.",
    ),
    Known(
        rule="I09",
        name="Over its deadline",
        means="The pod was there for longer than `activeDeadlineSeconds`, and was ended.",
        looks_at="The pod's reason `DeadlineExceeded`, `activeDeadlineSeconds`, `restartPolicy`.",
        fix="Find what made it slow. Proposed: no deadline for a pod that is to go on, twice as "
        "long for any other.",
    ),
    Known(
        rule="I10",
        name="Refused by its node",
        means="The kubelet of the node that the pod was given to would not run it: too little of a "
        "resource, labels, taints, host ports, devices, NUMA nodes, a sysctl, a profile.",
        looks_at="The pod's reason and message; for a host port, the other pods of the node.",
        fix="Let the scheduler choose the node (proposed where the template has `nodeName`); take "
        "out the sysctl that is forbidden (proposed); else mend what the reason names.",
    ),
    Known(
        rule="I11",
        name="Does not end",
        means="The pod was deleted, its grace period is over, and it is still there: a finalizer, "
        "a container that cannot be killed, a network or volume that cannot be let go.",
        looks_at="`metadata.finalizers`, containers that run, the events `FailedKillPod` and "
        "`FailedUnMount`, and who asked for the deletion.",
        fix="Bring back the controller of the finalizer; removing it by hand is proposed for the "
        "case that it is gone for good. Else see the runtime and the storage of the node.",
    ),
    Known(
        rule="I12",
        name="Evicted on request",
        means="Somebody asked for it, as when a node is drained. That is no failure; it is told "
        "beside why the pod does not end.",
        looks_at="The condition DisruptionTarget (EvictionByEvictionAPI) of the pod.",
        fix="Nothing, if it was meant; more replicas and a budget if the workload must go on.",
    ),
    Known(
        rule="I13",
        name="Restarted now and then",
        means="A container that has been restarted often, but runs for long in between: now it "
        "looks well.",
        looks_at="`restartCount`, how long its last run was, and that it runs now. Told after why "
        "it ended.",
        fix="Compare the times of its ends with its memory, with what it calls and with what it "
        "does then.",
    ),
)
