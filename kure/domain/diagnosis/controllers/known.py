"""What the rules of this family tell, for people: docs/failures.md is made from it."""

from kure.domain.diagnosis.known import Known

KNOWN: tuple[Known, ...] = (
    Known(
        rule="K01",
        name="Rollout stuck",
        means="The newest pods of a Deployment do not become available, and no older ones are "
        "left. What fails in the pods is told apart.",
        looks_at="The condition Progressing (ProgressDeadlineExceeded), the newest ReplicaSet and "
        "its failing pods.",
        fix="Mend what fails in the pods, or undo the rollout.",
    ),
    Known(
        rule="K02",
        name="Pods cannot be made, in words not known",
        means="The controller was refused the pods that it asked for, with a reason that no other "
        "rule knows.",
        looks_at="The condition ReplicaFailure of the Deployment and its message.",
        fix="Mend what the message names.",
    ),
    Known(
        rule="K03",
        name="Too few replicas, and no error",
        means="Fewer pods are available than there should be, and none of them says why.",
        looks_at="The counts of the newest ReplicaSet, `minReadySeconds` and "
        "`progressDeadlineSeconds`.",
        fix="Look at the pods that are not ready; give slow ones more time.",
    ),
    Known(
        rule="K04",
        name="Old version still serving",
        means="The new version does not get ready while pods of the one before still serve: "
        "degraded, not down.",
        looks_at="`availableReplicas` of the Deployment's ReplicaSets.",
        fix="Mend the new version, or undo the rollout.",
    ),
    Known(
        rule="K05",
        name="Headless Service of a StatefulSet missing",
        means="The pods of a StatefulSet look for one another by names that its headless Service "
        "would give, and that Service does not exist.",
        looks_at="`spec.serviceName` of the StatefulSet, the Services of its namespace, and a line "
        "of the log that names it.",
        fix="Create the headless Service.",
    ),
    Known(
        rule="K06",
        name="StatefulSet held up by one pod",
        means="With OrderedReady one pod that is not ready keeps the others from being made, and "
        "itself from being replaced by a version that would mend it.",
        looks_at="`podManagementPolicy`, the counts and `updateRevision` of the StatefulSet, and "
        "the pod's label `controller-revision-hash`.",
        fix="Mend that pod first; delete it if it has an old version.",
    ),
    Known(
        rule="K07",
        name="DaemonSet on no node",
        means="A DaemonSet behind a Service makes no pods, since no node fits it.",
        looks_at="`desiredNumberScheduled` and the nodeSelector of its template.",
        fix="Correct the nodeSelector, affinity or tolerations, or label a node.",
    ),
    Known(
        rule="K08",
        name="Job's tries used up",
        means="Pods of a Job failed as often as its backoffLimit allows. Why is told of the pods.",
        looks_at="The Job's condition Failed (BackoffLimitExceeded) and its failed pods.",
        fix="Mend what the pods fail of and run the Job again.",
    ),
    Known(
        rule="K09",
        name="Job stopped by its own limits",
        means="A Job passed its deadline, too many of its indexes failed, or its "
        "podFailurePolicy made it fail.",
        looks_at="The condition Failed with DeadlineExceeded, FailedIndexes, "
        "MaxFailedIndexesExceeded or PodFailurePolicy, and the field with that limit.",
        fix="Mend what made it slow or fail, or correct the limit; run it again.",
    ),
    Known(
        rule="K10",
        name="Job or CronJob suspended",
        means="It is suspended, and something waits for it.",
        looks_at="`spec.suspend`, also of the Job that a CronJob waits for.",
        fix="Resume it, unless it is held back on purpose.",
    ),
    Known(
        rule="K11",
        name="CronJob does not start",
        means="A CronJob missed its time: its startingDeadlineSeconds are too short for the "
        "controller, the API server refuses its Job, or the controller was down.",
        looks_at="`spec.startingDeadlineSeconds` and the events FailedCreate, MissSchedule and "
        "TooManyMissedTimes.",
        fix="Raise the deadline, mend what the refusal names, or look at the controller manager.",
    ),
    Known(
        rule="K12",
        name="CronJob waits for its own Job",
        means="concurrencyPolicy is Forbid and an earlier run does not end.",
        looks_at="`status.active`, `spec.concurrencyPolicy` and the Job that goes on.",
        fix="See why that Job does not end; give it an activeDeadlineSeconds.",
    ),
    Known(
        rule="K13",
        name="Schedule or time zone not readable",
        means="Kubernetes cannot read the CronJob's schedule or time zone, so that it never runs.",
        looks_at="`spec.schedule` and `spec.timeZone`.",
        fix="Write five fields, Sunday as 0, and a zone by its name in the IANA database.",
    ),
    Known(
        rule="K14",
        name="Autoscaler without metrics",
        means="The API for metrics is missing, does not answer, or has nothing of these pods.",
        looks_at="The condition ScalingActive of the HorizontalPodAutoscaler and its message.",
        fix="Install or mend metrics-server, or the adapter for custom metrics.",
    ),
    Known(
        rule="K15",
        name="Autoscaler's target without requests",
        means="It scales by use in percent of the requests, and containers of its target have "
        "none.",
        looks_at="The condition ScalingActive (`missing request for cpu`) and the containers of "
        "the target's template.",
        fix="Give each container a request.",
    ),
    Known(
        rule="K16",
        name="Autoscaler's target missing",
        means="scaleTargetRef names an object or a kind that does not exist.",
        looks_at="The condition AbleToScale (FailedGetScale) and the names of that kind that are "
        "there.",
        fix="Correct scaleTargetRef.",
    ),
    Known(
        rule="K17",
        name="Autoscaler at its maximum",
        means="The load asks for more pods than maxReplicas allows.",
        looks_at="The condition ScalingLimited (TooManyReplicas) and the current metrics.",
        fix="Raise maxReplicas, or see why each pod needs so much.",
    ),
    Known(
        rule="K18",
        name="Disruption budget keeps a node from being drained",
        means="A node that fails is cordoned, and a PodDisruptionBudget allows no pod on it to be "
        "evicted.",
        looks_at="`spec.unschedulable` of the node, its pods, and `status.disruptionsAllowed` of "
        "the budgets of their namespaces.",
        fix="Get the other pods of that workload healthy, or give it more replicas.",
    ),
)
