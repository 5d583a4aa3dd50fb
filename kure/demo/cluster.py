"""The cluster that a demo watches: which one it is, and what we may read there. Nothing here
writes to it."""

from dataclasses import dataclass
from pathlib import Path

import yaml
from kubernetes.config import ConfigException, list_kube_config_contexts

from kure.adapters.cluster.client import KubeCluster, connect
from kure.demo.recorded.serve import CONTEXT, Stage
from kure.domain.failures.objects.kinds import KINDS
from kure.errors import AccessDenied, KureError, Misconfigured
from kure.settings import Settings

# What a file that is no kubeconfig makes the library raise.
UNREADABLE = (
    *(ConfigException, yaml.YAMLError, OSError),
    *(ValueError, TypeError, KeyError, AttributeError),
)
SHOP = Path(__file__).parent / "shop.kure.gz"
RECORDED_PORT = 18443
READS = (
    "/api/v1/events",
    "/apis/apps/v1/replicasets",
    *(kind.list_path for kind in KINDS.values()),
)
WHAT_IS_READ = (
    "pods with their logs and events, the workloads that own them, nodes, volume claims, Services, "
    "Ingresses and autoscalers, in all namespaces; and, to compare what fails with, lists such as "
    "ConfigMaps (only their keys), accounts, quotas and policies; no Secrets"
)


@dataclass(frozen=True)
class Target:
    """A context of the kubeconfig, and the server it leads to. `stage` where it is a recording that
    we play ourselves."""

    context: str
    server: str
    stage: Stage | None = None

    def settings(self, known: Settings) -> Settings:
        """The settings with which it is asked."""
        wanted: dict[str, object] = {"context": self.context}
        if self.stage:
            wanted["kubeconfig"] = self.stage.kubeconfig
        return known.model_copy(update=wanted)


def played(folder: Path, *, loop: bool) -> Target:
    """The recorded shop, with its kubeconfig and state in the folder. Its port moves on where that
    is busy when it starts."""
    stage = Stage(SHOP, folder, RECORDED_PORT, loop)
    return Target(CONTEXT, stage.server, stage)


async def choose(settings: Settings, context: str | None) -> Target:
    """The context asked for, else that of the settings, else the current one.

    Its name is resolved here, once: a later `kubectl config use-context` must not move us.
    Misconfigured says what is wrong with the kubeconfig. Nothing is asked of the server."""
    name = _context(settings, context or settings.context)
    async with connect(settings.model_copy(update={"context": name})) as cluster:
        return Target(name, cluster.server)


def _context(settings: Settings, wanted: str | None) -> str:
    file = str(settings.kubeconfig) if settings.kubeconfig else None
    where = file or "KUBECONFIG, or ~/.kube/config"
    try:
        known, current = list_kube_config_contexts(file)  # type: ignore[no-untyped-call] # its own
        names = [str(each["name"]) for each in known]
        name = wanted or str(current["name"])
    except UNREADABLE as error:
        # the first line alone: those below may quote the file, which holds credentials
        why = (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
        raise Misconfigured(
            f"Cannot use the kubeconfig ({where}): {why}. "
            "Set KUBECONFIG to one that `kubectl get pods` works with"
        ) from None
    if name not in names:
        raise Misconfigured(
            f"The kubeconfig ({where}) has no context {name!r}; it has {', '.join(names)}"
        )
    return name


async def look(settings: Settings, target: Target) -> str:
    """Ask for the version and for the first item of each list, and say what does not work; empty
    where all of it does."""
    try:
        async with connect(target.settings(settings)) as cluster:
            await cluster.get("/version")
            refused = [path.rsplit("/", 1)[1] for path in READS if not await _may(cluster, path)]
    except KureError as error:
        return f"The cluster cannot be watched yet: {error}"
    if not refused:
        return ""
    return (
        f"The cluster does not let us list {', '.join(refused)}; what depends on them will be "
        "missing until that is granted to this user"
    )


async def _may(cluster: KubeCluster, path: str) -> bool:
    try:
        async for _ in cluster.pages(path, {"limit": "1"}):
            break
    except AccessDenied:
        return False
    return True
