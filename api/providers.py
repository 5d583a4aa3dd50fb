"""What an administrator sends as providers of models, checked, with the secrets that were left out;
and providers as they are shown."""

from collections.abc import Mapping

from api.addresses import unfit
from kure.adapters.models.defaults import KINDS, price_of
from kure.adapters.outgoing import Guard
from kure.adapters.postgres.models.settings import ModelSettings
from kure.contracts.models import (
    ModelRules,
    ModelsBody,
    ModelsView,
    Price,
    Provider,
    ProviderBody,
    ProviderHealth,
    ProviderRules,
    ProviderView,
    Spent,
)
from kure.errors import InvalidInput

MASK = "…"
# Of a shorter key the end would tell too much.
LEAST_TO_SHOW = 12
SHOWN = 4
# What the client itself writes, or what would lead a request elsewhere.
NO_HEADERS = frozenset(
    ("connection", "content-length", "content-type", "host", "te", "transfer-encoding", "upgrade")
)
SECRET_HEADERS = frozenset(("authorization", "api-key", "x-api-key"))
NAME_PLACES = (
    "name those of which something may go to a provider outside, cluster/namespace as patterns: "
    '["*/shop", "staging/*"], or ["*/*"] for all'
)
AGAIN = "give it again: it does not go to another address by itself"

Problem = tuple[str, str]


def masked(key: str) -> str:
    """How a key ends, so that people know which one it is."""
    return MASK + key[-SHOWN:] if len(key) >= LEAST_TO_SHOW else MASK if key else ""


def shown(stored: ModelSettings, health: Mapping[str, ProviderHealth], spent: Spent) -> ModelsView:
    """What is set, without its secrets."""
    return ModelsView(
        **stored.rules.model_dump(),
        version=stored.version,
        providers=[_shown(one, stored, health[one.id]) for one in stored.providers],
        spent=spent,
        kinds=list(KINDS.values()),
    )


def _shown(one: Provider, stored: ModelSettings, health: ProviderHealth) -> ProviderView:
    public = one.model_dump(exclude={"key", "headers", "base_url", "price"})
    return ProviderView(
        **public,
        base_url=address_of(one),
        price=price_of(one),
        key=masked(one.key),
        key_set_at=stored.known[one.id].key_set_at,
        headers=dict.fromkeys(one.headers, MASK),
        health=health,
    )


def address_of(one: ProviderRules) -> str | None:
    """Where it is called."""
    return one.base_url or KINDS[one.kind].base_url


async def checked(body: ModelsBody, stored: ModelSettings, guard: Guard) -> ModelSettings:
    """What is to be set. InvalidInput names each field that cannot be used."""
    problems: list[Problem] = []
    wanted = []
    for number, one in enumerate(body.providers):
        provider, found = _provider(one, stored.provider(one.id))
        found += await _of_address(provider, guard)
        problems += [(f"providers.{number}.{field}", why) for field, why in found]
        wanted.append(provider)
    rules = ModelRules.model_validate(body.model_dump(include=set(ModelRules.model_fields)))
    outside = any(one.enabled and one.place == "outside" for one in wanted)
    if outside and not rules.outside_namespaces:
        problems.append(("outside_namespaces", NAME_PLACES))
    if problems:
        places = ", ".join(field for field, _ in problems[:5])
        raise InvalidInput(f"The providers cannot be used: see {places}.", tuple(problems))
    return ModelSettings(body.version, rules, wanted)


def _provider(body: ProviderBody, before: Provider | None) -> tuple[Provider, list[Problem]]:
    """The provider, and what is wrong with it."""
    key, problems = _key(body, before)
    headers, found = _headers(body, before)
    own = body.model_dump(exclude={"key", "headers", "base_url", "price"})
    provider = Provider(
        **own, base_url=_own_address(body), price=_own_price(body), key=key, headers=headers
    )
    named = {name.lower() for name in headers}
    has_key = bool(key) or bool(named & SECRET_HEADERS)
    problems += found
    if KINDS[body.kind].needs_key and not has_key and not problems:
        problems.append(("key", "is needed for this kind of provider"))
    return provider, problems


def _own_address(body: ProviderBody) -> str | None:
    """None where it is the kind's: that may move in a later release."""
    given = (body.base_url or "").strip()
    return given if given and given != KINDS[body.kind].base_url else None


def _own_price(body: ProviderBody) -> Price | None:
    """None where it is what the model is known to cost."""
    known = price_of(body.model_copy(update={"price": None}))
    return None if body.price == known else body.price


def _moved(body: ProviderBody, before: Provider) -> bool:
    to = body.model_copy(update={"base_url": _own_address(body)})
    return (body.kind, address_of(to)) != (before.kind, address_of(before))


def _key(body: ProviderBody, before: Provider | None) -> tuple[str, list[Problem]]:
    if body.key is not None and not body.key.startswith(MASK):
        return body.key, []
    kept = before.key if before else ""
    if body.key is not None and body.key != masked(kept):
        return "", [("key", "is only how a key is shown: give the key itself")]
    if kept and before is not None and _moved(body, before):
        return "", [("key", AGAIN)]
    return kept, []


def _headers(body: ProviderBody, before: Provider | None) -> tuple[dict[str, str], list[Problem]]:
    kept = before.headers if before else {}
    sent = dict.fromkeys(kept, MASK) if body.headers is None else body.headers
    has_moved = before is not None and _moved(body, before)
    headers, problems = {}, []
    for name, value in sent.items():
        place = f"headers.{name}"
        if name.lower() in NO_HEADERS:
            problems.append((place, "is written by Kure itself"))
        elif value != MASK:
            headers[name] = value
        elif name not in kept:
            problems.append((place, "is only how a value is shown: give the value itself"))
        elif has_moved:
            problems.append((place, AGAIN))
        else:
            headers[name] = kept[name]
    return headers, problems


async def _of_address(provider: Provider, guard: Guard) -> list[Problem]:
    address, known = address_of(provider), KINDS[provider.kind]
    if address is None:
        return [("base_url", "is needed for this kind of provider")]
    is_inside = provider.place == "inside"
    if is_inside and provider.base_url is None and known.place == "outside":
        return [("place", f"{address} is outside")]
    why = await unfit(address, is_inside, guard)
    return [("base_url", why)] if why else []
