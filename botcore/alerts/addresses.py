"""Where a webhook may lead: never into this machine or its network, unless the operator says so.

A name is resolved once, its addresses are judged, and the connection goes to one of these: a name whose answer changes
between look and call leads nowhere else.
"""

import asyncio
import ipaddress
import socket

from aiohttp.abc import AbstractResolver, ResolveResult

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: an IPv4 address in its last 32 bits


class PrivateAddressError(OSError):
    """The receiver's address is a private one."""


def is_public(text: str) -> bool:
    """Tell an address of the open internet; one that carries an IPv4 address is judged by that."""
    address: Address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if address in NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            address = inner
    return address.is_global and not address.is_multicast


def check_literal(host: str) -> None:
    """Refuse a private address that stands in the URL itself, which is never resolved."""
    try:
        public = is_public(host)
    except ValueError:  # a name
        return
    if not public:
        raise PrivateAddressError(f"{host} is a private address")


class PublicResolver(AbstractResolver):
    """Resolves names to public addresses only."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return where to connect; one private address among them is enough to refuse."""
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
        addresses = [(kind, str(place[0])) for kind, _, _, _, place in found]
        if private := next((text for _, text in addresses if not is_public(text)), None):
            raise PrivateAddressError(f"{host} leads to the private address {private}")
        return [
            ResolveResult(hostname=host, host=text, port=port, family=kind, proto=0, flags=socket.AI_NUMERICHOST)
            for kind, text in addresses
        ]

    async def close(self) -> None:
        """Hold nothing."""
