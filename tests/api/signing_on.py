"""Browsers that go to an identity provider and come back."""

from urllib.parse import parse_qs, urlsplit

import httpx

START, CALLBACK = "/api/auth/oidc/start", "/api/auth/oidc/callback"


async def go(person: httpx.AsyncClient, path: str = "/") -> str:
    """Begin a sign-in; returns the address of Kure to which the provider sends the browser back."""
    began = await person.get(START, params={"next": path})
    assert began.status_code == 303, began.text
    answer = await person.get(began.headers["location"])
    return str(answer.headers["location"])


async def sign_in(person: httpx.AsyncClient, path: str = "/") -> str:
    """Sign in; returns the page to which Kure sends the browser."""
    return await come_back(person, await go(person, path))


async def come_back(person: httpx.AsyncClient, address: str) -> str:
    answer = await person.get(address)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def why(location: str) -> str:
    """The word that the sign-in page is told."""
    assert location.startswith("/#"), location
    return parse_qs(urlsplit(location).fragment)["refused"][0]
