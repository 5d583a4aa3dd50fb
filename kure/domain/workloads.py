"""Whose incident a failure is: the top owner of a pod, and the key that names it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Workload:
    """The top owner of a failing object: what people call "the workload".

    `namespace` is `_` for cluster-scoped objects; `kind` is `Kind`, or `Kind.group` outside core,
    apps and batch.
    """

    cluster: str
    namespace: str
    kind: str
    name: str

    @property
    def key(self) -> str:
        """The incident key. Class, container and text from a model are never in it."""
        return f"{self.cluster}/{self.namespace}/{self.kind}/{self.name}"
