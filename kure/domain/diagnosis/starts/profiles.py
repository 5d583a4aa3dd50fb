"""A security profile that the node does not have: the patch of B15."""

from collections.abc import Iterator, Mapping

from kure.domain import manifests
from kure.domain.diagnosis.aid import NO_AID, Aid, in_template
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.fixes import Operation, Place, Template
from kure.domain.manifests import Manifest

NOTE = "It then runs under the runtime's own profile, which allows what most programs need."
FIELDS = ("seccompProfile", "appArmorProfile")


def default_profile(case: Case, values: Mapping[str, str]) -> Aid:
    """RuntimeDefault instead of a profile of the node's own, where one is asked for."""
    now = in_template(case)
    if now is None:
        return NO_AID
    kind = values.get("kind", "").lower()
    fields = [field for field in FIELDS if kind in field.lower()]
    steps: list[Operation] = []
    for place, spec in ((now.place, now.spec), (("spec",), manifests.spec(now.template.pod))):
        steps += _to_default(now.template, (*place, "securityContext"), spec, fields)
    return Aid(patch=now.template.patch(*steps, note=NOTE))


def _to_default(
    template: Template, place: Place, spec: Manifest, fields: list[str]
) -> Iterator[Operation]:
    context = manifests.mapping(spec.get("securityContext"))
    for field in fields:
        if manifests.mapping(context.get(field)).get("type") == "Localhost":
            yield from template.put((*place, field), {"type": "RuntimeDefault"})
