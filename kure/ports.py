"""Promises that adapters keep and tests fake: a cluster to read, a place for evidence, a model to
ask. Manifests are the JSON that the API server sends."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from kure.domain.models.conversation import Prompt, Reply

Manifest = dict[str, Any]


@dataclass(frozen=True)
class LogText:
    """The last lines of a container's log. `truncated` where older lines were left out."""

    text: str
    truncated: bool


class Lists(Protocol):
    """Listing the objects of one Kubernetes cluster."""

    def list(self, path: str, query: dict[str, str] | None = None) -> AsyncIterator[Manifest]:
        """The items under a list path, in pages; each gets the `kind` and `apiVersion` that lists
        leave out."""
        ...


class Cluster(Lists, Protocol):
    """Reading one Kubernetes cluster.

    Every method raises NotFound (404), AccessDenied (401, 403) or ClusterUnavailable (anything
    else), with a text
    that names what was read and what to do.
    """

    async def get(self, path: str) -> Manifest:
        """One object, by its API path: `/api/v1/namespaces/shop/pods/web-0`."""
        ...

    async def events(self, obj: Manifest) -> Sequence[Manifest]:
        """The events of an object that has its kind, in no order."""
        ...

    async def log(self, namespace: str, pod: str, container: str, *, previous: bool) -> LogText:
        """At most 1,000 lines and 256 KiB, whole lines, the newest."""
        ...


class ListPage(Protocol):
    """Some items of a list, each with its `kind` and `apiVersion`; `next` asks for those after, ''
    at the end."""

    @property
    def items(self) -> Sequence[Manifest]: ...

    @property
    def next(self) -> str: ...


class PagedLists(Protocol):
    """Listing the objects of one Kubernetes cluster page by page, so that another process can go
    on."""

    async def get(self, path: str) -> Manifest:
        """As `Cluster.get`."""
        ...

    async def page(self, path: str, token: str = "") -> ListPage:
        """The first page of a list, or that which a page before named. Raises Forgotten where the
        server has forgotten the list, else what `Cluster` raises."""
        ...


class DryRuns(Protocol):
    """Asking a Kubernetes cluster what it would take. Whoever only reads gets none."""

    async def dry_run_create(self, path: str, body: Manifest) -> Manifest:
        """Ask the API server what it would create; nothing is stored.

        Raises InvalidInput with its words where it refuses the object, AccessDenied where the
        account may not create it at all, else what `Cluster` raises: then nothing is known.
        """
        ...


class MirrorWriter(Protocol):
    """The only way in which Kure changes a cluster: it makes mirrors, what belongs to them, and
    takes both back.

    Every method raises Conflict where another object stands there, InvalidInput with the API
    server's words where it refuses the change, else what `Cluster` raises.
    """

    async def create(self, path: str, obj: Manifest) -> Manifest:
        """Make an object under a list path; what the API server made of it."""
        ...

    async def delete(self, path: str, uid: str) -> None:
        """Have the object deleted, if it has this uid; a pod gets a second to end."""
        ...

    async def annotate(self, path: str, uid: str, annotations: dict[str, str]) -> None:
        """Set annotations of the object, if it has this uid."""
        ...


@dataclass(frozen=True)
class NewEvidence:
    """Something captured, redacted already, not stored yet.

    `subject` is the object, `Pod/web-7f`; for logs `container` and `stream` (current, previous) say
    which. `captured_for` tells one capture from the next (a run and a report number, a crash's
    time): the same capture stored twice is stored once.
    """

    captured_by: Literal["agent", "worker"]
    captured_for: str
    kind: Literal["log", "events", "manifest", "owner", "node", "usage", "read"]
    subject: str
    text: str
    container: str = ""
    stream: Literal["", "current", "previous"] = ""
    truncated: bool = False


class Drafts(Protocol):
    """Where manifests are that are too large to be sent: redacted, as people see them."""

    async def keep(self, incident_id: str, text: str, by: str, now: datetime) -> str:
        """Store one for a moment; returns its id."""
        ...

    async def read(self, id_: str) -> str:
        """One that was kept, or that is to be tested. NotFound where there is none such."""
        ...


class EvidenceStore(Protocol):
    """Where evidence is kept."""

    async def save(
        self, incident_id: str, items: Sequence[NewEvidence], now: datetime
    ) -> list[str]:
        """Store what was captured, once each; returns ids in the order of `items`."""
        ...


class Model(Protocol):
    """One model of one provider."""

    async def ask(self, prompt: Prompt) -> Reply:
        """Ask once, never again by itself. Raises ModelFailed."""
        ...

    async def listed(self) -> Sequence[str]:
        """The models that the provider lists; none where it has no list. Raises ModelFailed."""
        ...
