"""What a cluster lacks as a whole, and what its nodes' network does."""

from collections.abc import Iterable, Iterator
from ipaddress import ip_address, ip_network

from kure.domain import manifests
from kure.domain.diagnosis.dependencies.policies import matches
from kure.domain.manifests import Manifest
from kure.domain.security.checks.policies import has_other_policies, types_of
from kure.domain.security.kinds import CLUSTER, WEBHOOKS
from kure.domain.security.model import Severity, Violation, cis
from kure.domain.security.registry import check
from kure.domain.security.subject import Subject

# Words in the names of webhooks that check who signed an image.
SIGNATURES = ("sigstore", "policy.sigstore.dev", "ratify", "connaisseur", "imagepolicywebhook")
KYVERNO_POLICIES = (
    "ClusterPolicy.kyverno.io",
    "Policy.kyverno.io",
    "ImageValidatingPolicy.policies.kyverno.io",
)


@check(
    "KURE-IMG-006",
    "No image signature policy",
    Severity.LOW,
    (CLUSTER,),
    fix="Install one that refuses images which nobody has signed: the sigstore policy controller,"
    " Kyverno's verifyImages, Ratify or Connaisseur.",
    frameworks=cis("5.5.1"),
    needs=WEBHOOKS,
)
def no_signatures(cluster: Subject) -> Iterator[Violation]:
    """Whatever is in a registry runs, whoever put it there."""
    around = cluster.around
    names = [
        word
        for kind in sorted(WEBHOOKS)
        for obj in around.all(kind)
        for word in (manifests.name(obj), *_names(manifests.mappings(obj.get("webhooks"))))
    ]
    if any(each in name.lower() for name in names for each in SIGNATURES):
        return
    if not any(_verifies(policy) for kind in KYVERNO_POLICIES for policy in around.all(kind)):
        yield Violation("images", "Nothing checks who signed an image")


def _names(objects: Iterable[Manifest]) -> list[str]:
    return [manifests.text(obj.get("name")) for obj in objects]


def _verifies(policy: Manifest) -> bool:
    if policy.get("kind") == "ImageValidatingPolicy":
        return True
    rules = manifests.mappings(manifests.spec(policy).get("rules"))
    return any(rule.get("verifyImages") for rule in rules)


# Words in the names of DaemonSets of network plugins.
ENFORCING = (
    "calico canal cilium antrea weave-net kube-router ovn romana azure-npm azure-cns aws-node"
    " aws-network-policy terway kindnet netd anetd ztunnel multi-networkpolicy"
).split()
NOT_ENFORCING = ("flannel",)


@check(
    "KURE-NET-015",
    "CNI does not enforce policies",
    Severity.HIGH,
    (CLUSTER,),
    fix="Use a network plugin that enforces NetworkPolicies, or add one that does that alone.",
    frameworks=cis("5.3.1"),
    needs=("NetworkPolicy", "DaemonSet"),
)
def not_enforced(cluster: Subject) -> Iterator[Violation]:
    """The policies are accepted and do nothing."""
    around = cluster.around
    names = [manifests.name(each).lower() for each in around.all("DaemonSet")]
    plugin = next((name for name in names for word in NOT_ENFORCING if word in name), "")
    enforced = any(word in name for name in names for word in ENFORCING)
    count = len(around.all("NetworkPolicy"))
    if plugin and not enforced and count:
        told = f"{count} NetworkPolicies are there, and {plugin} enforces none"
        yield Violation("network", told, value=plugin)


CLOUDS = ("aws://", "gce://", "azure://")
METADATA = ip_address("169.254.169.254")


@check(
    "KURE-NET-013",
    "Metadata endpoint reachable",
    Severity.MEDIUM,
    ("Namespace",),
    fix="Add an egress policy that leaves 169.254.169.254 out, and ask the cloud for IMDSv2 with a"
    " hop limit of 1, which cannot be seen from here.",
    needs=("Node", "Pod", "NetworkPolicy"),
)
def metadata(namespace: Subject) -> Iterator[Violation]:
    """The cloud tells every pod the credentials of its node, unless something keeps it from that:
    not verified."""
    around, name = namespace.around, namespace.name
    in_cloud = any(
        manifests.text(manifests.spec(node).get("providerID")).startswith(CLOUDS)
        for node in around.all("Node")
    )
    if not in_cloud or namespace.is_in_system_namespace or has_other_policies(around, name):
        return
    policies = around.within("NetworkPolicy", name)
    open_pods = [pod for pod in around.within("Pod", name) if not _is_kept(pod, policies)]
    if open_pods:
        told = f"{len(open_pods)} of its pods may ask the cloud's metadata service, not verified"
        yield Violation("pods", told, value=manifests.name(open_pods[0]))


def _is_kept(pod: Manifest, policies: Iterable[Manifest]) -> bool:
    if manifests.spec(pod).get("hostNetwork") is True:
        return False
    chosen = [
        policy
        for policy in policies
        if "Egress" in types_of(policy)
        and matches(manifests.spec(policy).get("podSelector"), manifests.labels(pod))
    ]
    return bool(chosen) and not any(_lets_out(policy) for policy in chosen)


def _lets_out(policy: Manifest) -> bool:
    for rule in manifests.mappings(manifests.spec(policy).get("egress")):
        peers = manifests.mappings(rule.get("to"))
        if not peers or any(_holds_metadata(peer.get("ipBlock")) for peer in peers):
            return True
    return False


def _holds_metadata(block: object) -> bool:
    found = manifests.mapping(block)
    excepted = found.get("except")
    return _holds(found.get("cidr")) and not any(
        _holds(each) for each in (excepted if isinstance(excepted, list) else ())
    )


def _holds(cidr: object) -> bool:
    try:
        return METADATA in ip_network(manifests.text(cidr), strict=False)
    except ValueError:
        return False
