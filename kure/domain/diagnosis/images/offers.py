"""Which image was meant by one that cannot be had: what is added to the words of group A."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from kure.domain import manifests
from kure.domain.diagnosis.aid import NO_AID, Aid, Aiding, in_template
from kure.domain.diagnosis.alike import near_of
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.fixes import Patch
from kure.domain.diagnosis.images.known_images import (
    OFFICIAL,
    REGISTRIES,
    Had,
    familiar,
    in_use,
    on_node,
    same_repository,
)
from kure.domain.diagnosis.images.reference import DOCKER_HUB, Image, parse_image
from kure.domain.diagnosis.images.repair import repaired, unfilled
from kure.domain.diagnosis.nearby import Want
from kure.domain.diagnosis.revisions import Revision, earlier, undone

LIBRARY = f"{DOCKER_HUB}/library/"
# How many images are told.
TOLD = 5


def wants_images(case: Case, rule: str) -> Iterator[Want]:
    """What runs beside it, where the image itself may be wrong."""
    if rule in AIDS:
        yield case.want("Pod")


def _for_tag(case: Case, values: Mapping[str, str]) -> Aid:
    """A01: what ran before; else another tag of the repository that is had nearby."""
    image = parse_image(values["image"])
    before = _before(case, values, lambda other: other != image)
    if before is not NO_AID:
        return before
    had = list({had.name: had for had in same_repository(case, image)}.values())
    if had:
        return _of_several(case, values, image, had)
    near = near_of(image.tag, ["latest"]) if image.tag else None
    return _with(case, values, familiar(image.repository, near.name), "") if near else NO_AID


def _of_several(case: Case, values: Mapping[str, str], image: Image, had: list[Had]) -> Aid:
    """The only other tag, or the one that is nearest."""
    near = near_of(image.tag, [each.image.tag for each in had]) if image.tag else None
    numbered = [each for each in had if each.image.tag[:1].isdigit()]
    of_its_kind = numbered if image.tag[:1].isdigit() and numbered else had
    chosen = of_its_kind[0] if len(of_its_kind) == 1 else None
    if near and near.sure:
        chosen = next(each for each in had if each.image.tag == near.name)
    if chosen is not None:
        return _with(case, values, chosen.name, f"{chosen.where} {chosen.name}.")
    names = ", ".join(each.name for each in had[:TOLD])
    return Aid(f"Other versions of it are had nearby: {names}.")


def _for_repository(case: Case, values: Mapping[str, str]) -> Aid:
    """A02: what ran before; a repository of nearly that name; credentials that others have."""
    image = parse_image(values["image"])
    before = _before(case, values, lambda other: other.repository != image.repository)
    if before is not NO_AID:
        return before
    if image.repository.startswith(LIBRARY):
        near = near_of(image.repository.removeprefix(LIBRARY), OFFICIAL)
        if near and near.sure:
            name = familiar(near.name, image.tag)
            return _with(case, values, name, f'Docker Hub has "{near.name}".')
    near_had = _near_repository(case, image)
    if near_had:
        same = [had for had in near_had if had.image.tag == image.tag]
        says = f"{near_had[0].where} {near_had[0].name}: is that repository meant?"
        return _with(case, values, same[0].name, says) if same else Aid(says)
    return other_credentials(case, values)


def _near_repository(case: Case, image: Image) -> list[Had]:
    had = [*in_use(case), *on_node(case)]
    if any(each.image.repository == image.repository for each in had):
        return []
    near = near_of(image.repository, [each.image.repository for each in had])
    sure = near.name if near and near.sure else ""
    return [each for each in had if each.image.repository == sure]


def _for_host(case: Case, values: Mapping[str, str]) -> Aid:
    """A05: a registry of nearly that name."""
    image = parse_image(values["image"])
    before = _before(case, values, lambda other: other.host != image.host)
    if before is not NO_AID or values.get("where") not in ("", image.host):
        return before
    hosts = {had.image.host for had in in_use(case)}
    near = near_of(image.host, hosts | set(REGISTRIES)) if image.host not in hosts else None
    if near is None:
        return NO_AID
    if not near.sure:
        return Aid(f'There is a registry "{near.name}": is it meant?')
    name = values["image"].replace(image.host, near.name, 1)
    return _with(case, values, name, f'Registry "{near.name}" is probably meant.')


def _for_platform(case: Case, values: Mapping[str, str]) -> Aid:
    image = parse_image(values["image"])
    return _before(case, values, lambda other: other != image)


def _never_pulled(case: Case, values: Mapping[str, str]) -> Aid:
    """A10: another tag that the node has; else to pull it where it is missing, if another pod runs
    with it: then it can be had."""
    image = parse_image(values["image"])
    before = _before(case, values, lambda other: other != image)
    if before is not NO_AID:
        return before
    had = [each for each in on_node(case) if each.image.repository == image.repository]
    near = near_of(image.tag, [each.image.tag for each in had])
    if len(had) == 1 or (near and near.sure):
        chosen = next((h for h in had if near and h.image.tag == near.name), had[0])
        return _with(case, values, chosen.name, f"{chosen.where} {chosen.name}.")
    now = in_template(case)
    if now is None or not any(each.image == image for each in in_use(case)):
        return NO_AID
    steps = now.template.put((*now.place, "imagePullPolicy"), "IfNotPresent")
    note = "A registry that the node reaches must have the image."
    return Aid(patch=now.template.patch(*steps, note=note))


def _for_name(case: Case, values: Mapping[str, str]) -> Aid:
    """A11: the name without its slip; a place holder that was not filled in."""
    name = values["image"]
    mended = repaired(name)
    if mended:
        return _with(case, values, mended, f'"{mended}" is probably meant.')
    holder = unfilled(name)
    says = f'"{holder}" was to be replaced before the manifest was applied, and was not. '
    before = _before(case, values, lambda other: True)
    return Aid((says if holder else "") + before.says, fix=before.fix, patch=before.patch)


def other_credentials(case: Case, values: Mapping[str, str]) -> Aid:
    """Pull secrets of pods that run with an image of that registry, where the pod has none."""
    if manifests.mappings(manifests.spec(case.pod).get("imagePullSecrets")):
        return NO_AID
    host, template = values["host"], case.template
    for pod in case.facts.nearby.read(case.want("Pod")) or ():
        secrets = manifests.mappings(manifests.spec(pod).get("imagePullSecrets"))
        runs = any(
            container.is_running
            and parse_image(manifests.text(container.spec.get("image"))).host == host
            for container in manifests.containers(pod)
        )
        name = manifests.text(secrets[0].get("name")) if secrets else ""
        if runs and name and template is not None:
            steps = template.put(("spec", "imagePullSecrets"), [{"name": name}])
            return Aid(
                f"Pod {manifests.name(pod)} runs with an image of {host} and names the "
                f'imagePullSecret "{name}".',
                fix=f'Name the imagePullSecret "{name}" in the pod template, or check the spelling '
                f"of {values['repository']}.",
                patch=template.patch(*steps),
            )
    return NO_AID


def _before(case: Case, values: Mapping[str, str], fits: Callable[[Image], bool]) -> Aid:
    """The image of an earlier revision: of one that has ready pods, or of the only other one."""
    found: list[tuple[str, Revision]] = []
    for revision in earlier(case):
        name = manifests.text(revision.container(case.failure.container).get("image"))
        if name and name != values["image"] and fits(parse_image(name)):
            found.append((name, revision))
    if not found:
        return NO_AID
    name, revision = found[0]
    says = f"{revision.in_words} image {name}."
    if revision.ready or len({each for each, _ in found}) == 1:
        return _with(case, values, name, says, undone(case.facts, revision))
    return Aid(says)


def _with(
    case: Case, values: Mapping[str, str], name: str, says: str, back: Patch | None = None
) -> Aid:
    """`back` or a patch to that image, where the template still has the one that fails."""
    fix = f"Set the image to {name}, if that is what was meant; else correct {values['image']}."
    patch = _patch(case, values, name)
    return Aid(says or f"{name} is probably meant.", fix=fix, patch=patch and (back or patch))


def _patch(case: Case, values: Mapping[str, str], name: str) -> Patch | None:
    now = in_template(case)
    if now is None or now.spec.get("image") != values["image"]:
        return None
    return now.template.patch(*now.template.put((*now.place, "image"), name))


def near_secret(case: Case, missing: Iterable[str]) -> Aid:
    """A04: a pull secret of nearly that name, which pods that run or ServiceAccounts name."""
    near, known = case.facts.nearby, dict[str, str]()
    for account in near.read(case.want("ServiceAccount")) or ():
        for secret in manifests.mappings(account.get("imagePullSecrets")):
            told_by = f"ServiceAccount {manifests.name(account)}"
            known[manifests.text(secret.get("name"))] = told_by
    for pod in near.read(case.want("Pod")) or ():
        if manifests.condition(pod, "Ready").get("status") == "True":
            for secret in manifests.mappings(manifests.spec(pod).get("imagePullSecrets")):
                known[manifests.text(secret.get("name"))] = (
                    f"Pod {manifests.name(pod)}, which runs,"
                )
    for name in missing:
        found = near_of(name, set(known) - set(missing))
        if found is not None:
            says = f'{known[found.name]} names "{found.name}": is that meant?'
            return Aid(says, patch=_named(case, name, found.name) if found.sure else None)
    return NO_AID


def wants_secrets(case: Case) -> Iterator[Want]:
    yield case.want("Pod")
    yield case.want("ServiceAccount")


def _named(case: Case, name: str, other: str) -> Patch | None:
    template = case.template
    secrets = manifests.spec(template.pod).get("imagePullSecrets") if template else None
    for index, found in enumerate(secrets if isinstance(secrets, list) else []):
        if template and manifests.mapping(found).get("name") == name:
            place = ("spec", "imagePullSecrets", index, "name")
            return template.patch(*template.put(place, other))
    return None


AIDS: dict[str, Aiding] = {
    "A01": _for_tag,
    "A02": _for_repository,
    "A03": other_credentials,
    "A05": _for_host,
    "A09": _for_platform,
    "A10": _never_pulled,
    "A11": _for_name,
}
