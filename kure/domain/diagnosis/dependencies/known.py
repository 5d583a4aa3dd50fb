"""What the rules of this family tell, for people: docs/failures.md is made from it."""

from kure.domain.diagnosis.known import Known

LOOKED_AT = "The lines at the end of its log, in the words of the usual runtimes"

KNOWN = (
    Known(
        rule="C19",
        name="A dependency refuses connections",
        means="Nothing listens where the program calls. Often the pods behind the Service that it "
        "calls are not ready, are scaled to 0, or are not matched by the Service's selector; or "
        "the "
        "Service has another port, or forwards to one on which nobody listens.",
        looks_at=f"{LOOKED_AT}; then the Service of that name or address, its EndpointSlices, the "
        "pods that it selects and their ports.",
        fix="Mend the workload that is blamed first; it then needs no change here. A wrong port or "
        "selector has a patch where only one fits.",
    ),
    Known(
        rule="C20",
        name="A dependency's name is not known",
        means="The name that the program calls cannot be resolved: there is no Service of that "
        "name, but one of nearly the same; a headless Service has no ready pods; or the name is "
        "one "
        "outside of the cluster.",
        looks_at=f"{LOOKED_AT}; the Services of the namespace, and which variable or argument "
        f"names "
        "the host.",
        fix="Correct the name where the container is told of it. A patch does where one Service is "
        "alike and one text holds the name.",
    ),
    Known(
        rule="C21",
        name="A dependency does not answer in time",
        means="The connection is neither taken nor refused. What can be seen in the cluster is "
        "told "
        "as for C19 and J04; else it is slow, overloaded, or behind a firewall.",
        looks_at=f"{LOOKED_AT}; the Service, who is behind it, and NetworkPolicies.",
        fix="Look at what is called: its load, its log, and whether it can be reached.",
    ),
    Known(
        rule="C22",
        name="No connection is left",
        means="The server has as many clients as it allows, or the program's own pool is used up.",
        looks_at=f"{LOOKED_AT}.",
        fix="Smaller pools, fewer replicas or a pooler; close connections that leak; only then "
        "raise the limit.",
    ),
    Known(
        rule="C23",
        name="A dependency does not accept the credentials",
        means="It was reached, and refused the user, the password or the key.",
        looks_at=f"{LOOKED_AT}; and from which keys of which Secrets the container's variables "
        "come. The values of Secrets are never read.",
        fix="Compare the credentials with what the server has. Pods see a changed Secret in their "
        "variables only after a restart.",
    ),
    Known(
        rule="C24",
        name="TLS with a dependency fails",
        means="Its certificate has expired, is for another name, or is of an authority that the "
        "image does not know; or one side speaks TLS and the other does not.",
        looks_at=f"{LOOKED_AT}.",
        fix="Renew or correct the certificate, give the container the authority's, or call the "
        "right port. Do not switch the check off.",
    ),
    Known(
        rule="C28",
        name="The Kubernetes API refuses the program",
        means="The ServiceAccount of the pod lacks a right that the program uses: no binding, a "
        "role without the verb or with another API group, a role that does not exist, or the "
        "`default` account used by mistake.",
        looks_at='`is forbidden: User "system:serviceaccount:…"` in its log; the RoleBindings of '
        "the namespace, the ClusterRoleBindings, and the roles that they name.",
        fix="Give the account this right and no other; the commands do. Where another account of "
        "the namespace has it, the pod may be meant to run as that one.",
    ),
    Known(
        rule="D03",
        name="An init container waits for a dependency",
        means="It ends or runs on because what it waits for is not there, or has no Service at "
        "all, so the containers after it do not start.",
        looks_at="Its log, else the hosts in its command and variables of which the cluster shows "
        "that nobody is there.",
        fix="Mend the workload that is blamed first.",
    ),
    Known(
        rule="E13",
        name="Readiness follows a dependency",
        means="The readiness probe fails because something that the program calls is not there.",
        looks_at="The answer of the probe and the log; the Services that the container is told to "
        "call, and who is behind them.",
        fix="Mend the workload that is blamed first. Where the program can do without, its "
        "readiness should not depend on it.",
    ),
    Known(
        rule="J04",
        name="A NetworkPolicy forbids the connection",
        means="Policies select the pods that are called (ingress) or those that call (egress), and "
        "none of them allows this connection.",
        looks_at="A log that tells of a connection that fails though pods are ready; every "
        "NetworkPolicy of both namespaces, with labels, namespaces, addresses and ports.",
        fix="Allow it in a policy, if it is meant to be. The command adds a policy for these pods "
        "and this port only.",
    ),
    Known(
        rule="J05",
        name="A NetworkPolicy forbids DNS",
        means="A policy selects the pod for egress and allows no UDP port 53, so that no name can "
        "be resolved.",
        looks_at="A look-up that failed without an answer, and the egress policies that select the "
        "pod.",
        fix="Allow UDP and TCP port 53 to the cluster's DNS.",
    ),
    Known(
        rule="J06",
        name="The cluster's DNS is down",
        means="No pod behind the Service kube-dns is ready: nobody in the cluster can resolve "
        "names.",
        looks_at="A look-up that failed without an answer; the Service and pods of the DNS in "
        "kube-system.",
        fix="Mend CoreDNS first.",
    ),
    Known(
        rule="J07",
        name="The pod's DNS settings hide the cluster",
        means="Its `dnsPolicy` or `dnsConfig` makes it ask servers that do not know Services: "
        "`Default`, `None` with other servers or without search domains, `ClusterFirst` on the "
        "host's network, or an `ndots` that is too small.",
        looks_at="A name of the cluster that was not found; `dnsPolicy`, `dnsConfig` and "
        "`hostNetwork` of the pod.",
        fix="Let `dnsPolicy` be `ClusterFirst`, or `ClusterFirstWithHostNet` on the host's "
        "network.",
    ),
    Known(
        rule="J08",
        name="The Service is in another namespace",
        means="A name without a namespace is looked for in the pod's own; the Service of that name "
        "is in another one.",
        looks_at="A name that was not found, and the Services of that name in all namespaces.",
        fix="Call it `name.namespace`. A patch does where one text holds the name.",
    ),
    Known(
        rule="L05",
        name="What is called has no Service",
        means="The name means a Service of the cluster that is not there, and none is alike: it "
        "was "
        "deleted or never made.",
        looks_at="A name that was not found, and the Services of that name in all namespaces.",
        fix="Make the Service (again); where a Deployment of that name is there, "
        "`kubectl expose` does.",
    ),
)
