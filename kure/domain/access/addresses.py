"""From which address a request comes, where proxies stand before us."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Network = IPv4Network | IPv6Network
UNKNOWN = "unknown"


def client_address(peer: str, forwarded: str, trusted: Sequence[Network]) -> str:
    """The address of whoever asks. `forwarded` is X-Forwarded-For, believed from the right as far
    as the networks of `trusted` reach: what is further left anybody may have written."""
    hops = [peer, *reversed([part.strip() for part in forwarded.split(",")])]
    nearest = UNKNOWN
    for hop in hops:
        address = _address(hop)
        if address is None:
            break
        nearest = str(address)
        if not any(address in network for network in trusted):
            break
    return nearest


def throttled_as(address: str) -> str:
    """What counts as one address: of IPv6 the /64, since whoever has one has all of it."""
    known = _address(address)
    if isinstance(known, IPv6Address):
        return str(IPv6Network((known, 64), strict=False))
    return address


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
