"""Which provider is asked, which are passed over, and what to say where nobody is left."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from kure.adapters.models.defaults import most_cost, price_of
from kure.adapters.postgres.models import breakers, budget
from kure.adapters.postgres.models.settings import ModelSettings
from kure.adapters.postgres.pool import Db
from kure.contracts.models import ModelRules, Provider
from kure.domain.globs import matches
from kure.domain.models.breaker import left_alone
from kure.domain.models.budget import DayBudget, refusal
from kure.domain.models.conversation import Prompt
from kure.domain.models.tokens import of_prompt
from kure.errors import Conflict, KureError, ModelFailed

# Cluster and namespace of the incident.
Place = tuple[str, str]

# A provider that failed and is not left alone yet.
SOON = timedelta(seconds=5)
NOT_SET_UP = "No model was asked: no provider of models is set up. An admin does that."
ALL_OFF = "No model was asked: all providers of models are switched off. An admin can change that."


@dataclass(frozen=True)
class Skipped:
    """Why a provider did not answer, in words that name it; `until` is when it may be asked again,
    None where waiting is no help."""

    why: str
    until: datetime | None = None


def not_allowed(provider: Provider, rules: ModelRules, place: Place) -> str:
    """Why nothing of a place may go to a provider; '' where it may."""
    if provider.place == "inside" or any(_covers(one, place) for one in rules.outside_namespaces):
        return ""
    cluster, namespace = place
    return (
        f"{provider.id} is outside, and nothing of {cluster}/{namespace} may go there: that is not "
        "among the namespaces that an admin allows"
    )


def _covers(glob: str, place: Place) -> bool:
    return all(matches(one, name) for one, name in zip(glob.split("/"), place, strict=True))


def most_usd(provider: Provider, prompt: Prompt) -> Decimal | None:
    """The most that a call may cost; None where nobody knows the price of a provider outside."""
    price = price_of(provider)
    if price is None:
        return Decimal() if provider.place == "inside" else None
    return most_cost(of_prompt(prompt, provider.kind.value), prompt.most_output_tokens, price)


@dataclass(frozen=True)
class First:
    """Which provider would be asked first, and the most that it may cost (None where that is not
    known); or none, and why not."""

    provider: Provider | None
    why_not: str
    most_usd: Decimal | None = None


async def first_asked(
    db: Db, settings: ModelSettings, prompt: Prompt, place: Place, now: datetime
) -> First:
    """Whom a question would go to at this moment; nothing is asked."""
    if settings.providers and not settings.enabled:
        return First(None, ALL_OFF)
    spent, skipped = await budget.spent(db, now), list[Skipped]()
    for one in settings.enabled:
        most = most_usd(one, prompt)
        day = DayBudget(settings.rules.budget.calls, settings.rules.budget.usd)
        left = await breakers.look(db, settings.breaker(one), now)
        why = not_allowed(one, settings.rules, place)
        why = why or refusal(day, spent.calls, spent.usd, most)
        if why:
            skipped.append(Skipped(why))
        elif left.until is not None:
            skipped.append(Skipped(left_alone(one.id, left.until, left.error), left.until))
        else:
            return First(one, "", most)
    return First(None, str(nobody(skipped, now)))


def nobody(skipped: Sequence[Skipped], now: datetime) -> KureError:
    """What to raise where no provider has answered: ModelFailed where one of them may be asked
    later today, else Conflict, which is final."""
    moments = [one.until for one in skipped if one.until is not None]
    reasons = dict.fromkeys(one.why.rstrip(".") for one in skipped)
    told = "; ".join(reasons) + "."
    if not moments:
        return Conflict(f"No model was asked: {told}" if skipped else NOT_SET_UP)
    seconds = max(math.ceil((min(moments) - now).total_seconds()), 1)
    return ModelFailed(f"No model answers: {told}", "down", sent=False, retry_after_seconds=seconds)
