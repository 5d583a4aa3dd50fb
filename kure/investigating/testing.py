"""A test call of one provider, for whoever sets it up: it costs a little and counts."""

import asyncio
from collections.abc import Sequence

from kure.adapters.models.defaults import most_cost, price_of
from kure.adapters.postgres.models import settings
from kure.adapters.postgres.models.calls import Answer, NewCall, Refused
from kure.contracts.models import ModelTested, Provider
from kure.domain.models import schema
from kure.domain.models.conversation import Prompt
from kure.domain.models.tokens import of_prompt
from kure.errors import KureError
from kure.investigating.asking import Asking

SECONDS = 40.0
LIST_SECONDS = 8.0
PROMPT = Prompt(
    system="You are asked whether you can be reached. Answer by the schema.",
    question="Set `ok` to true.",
    exchanges=(),
    tools=(),
    answer=schema.closed({"ok": schema.truth("Whether you can be reached.")}),
    # A model that thinks first needs more than the answer does.
    most_output_tokens=2000,
)


async def try_out(asking: Asking, name: str) -> ModelTested:
    """Ask a provider whatever its breaker says, and list its models. What it answers closes the
    breaker."""
    known = await settings.read(asking.pool, asking.cipher)
    provider = known.provider(name)
    if provider is None:
        return ModelTested(ok=False, error=f"There is no provider {name}.")
    price = price_of(provider)
    tokens = of_prompt(PROMPT, provider.kind.value)
    most = most_cost(tokens, PROMPT.most_output_tokens, price)
    call = NewCall(None, provider, known.breaker(provider), most, known.rules.budget)
    try:
        async with asyncio.timeout(SECONDS):
            found = await asking.once(call, PROMPT)
    except TimeoutError:
        tested = ModelTested(ok=False, error=f"{name} gave no answer in {SECONDS:g} s.")
    except KureError as error:
        tested = ModelTested(ok=False, error=str(error))
    else:
        tested = _tested(found)
    return tested.model_copy(update={"models": list(await _listed(asking, provider))})


def _tested(found: Answer | Refused) -> ModelTested:
    if isinstance(found, Refused):
        return ModelTested(ok=False, error=f"It was not asked: {found.why}.")
    reply, usage = found.reply, found.reply.usage
    return ModelTested(
        ok=True,
        model=reply.model,
        latency_ms=found.latency_ms,
        input_tokens=usage.input,
        output_tokens=usage.output,
        usd=found.usd,
    )


async def _listed(asking: Asking, provider: Provider) -> Sequence[str]:
    """None where it does not tell: that it cannot be asked is said already."""
    try:
        async with asyncio.timeout(LIST_SECONDS):
            return await asking.models(provider).listed()
    except (KureError, TimeoutError):
        return ()
