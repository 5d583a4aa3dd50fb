"""Addresses that administrators give, of what Kure is to call."""

import asyncio

import httpx2

from kure.adapters.outgoing import TOTAL_SECONDS, Guard
from kure.errors import AddressRefused, NotDelivered


async def unfit(address: str, inside: bool, guard: Guard) -> str:
    """Why an address cannot be used; '' where it can. A name that cannot be resolved here may be
    one where the calls are made from."""
    try:
        url = httpx2.URL(address)
        if not url.host or url.userinfo:
            return "is no https:// address, without user and password"
        async with asyncio.timeout(TOTAL_SECONDS / 2):
            await guard.addresses(url, inside=inside)
    except (httpx2.InvalidURL, UnicodeError):
        return "is no address of a web service"
    except AddressRefused as error:
        return str(error)
    except (NotDelivered, TimeoutError):
        return ""
    return ""
