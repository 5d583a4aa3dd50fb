"""Which addresses Kure may call: never the machine itself, its link, a metadata service of a cloud
or a control plane; private ones only where an administrator says that the target is inside."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address

# Metadata and host agents of clouds at addresses that no rule below would refuse: AWS, Google,
# Alibaba, Azure, Oracle.
METADATA = {
    ip_address(text)
    for text in (
        "fd00:ec2::254", "fd20:ce::254", "100.100.100.200", "168.63.129.16", "192.0.0.192",
    )
}  # fmt: skip

# IPv4 addresses inside IPv6 ones, in the last 32 bits: NAT64 (RFC 6052, RFC 8215), the old
# IPv4-compatible form (RFC 4291) and translated ones (RFC 2765).
EMBEDDING: tuple[IPv6Network, ...] = tuple(
    IPv6Network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48", "::/96", "::ffff:0:0:0/96")
)

# What is not on the public internet (RFC 6890 and its updates).
PRIVATE = tuple(
    ip_network(text)
    for text in (
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "198.18.0.0/15",
        "192.0.0.0/24", "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "fc00::/7",
        "2001:db8::/32", "fec0::/10",
    )
)  # fmt: skip

# The API server, kubelet, controller manager, scheduler and etcd, wherever they are.
CONTROL_PLANE_PORTS = frozenset({2379, 2380, 6443, 10250, 10255, 10257, 10259})


def refusal(address: Address, port: int, *, inside: bool, loopback: bool = False) -> str:
    """Why this address may not be called, '' where it may.

    `inside` allows private ranges, `loopback` the machine itself. An IPv4 address in an IPv6 one is
    judged as well as what it is written in.
    """
    for one in (address, *_embedded(address)):
        if found := _refusal(one, port, inside=inside, loopback=loopback):
            return found
    return ""


def _embedded(address: Address) -> list[Address]:
    if isinstance(address, IPv4Address):
        return []
    found: list[Address | None] = [address.ipv4_mapped, address.sixtofour]
    if address.teredo is not None:
        found += address.teredo
    if any(address in network for network in EMBEDDING) and address != IPv6Address("::1"):
        found.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return [one for one in found if one is not None]


def _refusal(address: Address, port: int, *, inside: bool, loopback: bool) -> str:
    if address.is_loopback:
        return "" if loopback else "the machine itself"
    never = {
        "a link-local address, where clouds have their metadata": address.is_link_local,
        "a metadata service": address in METADATA,
        "a multicast address": address.is_multicast,
        "no address of a host": address.is_unspecified or _is_reserved(address),
        "a port of a Kubernetes control plane": port in CONTROL_PLANE_PORTS,
    }
    for what, holds in never.items():
        if holds:
            return what
    if not inside and any(address in network for network in PRIVATE):
        return "a private address, and the target is not marked as inside"
    return ""


def _is_reserved(address: Address) -> bool:
    """0.0.0.0/8 and 240.0.0.0/4. IPv6's reserved ranges hold those in which IPv4 is embedded."""
    if isinstance(address, IPv6Address):
        return False
    return address.is_reserved or int(address) >> 24 == 0
