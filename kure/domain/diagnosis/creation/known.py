"""What the rules of this family tell, for people: docs/failures.md is made from it."""

from kure.domain.diagnosis.known import Known

MESSAGE = (
    "The condition `ReplicaFailure` of the Deployment or the `FailedCreate` event of the workload"
)

KNOWN: tuple[Known, ...] = (
    Known(
        rule="H01",
        name="Quota used up",
        means="A ResourceQuota of the namespace has too little left for one pod more.",
        looks_at=f"{MESSAGE} (`exceeded quota`): what was asked for, used and allowed; the quota.",
        fix="Lower requests or replicas to what is left, let a rollout end a pod first, or raise "
        "the quota.",
    ),
    Known(
        rule="H02",
        name="Quota wants requests or limits",
        means="A ResourceQuota counts requests or limits, and a container of the pod sets none.",
        looks_at=f"{MESSAGE} (`must specify`); LimitRanges and the quota of the namespace.",
        fix="Give every container what is missing, or the namespace a LimitRange with defaults.",
    ),
    Known(
        rule="H03",
        name="Outside of a LimitRange",
        means="A container asks for more or less than a LimitRange allows, or its limit lies too "
        "far above its request.",
        looks_at=f"{MESSAGE} (`minimum`, `maximum` or `max limit to request ratio`); the "
        "LimitRanges of the namespace.",
        fix="Bring the requests and limits to the bound.",
    ),
    Known(
        rule="H04",
        name="Pod Security forbids the pod",
        means="The namespace enforces a Pod Security level that the pod template does not keep to.",
        looks_at=f"{MESSAGE} (`violates PodSecurity`) with each violation, and the template.",
        fix="Set in the template what each violation asks for.",
    ),
    Known(
        rule="H05",
        name="ServiceAccount missing",
        means="The pod template names a ServiceAccount that is not in the namespace.",
        looks_at=f"{MESSAGE}; the ServiceAccounts of the namespace, for a name much alike.",
        fix="Correct the name, or make the ServiceAccount.",
    ),
    Known(
        rule="H06",
        name="PriorityClass missing",
        means="The pod template names a PriorityClass that the cluster does not have.",
        looks_at=f"{MESSAGE}; the cluster's PriorityClasses, for a name much alike.",
        fix="Correct or leave out `priorityClassName`, or make the class.",
    ),
    Known(
        rule="H07",
        name="RuntimeClass missing",
        means="The pod template names a RuntimeClass that the cluster does not have.",
        looks_at=f"{MESSAGE}; the cluster's RuntimeClasses, for a name much alike.",
        fix="Correct or leave out `runtimeClassName`, or make the class.",
    ),
    Known(
        rule="H08",
        name="Webhook denies the pod",
        means="An admission webhook (Gatekeeper, Kyverno and others) was asked and said no.",
        looks_at=f"{MESSAGE} (`denied the request`), and the webhook's configuration.",
        fix="Change the pod template so that it satisfies the policy that is quoted.",
    ),
    Known(
        rule="H09",
        name="Webhook cannot be asked",
        means="Every new pod has to be shown to an admission webhook, and nobody answers there.",
        looks_at=f"{MESSAGE} (`failed calling webhook`); the webhook's configuration, its Service "
        "and the workload behind that.",
        fix="Get the workload behind the webhook ready again; in an emergency set its "
        "`failurePolicy` to `Ignore`.",
    ),
    Known(
        rule="H10",
        name="Webhook not trusted, or too slow",
        means="An admission webhook has a certificate that the API server does not accept, or does "
        "not answer in time.",
        looks_at=f"{MESSAGE} (`failed calling webhook` with `x509`, `tls` or a deadline).",
        fix="Renew the certificate and `caBundle`; or see why the webhook is slow or cannot be "
        "reached from the control plane.",
    ),
    Known(
        rule="H11",
        name="Admission policy denies the pod",
        means="A ValidatingAdmissionPolicy of the cluster does not allow such a pod.",
        looks_at=f"{MESSAGE} (`ValidatingAdmissionPolicy … denied request`).",
        fix="Change the pod template so that it satisfies the policy.",
    ),
    Known(
        rule="H12",
        name="No security context constraint allows the pod",
        means="On OpenShift, none of the constraints that the pod's ServiceAccount may use grants "
        "what the pod asks for.",
        looks_at=f"{MESSAGE} (`unable to validate against any security context constraint`).",
        fix="Ask for less in the pod template, or let the ServiceAccount use another constraint.",
    ),
    Known(
        rule="H13",
        name="Pod would not be valid",
        means="The pod that the template and the namespace's defaults make together is no valid "
        "object, often a request above a limit that a LimitRange gives by default.",
        looks_at=f"{MESSAGE} (`is invalid`) with each field; LimitRanges.",
        fix="Correct the fields that are named.",
    ),
    Known(
        rule="H14",
        name="Namespace is being deleted",
        means="Nothing new is made in a namespace that is being deleted.",
        looks_at=f"{MESSAGE} (`because it is being terminated`).",
        fix="Wait until it is gone, or use another namespace.",
    ),
    Known(
        rule="H15",
        name="Scaled to zero",
        means="The workload is told to have no pods.",
        looks_at="`spec.replicas` of the workload.",
        fix="Scale it up again if it is meant to run.",
    ),
    Known(
        rule="H16",
        name="Rollout paused",
        means="Changes of the Deployment's pod template make no new pods until it is resumed.",
        looks_at="`spec.paused` of the Deployment.",
        fix="Resume the rollout.",
    ),
)
