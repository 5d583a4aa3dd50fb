"""Exclusions as people make them and see them."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from kure.contracts.reports import Message
from kure.domain.globs import ANY

# As long as the longest name of what it matches, with some room for stars.
Pattern = Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\x00-\x20\x7f]+$")]


class NewNamespaceExclusion(BaseModel):
    """All that fails in the namespaces that match; `_` is what has no namespace."""

    model_config = ConfigDict(extra="forbid")

    cluster: Pattern = ANY
    namespace: Pattern
    reason: Annotated[str, Field(min_length=1, max_length=500)]
    expires_at: AwareDatetime | None = None


class NewPodExclusion(BaseModel):
    """What fails where every pattern matches: `workload` is `Kind/name` of the top owner, `pod` the
    name of the failing object, `label` one of its labels as `key=value`, `failure_class` what is
    wrong with it."""

    model_config = ConfigDict(extra="forbid")

    cluster: Pattern = ANY
    namespace: Pattern = ANY
    workload: Pattern = ANY
    pod: Pattern = ANY
    label: Pattern = ANY
    failure_class: Pattern = ANY
    reason: Annotated[str, Field(min_length=1, max_length=500)]
    expires_at: AwareDatetime | None = None


class Made(Message):
    """Who made an exclusion, why, until when, and when it last kept something away."""

    id: str
    reason: str
    created_by: str
    created_at: datetime
    expires_at: datetime | None = None
    is_expired: bool = False
    last_matched_at: datetime | None = None


class NamespaceExclusion(Made):
    cluster: str
    namespace: str


class PodExclusion(Made):
    cluster: str
    namespace: str
    workload: str
    pod: str
    label: str
    failure_class: str


class Preview(Message):
    """What an exclusion would close now: incidents that are open, and `workloads`, the first fifty
    of theirs as `namespace/Kind/name`."""

    incidents: int
    workloads: list[str]
