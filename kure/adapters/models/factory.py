"""From a provider, as it is set, to a model that can be asked."""

from typing import Any

import anthropic
import httpx2
import openai

from kure.adapters.models.anthropic import Messages
from kure.adapters.models.compatible import DIALECTS, ChatCompletions
from kure.adapters.models.defaults import KINDS
from kure.adapters.models.failures import Who
from kure.adapters.models.openai import Responses
from kure.contracts.models import Provider, ProviderKind
from kure.errors import InvalidInput
from kure.ports import Model


def model_of(provider: Provider, client: httpx2.AsyncClient) -> Model:
    """`client` is from `kure.adapters.outgoing.guarded_client`, for inside where the provider is
    there; it stays the caller's. InvalidInput where the provider has no address that could be one.
    """
    url = _address(provider)
    who = Who(provider.id, url.host, provider.timeout_seconds)
    if provider.kind is ProviderKind.ANTHROPIC:
        return Messages(who, _anthropic(provider, url, client), provider.model)
    spoken = _openai(provider, url, client)
    if provider.kind is ProviderKind.OPENAI:
        return Responses(who, spoken, provider.model)
    return ChatCompletions(who, spoken, provider.model, DIALECTS[provider.kind])


def _address(provider: Provider) -> httpx2.URL:
    given = provider.base_url or KINDS[provider.kind].base_url
    if not given:
        raise InvalidInput(f"The provider {provider.id} has no address. Set its base URL.")
    try:
        url = httpx2.URL(given)
    except (httpx2.InvalidURL, UnicodeError):
        url = httpx2.URL("")
    if not url.host or url.userinfo:
        raise InvalidInput(
            f"The base URL of the provider {provider.id} is no address of a web service, or has a "
            "user in it."
        )
    return url


class _OpenAI(openai.AsyncOpenAI):
    """Not every server wants a key, and some want it in a header of their own."""

    def _validate_headers(self, headers: Any, custom_headers: Any) -> None:
        return


def _openai(provider: Provider, url: httpx2.URL, client: httpx2.AsyncClient) -> openai.AsyncOpenAI:
    headers = _headers(provider, openai.Omit())
    made = _OpenAI(
        api_key=provider.key,
        admin_api_key="",
        base_url=url.copy_with(query=None, fragment=None),
        # Azure's api-version is one.
        default_query=dict(url.params),
        default_headers=headers,
        max_retries=0,
        timeout=provider.timeout_seconds,
        http_client=client,
    )
    # It takes these from the environment, which is not for a library to read.
    made.organization = made.project = None
    made._custom_headers = headers
    return made


def _anthropic(
    provider: Provider, url: httpx2.URL, client: httpx2.AsyncClient
) -> anthropic.AsyncAnthropic:
    headers = _headers(provider, anthropic.Omit())
    made = anthropic.AsyncAnthropic(
        api_key=provider.key,
        base_url=url.copy_with(path=url.path.rstrip("/").removesuffix("/v1"), query=None),
        default_query=dict(url.params),
        default_headers=headers,
        max_retries=0,
        timeout=provider.timeout_seconds,
        http_client=client,
        open_telemetry=False,
    )
    made._custom_headers = headers  # the environment may have more of them
    return made


def _headers(provider: Provider, left_out: Any) -> dict[str, Any]:
    """Those that were set. Without a key none is sent, unless one of them is it."""
    named = {name.lower() for name in provider.headers}
    if provider.key or "authorization" in named:
        return dict(provider.headers)
    return {"Authorization": left_out, **provider.headers}
