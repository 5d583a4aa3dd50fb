"""A memory limit under which nothing can be started: the patch of B13."""

import re
from collections.abc import Mapping
from decimal import Decimal

from kure.domain import manifests, quantities
from kure.domain.diagnosis.aid import NO_AID, Aid, in_template
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.fixes import Operation

# What the runtime's own first process and a small program need.
ENOUGH = Decimal(64 * 2**20)
# Memory in thousandths of a byte, or in bytes: the unit was forgotten or mistaken.
MISTAKEN = re.compile(r"(\d{1,6})m?")


def memory_limit(case: Case, container: str) -> str:
    """The memory limit of a container of the pod; '' where it has none."""
    for field in ("initContainers", "containers"):
        for found in manifests.mappings(manifests.spec(case.pod).get(field)):
            limits = manifests.mapping(manifests.mapping(found.get("resources")).get("limits"))
            if found.get("name") == container and limits.get("memory") is not None:
                return str(limits["memory"])
    return ""


def lowest_limit(case: Case) -> tuple[str, str]:
    """The container with the lowest memory limit, and the limit; '' and '' where none has one."""
    found = []
    for container in manifests.mappings(manifests.spec(case.pod).get("containers")):
        name = manifests.text(container.get("name"))
        limit = memory_limit(case, name)
        size = quantities.parse(limit)
        if size is not None:
            found.append((size, name, limit))
    return min(found)[1:] if found else ("", "")


def higher_limit(case: Case, values: Mapping[str, str]) -> Aid:
    """Twice the limit, at least 64Mi; where the unit is mistaken, the number with Mi."""
    container = values.get("of") or case.failure.container
    now, limit = in_template(case, container), memory_limit(case, container)
    size = quantities.parse(limit)
    if now is None or size is None:
        return NO_AID
    says, wanted = "", quantities.show_bytes(max(2 * size, ENOUGH))
    mistaken = MISTAKEN.fullmatch(limit)
    steps: tuple[Operation, ...] = ()
    if mistaken and size < 2**20:
        wanted = f"{mistaken.group(1)}Mi"
        unit = "thousandths of a byte" if limit.endswith("m") else "bytes"
        says = f"{limit} is {mistaken.group(1)} {unit}: {wanted} was probably meant."
        requests = manifests.mapping(manifests.mapping(now.spec.get("resources")).get("requests"))
        if str(requests.get("memory")) == limit:  # the same mistake
            steps += now.template.put((*now.place, "resources", "requests", "memory"), wanted)
    steps += now.template.put((*now.place, "resources", "limits", "memory"), wanted)
    fix = f"Raise the memory limit to {wanted} or more."
    return Aid(says, fix=fix, patch=now.template.patch(*steps))
