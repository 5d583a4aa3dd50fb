"""Providers of models as administrators set them, and what each call came to."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from kure.contracts.reports import Message, Strict

PROVIDER_ID = r"^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$"

ProviderId = Annotated[str, Field(pattern=PROVIDER_ID)]
Usd = Annotated[Decimal, Field(ge=0, le=1_000_000, max_digits=12, decimal_places=6)]
# `cluster/namespace`, each a pattern.
PlaceGlob = Annotated[
    str, Field(max_length=200, pattern=r"^[a-z0-9_.*?\[\]!-]+/[a-z0-9_.*?\[\]!-]+$")
]


class ProviderKind(StrEnum):
    """Whose protocol and defaults. `compatible` is any URL that speaks OpenAI's chat completions:
    vLLM, LiteLLM, Azure."""

    OPENAI = "openai"
    ANTHROPIC = "anthropic"
    GROQ = "groq"
    GEMINI = "gemini"
    GITHUB = "github"
    COPILOT = "copilot"
    OLLAMA = "ollama"
    COMPATIBLE = "compatible"


class Price(Strict):
    """US dollars for a million tokens."""

    input: Usd
    output: Usd
    cached: Usd


class ProviderRules(Strict):
    """What of a provider is no secret.

    `base_url` and `price` are the kind's and the model's own where they are None. `place`: whether
    it runs inside, so that nothing leaves (and its address may be a private one), or outside.
    `at_once` calls may be under way in one worker, `per_minute` begin in a minute, all workers
    together. `timeout_seconds` is for a whole call.
    """

    id: ProviderId
    kind: ProviderKind
    model: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[\x21-\x7e]+$")]
    enabled: bool = True
    place: Literal["inside", "outside"] = "outside"
    base_url: Annotated[str, Field(max_length=500)] | None = None
    timeout_seconds: Annotated[int, Field(ge=5, le=600)] = 120
    at_once: Annotated[int, Field(ge=1, le=50)] = 4
    per_minute: Annotated[int, Field(ge=1, le=10_000)] = 60
    price: Price | None = None


# A secret that was set is shown with an ellipsis before its end, and may be sent back so.
HeaderName = Annotated[str, Field(max_length=100, pattern=r"^[A-Za-z0-9-]+$")]
HeaderValue = Annotated[str, Field(max_length=2000, pattern=r"^(…|[\x20-\x7e]*)$")]
Key = Annotated[str, Field(max_length=4000, pattern=r"^…?[\x21-\x7e]*$")]


class ProviderBody(ProviderRules):
    """A provider as it is set. `key` and the values of `headers`, left out or as they were shown,
    stay what they were; where the address changes they have to be given again."""

    key: Key | None = None
    headers: Annotated[dict[HeaderName, HeaderValue], Field(max_length=20)] | None = None


class Provider(ProviderRules):
    """A provider with its secrets in clear: in memory only, and never in a workflow."""

    key: Annotated[str, Field(repr=False)] = ""
    headers: Annotated[dict[str, str], Field(repr=False)] = {}


class BreakerState(StrEnum):
    """`closed`: it is asked. `open`: it is left alone until a time. `half_open`: one call tries
    whether it is back."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class ProviderHealth(Message):
    """How the provider does, over all workers. `error` is what it said last where the newest call
    failed. Figures are of the last 24 hours."""

    breaker: BreakerState = BreakerState.CLOSED
    open_until: datetime | None = None
    failing_since: datetime | None = None
    error: str = ""
    last_answered_at: datetime | None = None
    calls: int = 0
    failed: int = 0
    median_ms: int | None = None


class ProviderView(ProviderRules):
    """A provider as it is read. `key` tells only how it ends (`…4f2a`), '' where there is none; the
    values of `headers` are masked. `price` and `base_url` are those that hold."""

    key: str
    key_set_at: datetime | None
    headers: dict[str, str]
    health: ProviderHealth


class Budget(Strict):
    """The most in one day, midnight to midnight UTC; None for no limit. What is over it is not
    asked, and said."""

    calls: Annotated[int, Field(ge=0, le=1_000_000)] | None = 500
    usd: Usd | None = Decimal(5)


Ask = Literal["unexplained", "always", "on_request"]


class ModelRules(Strict):
    """`ask`: of which incidents a model is asked: those that the rules leave unexplained, all, or
    only those of which a person wants it. `outside_namespaces` are those of which something may go
    to a provider outside, `cluster/namespace` as patterns."""

    ask: Ask = "unexplained"
    budget: Budget = Budget()
    outside_namespaces: Annotated[list[PlaceGlob], Field(max_length=200)] = []
    hide_names: bool = False


class ModelsBody(ModelRules):
    """All providers at once, in the order in which they are asked; `version` is the one that was
    read."""

    version: Annotated[int, Field(ge=0)]
    providers: Annotated[list[ProviderBody], Field(max_length=20)] = []

    @model_validator(mode="after")
    def _ids_differ(self) -> Self:
        ids = [one.id for one in self.providers]
        if len(set(ids)) < len(ids):
            raise ValueError("each provider has an id of its own")
        return self


class Spent(Message):
    """What was asked since midnight UTC. A call that was lost counts what it may have cost."""

    calls: int
    usd: Decimal


class ModelDefault(Message):
    """A model that a kind is known to have, with its price where that is known."""

    model: str
    price: Price | None


class KindDefaults(Message):
    """What to propose for a kind: `models`, the first by default; its address; whether it wants a
    key."""

    kind: ProviderKind
    title: str
    base_url: str | None
    needs_key: bool
    place: Literal["inside", "outside"]
    models: list[ModelDefault]


class ModelsView(ModelRules):
    """GET /api/admin/llm."""

    version: int
    providers: list[ProviderView]
    spent: Spent
    kinds: list[KindDefaults]


class ModelTestBody(Strict):
    provider: ProviderId


class ModelTestRequest(Message):
    provider: str

    @property
    def summary(self) -> str:
        return f"Ask {self.provider} for a test"


class ModelTested(Message):
    """What a test call came to. `models` are those that the provider lists, where it has a list;
    `error` is what it said where it did not answer."""

    ok: bool
    model: str = ""
    latency_ms: int | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    usd: Decimal | None = None
    models: list[str] = []
    error: str = ""


class PromptPreview(Message):
    """GET /api/admin/llm/preview/{incident_id}: exactly what the first call would send, redacted.
    `tokens` by the rule of thumb; `asks` names the provider that would be asked, None with the
    reason in `why_not`."""

    incident_id: str
    provider: str | None
    why_not: str
    system: str
    question: str
    tokens: int
    usd: Decimal | None


class CallView(Message):
    """One call of an investigation."""

    turn: int
    attempt: int
    provider: str
    model: str
    state: Literal["asking", "answered", "failed", "lost"]
    error: str
    input_tokens: int | None
    cached_tokens: int | None
    output_tokens: int | None
    usd: Decimal
    latency_ms: int | None
    asked_at: datetime
