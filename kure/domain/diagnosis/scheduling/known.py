"""What the rules of this family tell, for people: docs/failures.md is made from it."""

from kure.domain.diagnosis.known import Known

CLAUSE = "The scheduler's message in the condition `PodScheduled`"


def _short(rule: str, resource: str) -> Known:
    return Known(
        rule=rule,
        name=f"Not enough {resource}",
        means=f"No node has as much {resource} left as the pod asks for.",
        looks_at=f"{CLAUSE} (`Insufficient …`), the pod's requests, what the nodes offer, and who "
        "asks for most on the largest.",
        fix="Lower the request, make room, or add a node.",
    )


KNOWN: tuple[Known, ...] = (
    Known(
        rule="F00",
        name="Another reason of the scheduler",
        means="The scheduler gives a reason that no rule knows.",
        looks_at=f"{CLAUSE}.",
        fix="Read the message.",
    ),
    _short("F01", "cpu"),
    _short("F02", "memory"),
    _short("F03", "ephemeral storage"),
    _short("F04", "of another resource"),
    Known(
        rule="F05",
        name="Nodes are full of pods",
        means="Nodes run as many pods as they may, whatever those ask for.",
        looks_at=f"{CLAUSE} (`Too many pods`), and the nodes' limit of pods.",
        fix="Delete pods that are not needed, add a node, or raise `maxPods`.",
    ),
    Known(
        rule="F06",
        name="No node has the wanted labels",
        means="No node satisfies the pod's nodeSelector or required node affinity.",
        looks_at=f"{CLAUSE}; each demand, compared with the labels of all nodes.",
        fix="Correct the label to one that a node has, leave it out, or label a node.",
    ),
    Known(
        rule="F07",
        name="Taints keep the pod away",
        means="Nodes that would do have taints that the pod does not tolerate.",
        looks_at=f"{CLAUSE}; the taints of the nodes and the pod's tolerations.",
        fix="Give the pod a toleration if it belongs there; mend the node where Kubernetes put "
        "the taint.",
    ),
    Known(
        rule="F08",
        name="Nodes are cordoned",
        means="Somebody, or an upgrade, told nodes to take no new pods.",
        looks_at=f"{CLAUSE} (`were unschedulable`), `spec.unschedulable` of the nodes.",
        fix="`kubectl uncordon` when the work on the node is done.",
    ),
    Known(
        rule="F09",
        name="Pod anti-affinity",
        means="The pod wants none of certain pods beside it, or those want none like it.",
        looks_at=f"{CLAUSE}; the terms of the pod's `podAntiAffinity`.",
        fix="Add nodes, run fewer replicas, or make the anti-affinity preferred.",
    ),
    Known(
        rule="F10",
        name="Pod affinity",
        means="The pod wants to run beside pods that run nowhere.",
        looks_at=f"{CLAUSE}; the terms of `podAffinity`, and the labels of the namespace's pods.",
        fix="Correct the labels, start those pods, or make the affinity preferred.",
    ),
    Known(
        rule="F11",
        name="Topology spread",
        means="The pod cannot be placed without breaking how it is to be spread.",
        looks_at=f"{CLAUSE}; `topologySpreadConstraints` and the nodes' labels.",
        fix="Correct the topology key, or set `whenUnsatisfiable` to `ScheduleAnyway`.",
    ),
    Known(
        rule="F12",
        name="Host port taken",
        means="The pod wants a port of the node itself, and another pod has it.",
        looks_at=f"{CLAUSE}; the pod's host ports, and the pods of a node that would do.",
        fix="Leave out `hostPort` and use a Service.",
    ),
    Known(
        rule="F13",
        name="Claim not bound",
        means="A claim that the pod mounts has no volume yet; why is told as of the claim.",
        looks_at=f"{CLAUSE}; the claim, the StorageClasses and the PersistentVolumes.",
        fix="What the claim's own cause says.",
    ),
    Known(
        rule="F14",
        name="Claim does not exist",
        means="The pod mounts a claim that is not in its namespace.",
        looks_at=f"{CLAUSE}; the claims of the namespace, for a name much alike.",
        fix="Correct the name, or make the claim.",
    ),
    Known(
        rule="F15",
        name="Volume is tied to other nodes",
        means="A volume of the pod can be used only on certain nodes or in one zone.",
        looks_at=f"{CLAUSE}; the node affinity of the claim's volume, compared with the nodes.",
        fix="Make room on those nodes, or move the data.",
    ),
    Known(
        rule="F16",
        name="No more volumes can be attached",
        means="Nodes have as many volumes attached as their kind allows.",
        looks_at=f"{CLAUSE} (`exceed max volume count`).",
        fix="Add a node, or use nodes of another kind.",
    ),
    Known(
        rule="F17",
        name="No nodes",
        means="The cluster has no node that the scheduler could look at.",
        looks_at=f"{CLAUSE}.",
        fix="Add a node, or see why none is registered.",
    ),
    Known(
        rule="F18",
        name="Held back by scheduling gates",
        means="The pod waits until a controller takes its gates off.",
        looks_at="`spec.schedulingGates` of the pod.",
        fix="See why the controller that the gates belong to does not take them off.",
    ),
    Known(
        rule="F19",
        name="No scheduler takes up the pod",
        means="The scheduler that the pod names, or the cluster's own, does not run.",
        looks_at="A pod without the condition `PodScheduled`, its `schedulerName`, and the "
        "scheduler's own pod.",
        fix="Leave `schedulerName` out, or start that scheduler.",
    ),
    Known(
        rule="F21",
        name="Claim is being deleted",
        means="Somebody deleted a claim that the pod mounts; no new pod may use it.",
        looks_at=f"{CLAUSE} (`is being deleted`).",
        fix="Let it go and make it again.",
    ),
    Known(
        rule="F22",
        name="Device claims cannot be met",
        means="The pod asks for devices by ResourceClaims, and no node has them free.",
        looks_at=f"{CLAUSE} (`cannot allocate all claims`), the pod's `resourceClaims`.",
        fix="See which devices there are, who has them, and whether the driver runs.",
    ),
)
