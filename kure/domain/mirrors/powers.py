"""Powers of a pod that nobody may have twice: no mirror is made of a pod that has one."""

from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.manifests import Manifest
from kure.domain.mirrors.rights.words import shown

HOST_NAMESPACES = ("hostNetwork", "hostPID", "hostIPC")
CONTAINERS = ("initContainers", "containers", "ephemeralContainers")

_END = "no mirror is made of such a pod; try the fix on a copy of your own."


def powers(pod: Manifest) -> Iterator[str]:
    """One sentence for each: privileged containers, namespaces of the host, paths of the host. Also
    for what the API server answers to the dry run: webhooks may have added one."""
    spec = manifests.spec(pod)
    for key in HOST_NAMESPACES:
        if spec.get(key) not in (None, False):
            yield f"spec.{key} is {shown(spec[key])}, so that it sees the node itself: {_END}"
    if _hosts_process(spec):
        yield f"spec.securityContext.windowsOptions.hostProcess is true: {_END}"
    for field in CONTAINERS:
        for container in manifests.mappings(spec.get(field)):
            yield from _of_container(
                f"spec.{field}[{manifests.text(container.get('name'))}]", container
            )
    for volume in manifests.mappings(spec.get("volumes")):
        if volume.get("hostPath") is not None:
            path = manifests.mapping(volume["hostPath"]).get("path")
            at = f"spec.volumes[{manifests.text(volume.get('name'))}].hostPath"
            yield f"{at} is {shown(path)}, so that it reaches files of the node: {_END}"


def _of_container(path: str, container: Manifest) -> Iterator[str]:
    context = manifests.mapping(container.get("securityContext"))
    if context.get("privileged") not in (None, False):
        yield f"{path}.securityContext.privileged is {shown(context['privileged'])}: {_END}"
    if _hosts_process(container):
        yield f"{path}.securityContext.windowsOptions.hostProcess is true: {_END}"


def _hosts_process(holder: Manifest) -> bool:
    context = manifests.mapping(holder.get("securityContext"))
    options = manifests.mapping(context.get("windowsOptions"))
    return options.get("hostProcess") not in (None, False)


def account_of(pod: Manifest) -> str:
    """The ServiceAccount that a pod runs as. `serviceAccount` is its old name.
    https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/"""
    spec = manifests.spec(pod)
    named = (spec.get("serviceAccountName"), spec.get("serviceAccount"))
    return next((name for name in map(manifests.text, named) if name), "default")
