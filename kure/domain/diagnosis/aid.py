"""What is added to the words of a row where the objects tell more: what was meant, a patch."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from kure.domain import manifests
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.fixes import Patch, Place, Template
from kure.domain.diagnosis.model import Blamed, Cause, EvidenceLine
from kure.domain.manifests import Manifest


@dataclass(frozen=True)
class Aid:
    """`says` is added to the explanation, `fix` stands instead of the row's own where it is not
    ''."""

    says: str = ""
    fix: str = ""
    commands: tuple[str, ...] = ()
    patch: Patch | None = None
    evidence: tuple[EvidenceLine, ...] = ()
    blames: Blamed | None = None


NO_AID = Aid()

# From a case and what the row's pattern found to what is added.
Aiding = Callable[[Case, Mapping[str, str]], Aid]


def aided(cause: Cause, case: Case, aid: Aid) -> Cause:
    return replace(
        cause,
        explanation=f"{cause.explanation} {case.quote(aid.says)}".strip(),
        fix=aid.fix or cause.fix,
        commands=(*cause.commands, *aid.commands),
        patch=aid.patch or cause.patch,
        evidence=(*cause.evidence, *aid.evidence),
        blames=aid.blames or cause.blames,
    )


@dataclass(frozen=True)
class InTemplate:
    """A container as it stands in the template that people edit."""

    template: Template
    place: Place
    spec: Manifest


def in_template(case: Case, container: str = "") -> InTemplate | None:
    """The failing container, or that of the name, in the template; None where it is not there."""
    template = case.template
    place = template.container(container or case.failure.container) if template else None
    if template is None or place is None:
        return None
    found = manifests.spec(template.pod).get(str(place[1]))
    spec = found[int(place[2])] if isinstance(found, list) else None
    return InTemplate(template, place, manifests.mapping(spec))
