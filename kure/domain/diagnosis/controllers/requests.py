"""Which containers lack the requests that an autoscaler measures by."""

from collections.abc import Iterable

from kure.domain import manifests
from kure.domain.diagnosis.fixes import Operation, Patch, Place, Template
from kure.domain.manifests import Manifest

# Small enough for any node: what is proposed so that the autoscaler can begin to measure.
PROPOSED = {"cpu": "100m", "memory": "128Mi"}
NOTE = "The requests proposed are a beginning: raise them to what the containers use."

# Container, resource, and where the container stands in the template.
Lacking = tuple[str, str, Place]


def measured(autoscaler: Manifest) -> list[Manifest]:
    """The sources of its metrics that are resources of containers."""
    found = []
    for metric in manifests.mappings(manifests.spec(autoscaler).get("metrics")):
        for field in ("resource", "containerResource"):
            if isinstance(metric.get(field), dict):
                found.append(metric[field])
    return found


def lacking(template: Template, resources: Iterable[str]) -> list[Lacking]:
    """Main containers and native sidecars. A limit counts as the request, which the API server
    makes of it in each pod; so do requests of the pod as a whole."""
    spec = manifests.spec(template.pod)
    if _requests(spec):
        return []
    found: list[Lacking] = []
    for field in ("initContainers", "containers"):
        listed = spec.get(field)
        for index, each in enumerate(listed if isinstance(listed, list) else []):
            container = manifests.mapping(each)
            if field == "containers" or container.get("restartPolicy") == "Always":
                for resource in dict.fromkeys(resources):
                    if resource and resource not in _requests(container):
                        name = manifests.text(container.get("name"))
                        found.append((name, resource, ("spec", field, index)))
    return found


def patch_requests(template: Template, found: Iterable[Lacking]) -> Patch | None:
    """None where one of the resources is not one that a start can be proposed for."""
    wanted: dict[Place, dict[str, str]] = {}
    for _, resource, place in found:
        if resource not in PROPOSED:
            return None
        wanted.setdefault(place, {})[resource] = PROPOSED[resource]
    steps: list[Operation] = []
    for place, requests in wanted.items():
        own = manifests.mapping(_container(template, place).get("resources")).get("requests")
        steps += template.put((*place, "resources", "requests"), manifests.mapping(own) | requests)
    return template.patch(*steps, note=NOTE)


def _container(template: Template, place: Place) -> Manifest:
    _, field, index = place
    listed = manifests.spec(template.pod).get(str(field))
    found = listed[int(index)] if isinstance(listed, list) else {}
    return manifests.mapping(found)


def _requests(holder: Manifest) -> Manifest:
    resources = manifests.mapping(holder.get("resources"))
    limits = manifests.mapping(resources.get("limits"))
    return limits | manifests.mapping(resources.get("requests"))
