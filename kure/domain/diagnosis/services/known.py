"""What the rules of this family tell, for people: docs/failures.md is made from it."""

from kure.domain.diagnosis.known import Known

KNOWN: tuple[Known, ...] = (
    Known(
        rule="L01",
        name="Selector matches nothing",
        means="No pod and no workload has the labels that the Service selects.",
        looks_at="`spec.selector` of the Service, compared with the labels of all pods and pod "
        "templates of its namespace: which one label differs.",
        fix="Correct the selector.",
    ),
    Known(
        rule="L02",
        name="Nobody ready behind a Service",
        means="The Service selects a workload of which no pod is ready.",
        looks_at="The counts of the workloads that the Service selects.",
        fix="Mend that workload.",
    ),
    Known(
        rule="L03",
        name="Service leads to another port",
        means="The targetPort is a number that no container of the pods declares.",
        looks_at="`spec.ports` of the Service and `ports` of the containers.",
        fix="Set targetPort to the port that the program listens on.",
    ),
    Known(
        rule="L04",
        name="Named port missing",
        means="The targetPort is a name that no container of the pods has, so that the port leads "
        "to nobody.",
        looks_at="`spec.ports` of the Service and the names of the containers' ports.",
        fix="Correct targetPort, or name the container's port.",
    ),
    Known(
        rule="L06",
        name="No load balancer",
        means="A Service of type LoadBalancer gets no address, and its controller says why.",
        looks_at="`status.loadBalancer` and the events SyncLoadBalancerFailed (cloud providers) "
        "and AllocationFailed (MetalLB).",
        fix="Mend what the event names: quota, subnets, addresses, rights, annotations.",
    ),
    Known(
        rule="L07",
        name="IngressClass missing",
        means="An Ingress names a class that does not exist: no controller takes it.",
        looks_at="`spec.ingressClassName` and the IngressClasses of the cluster.",
        fix="Name a class that is there, or install its controller.",
    ),
    Known(
        rule="L08",
        name="Ingress backend missing",
        means="An Ingress leads to a Service, or to a port of one, that does not exist.",
        looks_at="The backends of the Ingress and the Services of its namespace.",
        fix="Correct the name or port, or create the Service.",
    ),
    Known(
        rule="L09",
        name="TLS Secret of an Ingress missing",
        means="An Ingress names a Secret for TLS that does not exist.",
        looks_at="Events of the Ingress: Secrets are not read.",
        fix="Create the Secret, or correct `spec.tls`.",
    ),
    Known(
        rule="L10",
        name="Gateway or route not accepted",
        means="The controller does not take a Gateway or an HTTPRoute as it is, or what it refers "
        "to is not there or may not be used.",
        looks_at="The conditions Accepted, ResolvedRefs, Programmed and Conflicted of its status; "
        "for what is not there, the Services and Gateways of its namespace.",
        fix="By the condition's reason: correct the name, allow the reference by a ReferenceGrant, "
        "correct the hostname or the listener.",
    ),
    Known(
        rule="L12",
        name="Another webhook leads to nowhere",
        means="Beside the webhook that refuses new pods now, another will: the Service that it "
        "leads to does not exist.",
        looks_at="The webhook configurations that have new pods of the workload shown to a "
        "Service, and whether that is there.",
        fix="Install again what the Service belongs to, or delete the configuration.",
    ),
)
