"""Which variable was meant by one that a subPathExpr uses and the container does not define."""

from collections.abc import Mapping

from kure.domain import manifests
from kure.domain.diagnosis.aid import NO_AID, Aid, in_template
from kure.domain.diagnosis.alike import near_of
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.fixes import Operation


def meant_variable(case: Case, values: Mapping[str, str]) -> Aid:
    """One of the container's own that is called much like it."""
    name, now = values["variable"], in_template(case)
    if now is None:
        return NO_AID
    variables = manifests.mappings(now.spec.get("env"))
    near = near_of(name, (manifests.text(one.get("name")) for one in variables))
    mounts = now.spec.get("volumeMounts")
    steps: list[Operation] = []
    for index, mount in enumerate(mounts if isinstance(mounts, list) else []):
        path = manifests.text(manifests.mapping(mount).get("subPathExpr"))
        if near and f"$({name})" in path:
            place = (*now.place, "volumeMounts", index, "subPathExpr")
            steps += now.template.put(place, path.replace(f"$({name})", f"$({near.name})"))
    if near is None or not steps:
        return NO_AID
    says = f"The container defines {near.name}: is that meant?"
    return Aid(says, patch=now.template.patch(*steps) if near.sure else None)
