"""Who holds a volume that is wanted on another node, and what to do about hostPaths: aids."""

import re
from collections.abc import Iterator, Mapping

from kure.domain import manifests, owners
from kure.domain.diagnosis.aid import NO_AID, Aid
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.fixes import patch_of, put
from kure.domain.diagnosis.model import Blamed, EvidenceLine
from kure.domain.diagnosis.nearby import Want
from kure.domain.diagnosis.references import indexed, references
from kure.domain.manifests import Manifest

USED_BY = re.compile(r"already used by (?:pod\(s\) ([^\n]{1,1000})|\d{1,6} pod)")
TO_MAKE = {"Directory": "DirectoryOrCreate", "File": "FileOrCreate"}


def wants_holders(case: Case) -> Iterator[Want]:
    yield case.want("Pod")


def holder(case: Case, values: Mapping[str, str]) -> Aid:
    """The pod on another node that has the same claim. One of the same Deployment is what a
    rolling update leaves until the new one is ready, which never comes."""
    others = _others(case)
    owner = case.facts.owner or {}
    if not others:
        return NO_AID
    name, node = manifests.name(others[0]), manifests.node_name(others[0])
    says = f"Pod {name} on node {node} has it."
    line = EvidenceLine("object", f"Pod/{name}", "spec.nodeName", node)
    if not _of_same_owner(case.pod, others[0]):
        other = owners.controller(others[0])
        blamed = Blamed(case.namespace, "Pod", name)
        if other is not None:
            found = owners.workload_from_manifest("", others[0])
            blamed = Blamed(case.namespace, found.kind, found.name)
        return Aid(says, evidence=(line,), blames=blamed)
    strategy = manifests.mapping(manifests.spec(owner).get("strategy"))
    if owner.get("kind") != "Deployment" or strategy.get("type") == "Recreate":
        return Aid(says, evidence=(line,))
    replicas = manifests.number(manifests.spec(owner).get("replicas"))
    says += " It is of the same Deployment, whose rolling update keeps it until the new one runs."
    if replicas not in (None, 1):
        return Aid(says, evidence=(line,))
    steps = put(owner, ("spec", "strategy"), {"type": "Recreate"})
    fix = "Set the Deployment's strategy to Recreate: the old pod then ends before the new begins."
    return Aid(says, fix=fix, patch=patch_of(owner, *steps), evidence=(line,))


def _others(case: Case) -> list[Manifest]:
    claims = _claims(case.pod)
    node = manifests.node_name(case.pod)
    return [
        pod
        for pod in case.facts.nearby.read(case.want("Pod")) or ()
        if manifests.node_name(pod) not in ("", node)
        and manifests.name(pod) != case.name
        and manifests.phase(pod) not in ("Succeeded", "Failed")
        and _claims(pod) & claims
    ]


def _claims(pod: Manifest) -> set[str]:
    return {found.name for found in references(pod) if found.kind == "PersistentVolumeClaim"}


def _of_same_owner(pod: Manifest, other: Manifest) -> bool:
    mine, its = (owners.workload_from_manifest("", each) for each in (pod, other))
    return (mine.kind, mine.name) == (its.kind, its.name)


def made_path(case: Case, values: Mapping[str, str]) -> Aid:
    """A hostPath that the kubelet makes where it is missing."""
    template = case.template
    for index, volume in indexed(manifests.spec(template.pod).get("volumes")) if template else ():
        path = manifests.mapping(volume.get("hostPath"))
        better = TO_MAKE.get(manifests.text(path.get("type")))
        if template and better and path.get("path") == values.get("path"):
            steps = template.put(("spec", "volumes", index, "hostPath", "type"), better)
            note = "An empty one is made where nothing is. Not for where data is expected there."
            return Aid(
                f"With type {better} the kubelet makes it where nothing is.",
                patch=template.patch(*steps, note=note),
            )
    return NO_AID


def near_driver(case: Case, values: Mapping[str, str]) -> Aid:
    """Whether the cluster has the driver at all."""
    want, driver = Want("CSIDriver"), values.get("driver", "")
    listed = case.facts.nearby.read(want)
    if listed is None:
        return NO_AID
    if case.facts.nearby.named(want, driver) is not None:
        return Aid("The cluster knows the driver: its pod on that node is missing or not ready.")
    near = case.facts.nearby.nearest(want, driver)
    meant = f' CSIDriver "{near}" is there: is it meant?' if near else ""
    return Aid(f"The cluster has no CSIDriver of that name.{meant}")


def wants_drivers(case: Case) -> Iterator[Want]:
    yield Want("CSIDriver")


def claim_near(case: Case, values: Mapping[str, str]) -> Aid:
    """A claim with nearly that name."""
    near = case.facts.nearby.nearest(case.want("PersistentVolumeClaim"), values.get("claim", ""))
    return Aid(f'PersistentVolumeClaim "{near}" is there: is it meant?') if near else NO_AID


def wants_claims(case: Case) -> Iterator[Want]:
    yield case.want("PersistentVolumeClaim")
