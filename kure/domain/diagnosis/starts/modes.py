"""A program on a volume that may not be executed there: the patch of B11."""

from collections.abc import Mapping

from kure.domain import manifests
from kure.domain.diagnosis.aid import Aid
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.references import indexed
from kure.domain.diagnosis.starts.programs import command_before
from kure.domain.manifests import Manifest

# Of these Kubernetes makes the files, with the mode that the volume says: 0644 unless told.
MADE = ("configMap", "secret", "projected")
EXECUTABLE = 0o755


def executable(case: Case, values: Mapping[str, str]) -> Aid:
    """Files of a ConfigMap or Secret get the execute permission by the volume's defaultMode."""
    volume = _volume_with(case, values["program"])
    kind = next((kind for kind in MADE if kind in volume), "")
    name = manifests.text(volume.get("name"))
    if not name:
        return command_before(case, values)
    if not kind:
        return Aid(f'It lies on volume "{name}".')
    says = f'It lies on volume "{name}", whose files have mode 0644 unless defaultMode says more.'
    fix = "Set defaultMode: 0755 on that volume, or run the file by its interpreter (`sh FILE`)."
    template = case.template
    for index, found in indexed(manifests.spec(template.pod).get("volumes")) if template else ():
        if template and found.get("name") == name and found.get(kind):
            steps = template.put(("spec", "volumes", index, kind, "defaultMode"), EXECUTABLE)
            own_modes = any("mode" in item for item in _items(found[kind]))
            return Aid(says, fix=fix, patch=None if own_modes else template.patch(*steps))
    return Aid(says, fix=fix)


def _items(source: object) -> list[Manifest]:
    spec = manifests.mapping(source)
    parts = [spec, *manifests.mappings(spec.get("sources"))]
    inner = [manifests.mapping(part.get(kind)) for part in parts for kind in MADE]
    return [item for each in (*parts, *inner) for item in manifests.mappings(each.get("items"))]


def _volume_with(case: Case, path: str) -> Manifest:
    """The volume that the path lies on; {} where it is in the image."""
    container = case.container.spec if case.container else {}
    volumes = {
        manifests.text(v.get("name")): v
        for v in manifests.mappings(manifests.spec(case.pod).get("volumes"))
    }
    found: Manifest = {}
    longest = 0
    for mount in manifests.mappings(container.get("volumeMounts")):
        at = manifests.text(mount.get("mountPath")).rstrip("/")
        if at and len(at) > longest and (path == at or path.startswith(f"{at}/")):
            longest, found = len(at), volumes.get(manifests.text(mount.get("name")), {})
    return found
